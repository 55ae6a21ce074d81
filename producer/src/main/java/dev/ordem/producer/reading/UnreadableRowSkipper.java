package dev.ordem.producer.reading;

import dev.ordem.producer.paging.PageOutcome;
import dev.ordem.producer.paging.Pages;
import dev.ordem.producer.paging.Pass;
import dev.ordem.producer.paging.Position;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.tiny.http.TinyError;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes round rows that no page can show: from the last row that can be read, the anchor, over those
 * that cannot, to the next one that can. Then anchor and rows at fault are asked for again: if they
 * still are what they were, the list has not moved in between, and nothing was jumped over that
 * could have been read.
 */
final class UnreadableRowSkipper {
  private static final int LEAST = 2;
  private static final int MOST_BACK = 3;
  private static final int MOST_ROWS = 20;

  private final PageCalls calls;
  private final Pass pass;

  UnreadableRowSkipper(PageCalls calls, Pass pass) {
    this.calls = calls;
    this.pass = pass;
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

    /** Nothing can be read here, so it is not the rows. */
    record Down() implements Result {}
  }

  /** Goes round what follows {@code at}. */
  Result around(Position at) throws InterruptedException, SQLException {
    Optional<Row> anchor = anchor(at.offset());
    if (anchor.isEmpty() && at.offset() > MOST_BACK) {
      return new Result.Down();
    }
    if (anchor.filter(row -> isNew(row.id, at.lastId())).isPresent()) {
      return ordinary(anchor.get(), at);
    }
    List<Fault> faults = new ArrayList<>();
    long first = anchor.map(row -> row.offset + 1).orElse(0L);
    while (faults.size() < MOST_ROWS) {
      long offset = first + faults.size();
      PageCalls.Got got = one(offset);
      if (got instanceof PageCalls.Got.Bad bad) {
        faults.add(new Fault(offset, bad.error()));
      } else if (got instanceof PageCalls.Got.Page page) {
        return unmoved(anchor, faults) ? found(at, offset, page, faults) : new Result.Moved();
      }
    }
    return new Result.Down();
  }

  /** The first row of the list, or one that is too far: it is read as any other page. */
  private Result ordinary(Row row, Position at) {
    PageRecords page = PageRecords.of(row.page.page(), row.page.at(), pass.order(), List.of());
    Pages pages = new Pages(pass.order(), LEAST, pass.floor());
    return new Result.Found(page, pages.after(at, page.rows()));
  }

  private Result found(Position at, long offset, PageCalls.Got.Page next, List<Fault> faults) {
    List<Item> missing = faults.stream().map(fault -> fault.item(at.lastId())).toList();
    PageRecords records = PageRecords.of(next.page(), next.at(), pass.order(), missing);
    List<Long> ids = records.rows().ids();
    if (ids.isEmpty() && records.rows().nameless() == 0) {
      return new Result.Found(records, new PageOutcome.End(List.of(), at.lastId()));
    }
    List<Long> fresh = ids.stream().filter(id -> isNew(id, at.lastId())).toList();
    Long last = fresh.isEmpty() ? at.lastId() : fresh.get(0);
    Long floor = pass.floor();
    if (floor != null && last != null && last <= floor) {
      return new Result.Found(records, new PageOutcome.End(fresh, last));
    }
    int stalls = fresh.isEmpty() ? at.stalls() + 1 : 0;
    return new Result.Found(
        records, new PageOutcome.Go(fresh, new Position(offset, last, 0, stalls, false)));
  }

  private boolean unmoved(Optional<Row> anchor, List<Fault> faults)
      throws InterruptedException, SQLException {
    for (Fault fault : faults) {
      if (!(one(fault.offset) instanceof PageCalls.Got.Bad)) {
        return false;
      }
    }
    return anchor.isEmpty()
        || faults.isEmpty()
        || row(anchor.get().offset).filter(row -> row.id == anchor.get().id).isPresent();
  }

  private Optional<Row> anchor(long offset) throws InterruptedException, SQLException {
    for (long back = offset; back >= Math.max(0, offset - MOST_BACK); back--) {
      Optional<Row> row = row(back);
      if (row.isPresent()) {
        return row;
      }
    }
    return Optional.empty();
  }

  private Optional<Row> row(long offset) throws InterruptedException, SQLException {
    return one(offset) instanceof PageCalls.Got.Page got
        ? got.page().headers().stream().findFirst().map(header -> new Row(offset, header.id(), got))
        : Optional.empty();
  }

  private PageCalls.Got one(long offset) throws InterruptedException, SQLException {
    return calls.read(pass.page(1, offset));
  }

  private boolean isNew(long id, @Nullable Long lastId) {
    return lastId == null || pass.order().byId().compare(id, lastId) > 0;
  }

  private record Row(long offset, long id, PageCalls.Got.Page page) {}

  private record Fault(long offset, TinyError error) {
    /** Named by its neighbour, as nothing is known of itself. */
    Item item(@Nullable Long lastId) {
      String place = UnreadableHeaders.behind(lastId) + ", row " + (offset + 1);
      return new Item(place, error.cause() + " " + error.status(), error.message());
    }
  }
}
