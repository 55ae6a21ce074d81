package dev.ordem.producer.reading;

import dev.ordem.producer.paging.AdaptivePageSize;
import dev.ordem.producer.paging.PageOutcome;
import dev.ordem.producer.paging.PageRows;
import dev.ordem.producer.paging.Pages;
import dev.ordem.producer.paging.Pass;
import dev.ordem.producer.paging.Position;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderQuery;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one list of a run, from where its cursor stands to its end. It always ends: whatever is
 * asked for brings a new row, or counts as one of so many times that it may bring none. Used by one
 * thread.
 */
final class PassReader {
  private static final int MOST_DETOURS = 20;

  /** Having stepped back once, and come again. */
  private static final int TWICE = 2;

  private final Calls calls;
  private final Writer writer;
  private final Pass pass;
  private final AdaptivePageSize window;
  private final UnreadableRowSkipper detour;
  private Position position;
  private int detours;
  private OptionalLong belowFloor = OptionalLong.empty();

  PassReader(Calls calls, Writer writer, int pageSize, Pass pass) {
    this.calls = calls;
    this.writer = writer;
    this.pass = pass;
    this.window = new AdaptivePageSize(pageSize);
    this.detour = new UnreadableRowSkipper(this::shown, pass, pageSize);
    Cursor cursor = writer.cursor().get();
    this.position = Position.at(cursor.offset(), cursor.lastId());
  }

  /**
   * Asks for pages.
   *
   * @param next asks for the next page of the list; where that is to be put off, {@link
   *     PassReader#read} is called again for it
   * @param read asks for any other
   * @param up what was asked for brought something new, so the list answers
   */
  record Calls(Read next, Read read, Runnable up, Down down) {}

  /** One page. */
  @FunctionalInterface
  interface Read {
    /**
     * Reads it.
     *
     * @throws ReadingStopped if the run is not to be read any more
     * @throws ReadingGivenUp if no page can be read
     */
    PageCalls.Got page(HeaderQuery query) throws InterruptedException, SQLException;
  }

  /** The list does not answer, whatever is asked. */
  @FunctionalInterface
  interface Down {
    /**
     * Waits, ever longer.
     *
     * @param told the same for everybody: without what Tiny sent
     * @throws ReadingGivenUp if that happened too often
     */
    void waits(String why, String told) throws InterruptedException, SQLException;
  }

  /**
   * Keeps what was read.
   *
   * @param cursor where the reading stands
   * @param enough whether no more is wanted
   */
  record Writer(Supplier<Cursor> cursor, BooleanSupplier enough, Write write) {}

  /** What is new of a page. */
  @FunctionalInterface
  interface Write {
    /**
     * Writes it.
     *
     * @param fresh ids of the page that are new to the pass
     * @param number of the pass of the next page, which is at {@code next}
     * @throws ReadingStopped if the run is not to be read any more
     */
    void page(PageRecords page, Pass pass, List<Long> fresh, int number, Position next)
        throws InterruptedException, SQLException;
  }

  /**
   * Returns when the list is over, or as much of it as is wanted; or at once, with the greatest id
   * of the list, if that is below the floor: nothing is known of the order there, which was deleted
   * or was never one.
   *
   * @throws ReadingStopped if the run is not to be read any more
   * @throws ReadingGivenUp if the list cannot be read
   */
  OptionalLong read() throws InterruptedException, SQLException {
    boolean over = false;
    while (!over && !writer.enough().getAsBoolean()) {
      int limit = window.limit(position.offset());
      HeaderQuery query = pass.page(limit, position.offset());
      boolean again = position.stalls() >= TWICE && !position.probing();
      PageCalls.Got got = again ? shown(query) : calls.next().page(query);
      if (got instanceof PageCalls.Got.Page page) {
        over = take(limit, PageRecords.of(page.page(), page.at(), pass.order()));
      } else if (got instanceof PageCalls.Got.Bad bad && window.least(position.offset())) {
        over = goRound(bad.error().message(), bad.error().withoutQuote());
      } else if (got instanceof PageCalls.Got.Bad bad) {
        window.failed(position.offset(), bad.error().cause() == TinyError.Cause.TIMEOUT);
      }
    }
    return belowFloor;
  }

  /** A page; if it is empty, although the list counts rows there, it is one that cannot be read. */
  private PageCalls.Got shown(HeaderQuery query) throws InterruptedException, SQLException {
    PageCalls.Got got = calls.read().page(query);
    if (query.offset() == 0 || !isEmpty(got)) {
      return got;
    }
    Long total = total(got);
    if (total == null || total <= query.offset()) {
      total = total(calls.read().page(pass.page(1, 0)));
    }
    return total == null || total <= query.offset()
        ? got
        : new PageCalls.Got.Bad(empty(query, total));
  }

  private static boolean isEmpty(PageCalls.Got got) {
    return got instanceof PageCalls.Got.Page page
        && page.page().headers().isEmpty()
        && page.page().unreadable().isEmpty();
  }

  private static @Nullable Long total(PageCalls.Got got) {
    return got instanceof PageCalls.Got.Page page ? page.page().total() : null;
  }

  private static TinyError empty(HeaderQuery query, long total) {
    String message =
        "GET ordem-servico: no row at offset %d, although the list counts %d"
            .formatted(query.offset(), total);
    return new TinyError(TinyError.Cause.UNREADABLE, message, null, 200);
  }

  /** Whether the list begins below the floor, as its first rows that can be read show. */
  private boolean isBelowFloor(PageRows rows) {
    Long floor = pass.floor();
    boolean first = position.offset() == 0 && position.lastId() == null;
    if (floor != null && first && !rows.ids().isEmpty() && rows.ids().get(0) < floor) {
      belowFloor = OptionalLong.of(rows.ids().get(0));
    }
    return belowFloor.isPresent();
  }

  private boolean take(int limit, PageRecords page) throws InterruptedException, SQLException {
    PageRows rows = page.rows();
    if (rows.size() > 0) {
      detour.readable(position.offset());
    }
    window.read(position.offset(), rows.size());
    PageOutcome step = new Pages(pass.order(), limit, pass.floor()).after(position, rows);
    return step instanceof PageOutcome.Around
        ? goRound(nameless(position.offset()), nameless(position.offset()))
        : go(page, step);
  }

  private static String nameless(long offset) {
    return "rows without a readable id fill a page at offset " + offset;
  }

  private boolean goRound(String why, String told) throws InterruptedException, SQLException {
    detours++;
    UnreadableRowSkipper.Result result = detour.around(position);
    window.passed();
    if (detours > MOST_DETOURS) {
      throw new ReadingGivenUp(
          "the list moves, or contradicts itself, wherever it is read: " + why);
    }
    if (result instanceof UnreadableRowSkipper.Result.Found found) {
      return go(found.page(), found.step());
    }
    if (result instanceof UnreadableRowSkipper.Result.Down) {
      detours--;
      calls.down().waits(why, told);
    }
    return false;
  }

  /** Whether the list is over. */
  private boolean go(PageRecords page, PageOutcome step) throws InterruptedException, SQLException {
    if (isBelowFloor(page.rows())) {
      return true;
    }
    int pass = writer.cursor().get().pass();
    if (step instanceof PageOutcome.Go go) {
      if (!go.fresh().isEmpty()) {
        calls.up().run();
        detours = 0;
      }
      boolean onward = go.next().offset() > position.offset();
      if (!go.fresh().isEmpty() || (onward && page.faulty())) {
        write(page, go.fresh(), pass, go.next());
      }
      position = go.next();
      return false;
    }
    if (step instanceof PageOutcome.GiveUp
        && page.rows().size() == 0
        && !this.pass.everyOrderCounts()) {
      // Of one status something is counted and not shown: that is no reason to read no other.
      return go(page, new PageOutcome.End(List.of(), position.lastId()));
    }
    if (step instanceof PageOutcome.GiveUp lost) {
      throw new ReadingGivenUp(lost.why());
    }
    calls.up().run();
    write(page, ((PageOutcome.End) step).fresh(), pass + 1, Position.START);
    return true;
  }

  private void write(PageRecords page, List<Long> fresh, int number, Position next)
      throws InterruptedException, SQLException {
    writer.write().page(page, pass, fresh, number, next);
  }
}
