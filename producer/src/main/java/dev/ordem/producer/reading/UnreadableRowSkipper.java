package dev.ordem.producer.reading;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.producer.paging.EdgeSearch;
import dev.ordem.producer.paging.PageOutcome;
import dev.ordem.producer.paging.PageRows;
import dev.ordem.producer.paging.Pages;
import dev.ordem.producer.paging.Pass;
import dev.ordem.producer.paging.Position;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.UnreadableHeader;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Goes round rows at fault: those that no page can show, and those without a readable id, in any
 * mixture. From the last row that can be read, the anchor, it goes over them to the next one that
 * can; over a few that no page can show one by one, over many in growing steps ({@link
 * EdgeSearch}), over those without an id page by page. Then anchor and rows at fault are asked for
 * again: if they still are what they were, the list has not moved in between, and nothing was
 * jumped over that could have been read, or else is named.
 */
final class UnreadableRowSkipper {
  private static final int LEAST = 2;
  private static final long UNTOLD = 1L << 20;

  private final RowProbe probe;
  private final Pass pass;
  private final int pageSize;

  UnreadableRowSkipper(PassReader.Read calls, Pass pass, int pageSize) {
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
      return over(new Gap(anchor, 0), at);
    }
    Row row = anchor.get();
    if (isNew(row.id, at.lastId())) {
      return ordinary(row.page, LEAST, at);
    }
    if (row.offset < at.offset()
        && probe.rows(pageSize, row.offset) instanceof PageCalls.Got.Page got) {
      PageRecords page = records(got);
      boolean more = page.rows().ids().stream().anyMatch(id -> isNew(id, at.lastId()));
      return more
          ? ordinary(got, pageSize, at)
          : over(new Gap(anchor, row.offset).passed(page), at);
    }
    return over(new Gap(anchor, row.offset + 1), at);
  }

  /** The first row of the list, one that is too far, or more than one: read as any other page. */
  private Result ordinary(PageCalls.Got.Page got, int limit, Position at) {
    PageRecords page = records(got);
    Pages pages = new Pages(pass.order(), limit, pass.floor());
    return new Result.Found(page, pages.after(at, page.rows()));
  }

  private PageRecords records(PageCalls.Got.Page got) {
    return PageRecords.of(got.page(), got.at(), pass.order());
  }

  /** On to a row that can be read, or to the end of the list. */
  private Result over(Gap gap, Position at) throws InterruptedException, SQLException {
    int limit = 1;
    while (true) {
      PageCalls.Got got = probe.rows(limit, gap.end);
      if (got instanceof PageCalls.Got.Page page) {
        PageRecords next = records(page);
        int nameless = next.rows().beforeFirst();
        if (nameless < next.rows().size() || nameless == 0) {
          return confirmed(gap.before(next, nameless), next, at);
        }
        gap.passed(next);
        limit = Math.min(pageSize, 2 * limit);
      } else if (limit > 1) {
        limit = 1;
      } else if (got instanceof PageCalls.Got.Bad bad && !passedBroken(gap, bad.error())) {
        return gap.anchor.isEmpty() || probe.total().isEmpty()
            ? new Result.Down()
            : confirmed(gap, nothing(gap), at);
      }
    }
  }

  /**
   * Over rows that no page can show, row by row and then in growing steps; false: to the end of the
   * list.
   */
  private boolean passedBroken(Gap gap, TinyError error) throws InterruptedException, SQLException {
    long first = gap.end;
    List<TinyError> errors = new ArrayList<>(List.of(error));
    while (errors.size() < UnreadableRange.FEW) {
      if (!(probe.rows(1, first + errors.size()) instanceof PageCalls.Got.Bad bad)) {
        gap.broken(new UnreadableRange(first, first + errors.size(), errors));
        return true;
      }
      errors.add(bad.error());
    }
    long last = first + errors.size() - 1;
    OptionalLong total = probe.total();
    EdgeSearch ahead = new EdgeSearch(total.orElse(last + UNTOLD) - last);
    while (!ahead.over()) {
      PageCalls.Got got = probe.rows(ahead.oneByOne() ? 1 : LEAST, last + ahead.next());
      ahead.saw(got instanceof PageCalls.Got.Page);
    }
    long end = ahead.found() ? last + ahead.edge() : Math.max(last + 1, total.orElse(0));
    gap.broken(new UnreadableRange(first, end, errors));
    return ahead.found();
  }

  /** What stands behind a gap that reaches to the end of the list. */
  private PageRecords nothing(Gap gap) {
    Row before = gap.anchor.orElseThrow();
    HeaderPage none = new HeaderPage(List.of(), List.of(), 1, gap.end, before.total());
    return new PageRecords(none, before.page.at(), List.of(), List.of());
  }

  private Result confirmed(Gap gap, PageRecords next, Position at)
      throws InterruptedException, SQLException {
    return unmoved(gap, next.page().total()) ? found(gap, next, at) : new Result.Moved();
  }

  private Result found(Gap gap, PageRecords next, Position at) {
    List<Long> ids = next.rows().ids();
    boolean end = ids.isEmpty();
    @Nullable Long before = end || gap.sorted(ids.get(0), pass) ? at.lastId() : null;
    List<Long> fresh = ids.stream().limit(1).filter(id -> isNew(id, before)).toList();
    Long last = fresh.isEmpty() ? at.lastId() : fresh.get(0);
    boolean known = !end && fresh.isEmpty(); // so is all that stands before it
    PageRecords records = next.behind(gap.nameless, known ? List.of() : gap.items(at.lastId()));
    Long floor = pass.floor();
    if (end || (floor != null && last != null && last <= floor)) {
      return new Result.Found(records, new PageOutcome.End(fresh, last));
    }
    int stalls = fresh.isEmpty() ? at.stalls() + 1 : 0;
    return new Result.Found(
        records, new PageOutcome.Go(fresh, new Position(gap.end, last, 0, stalls, false)));
  }

  /** Whether what was gone round still is where it was, and what it was. */
  private boolean unmoved(Gap gap, @Nullable Long total) throws InterruptedException, SQLException {
    for (UnreadableRange range : gap.broken) {
      for (long offset : range.offsets()) {
        if (!(probe.rows(1, offset) instanceof PageCalls.Got.Bad)) {
          return false;
        }
      }
    }
    if (gap.endsNameless && !isNameless(gap)) {
      return false;
    }
    if (gap.anchor.isEmpty()) {
      return !probe.fell();
    }
    Row before = gap.anchor.get();
    Optional<Row> now = row(before.offset).filter(row -> row.id == before.id);
    return now.isPresent() && !probe.fell() && (gap.end > gap.first || same(before, total, now));
  }

  /** Where nothing was gone round, nothing but the totals tells what entered or left the list. */
  private static boolean same(Row before, @Nullable Long between, Optional<Row> after) {
    return Objects.equals(before.total(), between)
        && after.filter(row -> Objects.equals(before.total(), row.total())).isPresent();
  }

  private boolean isNameless(Gap gap) throws InterruptedException, SQLException {
    return probe.rows(1, gap.end - 1) instanceof PageCalls.Got.Page got
        && (!got.page().unreadable().isEmpty()
            || got.page().headers().stream().anyMatch(row -> gap.endsWith(row.raw())));
  }

  /** The row there, or the next one before it; empty: none was found that can be read. */
  private Optional<Row> anchor(long offset) throws InterruptedException, SQLException {
    Optional<Row> row = row(offset);
    long bad = offset;
    for (long back = 1; row.isEmpty() && back < 2 * offset; back *= 2) {
      long earlier = Math.max(0, offset - back);
      row = row(earlier);
      bad = row.isEmpty() ? earlier : bad;
    }
    while (row.isPresent() && bad - row.get().offset > 1) {
      long between = (bad + row.get().offset) / 2;
      Optional<Row> nearer = row(between);
      bad = nearer.isEmpty() ? between : bad;
      row = nearer.isPresent() ? nearer : row;
    }
    return row;
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

  /** What cannot be read, from behind one row that can to before another. Used by one thread. */
  private static final class Gap {
    final Optional<Row> anchor;
    final long first;
    final List<UnreadableHeader> nameless = new ArrayList<>();
    final List<UnreadableRange> broken = new ArrayList<>();
    long end;
    boolean endsNameless;

    /**
     * Behind a row, or at the beginning of the list.
     *
     * @param anchor empty where nothing before it can be read
     */
    Gap(Optional<Row> anchor, long first) {
      this.anchor = anchor;
      this.first = first;
      this.end = first;
    }

    /** A page without a row that is new: it reaches behind it. */
    Gap passed(PageRecords page) {
      PageRows rows = page.rows();
      nameless.addAll(page.page().unreadable());
      end += rows.size();
      endsNameless = rows.endsNameless();
      return this;
    }

    /** The first so many rows of what follows have no id, the next one has. */
    Gap before(PageRecords next, int rows) {
      next.page().unreadable().stream().filter(row -> row.row() < rows).forEach(nameless::add);
      end += rows;
      endsNameless |= rows > 0;
      return this;
    }

    void broken(UnreadableRange range) {
      broken.add(range);
      end = range.end();
      endsNameless = false;
    }

    /** Whether that was its last row, which may show an id, although it cannot be its own. */
    boolean endsWith(JsonNode raw) {
      return nameless.get(nameless.size() - 1).raw().equals(raw);
    }

    /** Whether {@code next} may stand where it does: else one of both ids is not its own. */
    boolean sorted(long next, Pass pass) {
      return anchor.isEmpty() || pass.order().byId().compare(anchor.get().id, next) < 0;
    }

    List<Item> items(@Nullable Long lastId) {
      return broken.stream().flatMap(range -> range.items(lastId).stream()).toList();
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

    private final PassReader.Read calls;
    private final Pass pass;
    private @Nullable HeaderQuery readable;
    private @Nullable Long total;
    private boolean fell;
    private int failed;

    RowProbe(PassReader.Read calls, Pass pass) {
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
      fell = false;
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

    /** Whether a row left the list since it began, as its totals tell. */
    boolean fell() {
      return fell;
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
      PageCalls.Got got = calls.page(query);
      if (got instanceof PageCalls.Got.Page page) {
        failed = 0;
        Long now = page.page().total();
        fell |= total != null && now != null && now < total;
        total = now;
        if (!page.page().headers().isEmpty()) {
          readable = query.firstRow();
        }
      }
      return got;
    }
  }
}
