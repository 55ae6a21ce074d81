package dev.ordem.producer.reading;

import dev.ordem.producer.paging.AdaptivePageSize;
import dev.ordem.producer.paging.PageOutcome;
import dev.ordem.producer.paging.PageRows;
import dev.ordem.producer.paging.Pages;
import dev.ordem.producer.paging.Pass;
import dev.ordem.producer.paging.Position;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.tiny.http.TinyError;
import java.sql.SQLException;
import java.util.List;

/** Reads one list of a run, from where its cursor stands to its end. Used by one thread. */
final class PassReader {
  private static final int MOST_MOVES = 20;

  private final PageCalls calls;
  private final PageWriter writer;
  private final Pass pass;
  private final AdaptivePageSize window;
  private final UnreadableRowSkipper detour;
  private Position position;
  private int moves;

  PassReader(PageCalls calls, PageWriter writer, int pageSize, Pass pass) {
    this.calls = calls;
    this.writer = writer;
    this.pass = pass;
    this.window = new AdaptivePageSize(pageSize);
    this.detour = new UnreadableRowSkipper(calls, pass, pageSize);
    Cursor cursor = writer.cursor();
    this.position = Position.at(cursor.offset(), cursor.lastId());
  }

  /**
   * Returns when the list is over, or as much of it as is wanted.
   *
   * @throws ReadingStopped if the run is not to be read any more
   * @throws ReadingGivenUp if the list cannot be read
   */
  void read() throws InterruptedException, SQLException {
    boolean over = false;
    while (!over && !writer.enough()) {
      int limit = window.limit(position.offset());
      PageCalls.Got got = calls.read(pass.page(limit, position.offset()));
      if (got instanceof PageCalls.Got.Page page) {
        over = take(limit, PageRecords.of(page.page(), page.at(), pass.order(), List.of()));
      } else if (got instanceof PageCalls.Got.Bad bad && window.least(position.offset())) {
        over = goRound(bad);
      } else if (got instanceof PageCalls.Got.Bad bad) {
        window.failed(position.offset(), bad.error().cause() == TinyError.Cause.TIMEOUT);
      }
    }
  }

  private boolean take(int limit, PageRecords page) throws InterruptedException, SQLException {
    PageRows rows = page.rows();
    calls.up();
    if (rows.size() > 0) {
      detour.readable(position.offset());
    }
    window.read(position.offset(), rows.size());
    return go(page, new Pages(pass.order(), limit, pass.floor()).after(position, rows));
  }

  private boolean goRound(PageCalls.Got.Bad bad) throws InterruptedException, SQLException {
    UnreadableRowSkipper.Result result = detour.around(position);
    window.passed();
    if (result instanceof UnreadableRowSkipper.Result.Found found) {
      moves = 0;
      return go(found.page(), found.step());
    }
    if (result instanceof UnreadableRowSkipper.Result.Moved && moves < MOST_MOVES) {
      moves++;
    } else {
      calls.down(bad.error());
    }
    return false;
  }

  /** Whether the list is over. */
  private boolean go(PageRecords page, PageOutcome step) throws InterruptedException, SQLException {
    int pass = writer.cursor().pass();
    if (step instanceof PageOutcome.Go go) {
      boolean onward = go.next().offset() > position.offset();
      boolean faults = page.rows().nameless() > 0 || !page.missing().isEmpty();
      if (!go.fresh().isEmpty() || (onward && faults)) {
        write(page, go.fresh(), pass, go.next());
      }
      position = go.next();
      return false;
    }
    if (step instanceof PageOutcome.GiveUp lost) {
      throw new ReadingGivenUp(lost.why());
    }
    write(page, ((PageOutcome.End) step).fresh(), pass + 1, Position.START);
    return true;
  }

  private void write(PageRecords page, List<Long> fresh, int number, Position next)
      throws InterruptedException, SQLException {
    writer.write(page, pass, fresh, number, next);
  }
}
