package dev.ordem.producer.reading;

import dev.ordem.producer.paging.EdgeSearch;
import dev.ordem.producer.paging.PageOutcome;
import dev.ordem.producer.paging.Pages;
import dev.ordem.producer.paging.Pass;
import dev.ordem.producer.paging.Position;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.HeaderQuery.Order;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Goes round rows that no page can show: from the last row that can be read, the anchor, over those
 * that cannot, to the next one that can; over a few row by row, over many in growing steps ({@link
 * EdgeSearch}). Then anchor and rows at fault are asked for again: if they still are what they
 * were, the list has not moved in between, and nothing was jumped over that could have been read,
 * or else is named.
 */
final class UnreadableRowSkipper {
  private static final int LEAST = 2;
  private static final int MOST_BACK = 1;
  private static final long UNTOLD = 1L << 20;

  private final RowProbe probe;
  private final Pass pass;
  private final int pageSize;

  UnreadableRowSkipper(PageCalls calls, Pass pass, int pageSize) {
    this.probe = new RowProbe(calls, pass);
    this.pass = pass;
    this.pageSize = pageSize;
  }

  /** What came of it. */
  sealed interface Result {
    /**
     * Rows that can be read, and those before them that cannot.
     *
     * @param step where the pass goes on
     */
    record Found(PageRecords page, PageOutcome step) implements Result {}

    /** The list moved in between: what was found may not be what follows. */
    record Moved() implements Result {}

    /** Nothing can be read, here and elsewhere, so it is not the rows. */
    record Down() implements Result {}
  }

  /** A page was read that begins at {@code offset}. */
  void readable(long offset) {
    probe.readable(offset);
  }

  /** Goes round what follows {@code at}. */
  Result around(Position at) throws InterruptedException, SQLException {
    probe.begin();
    Optional<Row> anchor = anchor(at.offset());
    if (anchor.isEmpty()) {
      return over(anchor, at.lastId() == null ? 0 : at.offset() + 1, at);
    }
    Row row = anchor.get();
    if (isNew(row.id, at.lastId())) {
      return ordinary(row.page, LEAST, at);
    }
    if (row.offset < at.offset()
        && probe.rows(pageSize, row.offset) instanceof PageCalls.Got.Page page) {
      long end = row.offset + page.page().headers().size() + page.page().unreadable().size();
      boolean more =
          page.page().headers().stream().anyMatch(header -> isNew(header.id(), at.lastId()));
      return more ? ordinary(page, pageSize, at) : over(anchor, end, at);
    }
    return over(anchor, row.offset + 1, at);
  }

  /** The first row of the list, one that is too far, or more than one: read as any other page. */
  private Result ordinary(PageCalls.Got.Page got, int limit, Position at) {
    PageRecords page = PageRecords.of(got.page(), got.at(), pass.order(), List.of());
    Pages pages = new Pages(pass.order(), limit, pass.floor());
    return new Result.Found(page, pages.after(at, page.rows()));
  }

  /** Row by row, from {@code first} on, to one that can be read. */
  private Result over(Optional<Row> anchor, long first, Position at)
      throws InterruptedException, SQLException {
    List<TinyError> errors = new ArrayList<>();
    while (errors.size() < UnreadableRange.FEW) {
      long offset = first + errors.size();
      PageCalls.Got got = probe.rows(1, offset);
      if (got instanceof PageCalls.Got.Page next) {
        return confirmed(new Gap(anchor, new UnreadableRange(first, offset, errors), next), at);
      } else if (got instanceof PageCalls.Got.Bad bad) {
        errors.add(bad.error());
      }
    }
    return farther(anchor, first, errors, at);
  }

  /** In growing steps, behind the first few; to the end of the list if nothing can be read. */
  private Result farther(Optional<Row> anchor, long first, List<TinyError> errors, Position at)
      throws InterruptedException, SQLException {
    long last = first + errors.size() - 1;
    OptionalLong total = probe.total();
    EdgeSearch ahead = new EdgeSearch(total.orElse(last + UNTOLD) - last);
    while (!ahead.over()) {
      PageCalls.Got got = probe.rows(LEAST, last + ahead.next());
      ahead.saw(got instanceof PageCalls.Got.Page);
    }
    if (ahead.found()) {
      long end = last + ahead.edge();
      return probe.rows(1, end) instanceof PageCalls.Got.Page next
          ? confirmed(new Gap(anchor, new UnreadableRange(first, end, errors), next), at)
          : new Result.Moved();
    }
    if (anchor.isEmpty() || total.isEmpty()) {
      return new Result.Down();
    }
    long end = Math.max(first, total.getAsLong());
    return confirmed(new Gap(anchor, new UnreadableRange(first, end, errors), null), at);
  }

  private Result confirmed(Gap gap, Position at) throws InterruptedException, SQLException {
    return unmoved(gap) ? found(gap, at) : new Result.Moved();
  }

  private Result found(Gap gap, Position at) {
    PageRecords next = gap.next(pass.order());
    List<Long> ids = next.rows().ids();
    boolean end = next.rows().size() == 0;
    List<Long> fresh = ids.stream().filter(id -> isNew(id, at.lastId())).toList();
    Long last = fresh.isEmpty() ? at.lastId() : fresh.get(0);
    boolean known = !ids.isEmpty() && fresh.isEmpty(); // so is all that stands before it
    PageRecords records =
        known ? next : new PageRecords(next.page(), next.at(), gap.range.items(at.lastId()));
    Long floor = pass.floor();
    if (end || (floor != null && last != null && last <= floor)) {
      return new Result.Found(records, new PageOutcome.End(fresh, last));
    }
    int stalls = fresh.isEmpty() ? at.stalls() + 1 : 0;
    return new Result.Found(
        records, new PageOutcome.Go(fresh, new Position(gap.range.end(), last, 0, stalls, false)));
  }

  private boolean unmoved(Gap gap) throws InterruptedException, SQLException {
    for (long offset : gap.range.offsets()) {
      if (!(probe.rows(1, offset) instanceof PageCalls.Got.Bad)) {
        return false;
      }
    }
    if (gap.anchor.isEmpty()) {
      return gap.range.rows() > 0 || gap.range.first() == 0;
    }
    Row before = gap.anchor.get();
    Optional<Row> now = row(before.offset).filter(row -> row.id == before.id);
    return now.isPresent() && (gap.range.rows() > 0 || gap.asLongAs(before, now.get()));
  }

  private Optional<Row> anchor(long offset) throws InterruptedException, SQLException {
    long back = offset;
    for (; back >= Math.max(0, offset - MOST_BACK); back--) {
      Optional<Row> row = row(back);
      if (row.isPresent()) {
        return row;
      }
    }
    EdgeSearch before = new EdgeSearch(back + 1);
    while (!before.over()) {
      PageCalls.Got got = probe.rows(LEAST, back + 1 - before.next());
      before.saw(got instanceof PageCalls.Got.Page page && !page.page().headers().isEmpty());
    }
    return before.found() ? row(back + 1 - before.edge()) : Optional.empty();
  }

  private Optional<Row> row(long offset) throws InterruptedException, SQLException {
    return probe.rows(1, offset) instanceof PageCalls.Got.Page got
        ? got.page().headers().stream().findFirst().map(header -> new Row(offset, header.id(), got))
        : Optional.empty();
  }

  private boolean isNew(long id, @Nullable Long lastId) {
    return lastId == null || pass.order().byId().compare(id, lastId) > 0;
  }

  private record Row(long offset, long id, PageCalls.Got.Page page) {
    @Nullable Long total() {
      return page.page().total();
    }
  }

  /**
   * What cannot be read between two rows that can.
   *
   * @param anchor empty where nothing before it can be read
   * @param next behind it; null: it reaches to the end of the list
   */
  private record Gap(
      Optional<Row> anchor, UnreadableRange range, PageCalls.Got.@Nullable Page next) {
    PageRecords next(Order order) {
      if (next != null) {
        return PageRecords.of(next.page(), next.at(), order, List.of());
      }
      Row before = anchor.orElseThrow();
      HeaderPage none = new HeaderPage(List.of(), List.of(), 1, range.end(), before.total());
      return new PageRecords(none, before.page.at(), List.of());
    }

    /** Nothing entered or left the list, as far as it tells: then nothing stands in between. */
    boolean asLongAs(Row before, Row now) {
      return Objects.equals(before.total(), now.total())
          && (next == null || Objects.equals(before.total(), next.page().total()));
    }
  }

  /**
   * Asks for single places of a list where some cannot be served. Between those that fail it asks
   * for one that could be: that tells rows at fault from a list that is down, and the breaker
   * before Tiny judges by it. Used by one thread.
   */
  private static final class RowProbe {
    /**
     * As many places in a row that the breaker does not take for an outage, with all repetitions.
     */
    private static final int IN_A_ROW = 3;

    private final PageCalls calls;
    private final Pass pass;
    private @Nullable HeaderQuery readable;
    private @Nullable Long total;
    private int failed;

    RowProbe(PageCalls calls, Pass pass) {
      this.calls = calls;
      this.pass = pass;
    }

    /** The row at {@code offset} could be read, as the first of a page. */
    void readable(long offset) {
      readable = pass.page(1, offset);
    }

    /** The next one that fails may be one of many. */
    void begin() {
      failed = IN_A_ROW - 1;
    }

    /** Asks for so many rows at {@code offset}, in one page. */
    PageCalls.Got rows(int limit, long offset) throws InterruptedException, SQLException {
      PageCalls.Got got = ask(pass.page(limit, offset));
      if (got instanceof PageCalls.Got.Bad) {
        failed++;
        if (failed >= IN_A_ROW) {
          failed = 0;
          control();
        }
      }
      return got;
    }

    /** Rows of the list, as far as Tiny told. */
    OptionalLong total() {
      return total == null ? OptionalLong.empty() : OptionalLong.of(total);
    }

    private void control() throws InterruptedException, SQLException {
      HeaderQuery known = readable;
      readable = null;
      List<HeaderQuery> places =
          known == null ? List.of(pass.lastRow(), pass.page(1, 0)) : List.of(known);
      for (HeaderQuery place : places) {
        if (readable == null) {
          ask(place);
        }
      }
    }

    private PageCalls.Got ask(HeaderQuery query) throws InterruptedException, SQLException {
      PageCalls.Got got = calls.read(query);
      if (got instanceof PageCalls.Got.Page page) {
        failed = 0;
        total = page.page().total();
        if (!page.page().headers().isEmpty()) {
          readable = query.firstRow();
        }
      }
      return got;
    }
  }
}
