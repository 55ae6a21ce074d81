package dev.ordem.producer.reading;

import dev.ordem.contract.RunState.Module;
import dev.ordem.producer.paging.DistinctIds;
import dev.ordem.producer.paging.Pass;
import dev.ordem.producer.paging.Position;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunEntry;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.tiny.order.OrderHeader;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes the pages of one run: first what the page holds, acknowledged, then the cursor behind it.
 * A page that is written twice is harmless, one that is not written is not passed. Used by one
 * thread.
 */
final class PageWriter {
  private final RunBook book;
  private final HeaderWriter kafka;
  private final UnreadableHeaders known;
  private final Clock clock;
  private final RunEntry run;
  private final LocalLease holding;
  private final Set<String> met = new HashSet<>();
  private final DistinctIds ids = new DistinctIds();
  private Cursor cursor;
  private long done;

  /**
   * Goes on at {@code cursor}.
   *
   * @param run as its row was when this reading began
   */
  PageWriter(RunReader.Source source, RunEntry run, LocalLease holding, Cursor cursor) {
    this.book = source.book();
    this.kafka = source.kafka();
    this.known = source.unreadable();
    this.clock = source.clock();
    this.run = run;
    this.holding = holding;
    this.cursor = cursor;
    this.done = run.headers();
    met.addAll(cursor.unreadable().names());
  }

  /** Where the reading stands. */
  Cursor cursor() {
    return cursor;
  }

  /** Headers written so far, those of interrupted readings too. */
  long done() {
    return done;
  }

  /** Different orders that this reader wrote, up to an id. */
  long distinct(long highest) {
    return ids.count(highest);
  }

  /** Whether the maximum is reached. */
  boolean enough() {
    Long max = run.request().max();
    return max != null && done >= max;
  }

  /** Writes what is new of a page. */
  void write(PageRecords page, Pass pass, List<Long> fresh, int number, Position next)
      throws InterruptedException, SQLException {
    if (!holding.goesOn()) {
      throw new ReadingStopped();
    }
    Set<Long> wanted = new LinkedHashSet<>(fresh);
    List<OrderHeader> headers = page.headers(wanted, left());
    List<OrderHeader> refused = send(page, headers);
    List<Item> faults = new ArrayList<>(page.unreadable());
    faults.removeIf(item -> !met.add(item.name()));
    CursorUpdates.Faults unread =
        new CursorUpdates.Faults(
            faults.stream().map(Item::name).toList(), faults.stream().mapToLong(Item::rows).sum());
    refused.forEach(row -> faults.add(PageRecords.tooLarge(row)));
    bury(page, faults);
    List<Long> written = new ArrayList<>(headers.stream().map(OrderHeader::id).toList());
    List<Long> tooLarge = refused.stream().map(OrderHeader::id).toList();
    written.removeAll(tooLarge);
    known.readable(run.request().account(), written, page.readablePlaces());
    ids.add(written);
    done += written.size();
    move(
        page,
        pass,
        new CursorUpdates.Page(written, highest(fresh), unread, tooLarge, page.page().total()),
        number,
        next);
  }

  /**
   * All lists by status are read.
   *
   * @param seen different orders in them
   * @param total of the whole list
   */
  void counted(int number, long seen, @Nullable Long total) throws SQLException {
    cursor = CursorUpdates.counted(cursor, number, seen, total);
    moved(book.move(run.run(), cursor, module(Module.Status.RUNNING, total, null), null));
  }

  /**
   * The whole list is read: if it does not add up, it is read once more, unless that would tell
   * nothing new.
   *
   * @param end behind all stages
   */
  void judged(int end) throws SQLException {
    boolean faulty = cursor.unreadable().count() > 0 || !cursor.refusedByKafka().isEmpty();
    boolean bounded = run.request().max() != null;
    cursor =
        cursor.total() == null || cursor.addsUp() || faulty || bounded
            ? CursorUpdates.over(cursor, end)
            : CursorUpdates.counted(cursor, cursor.pass() + 1, 0, null);
    moved(book.move(run.run(), cursor, module(Module.Status.RUNNING, cursor.total(), null), null));
  }

  private void move(
      PageRecords page, Pass pass, CursorUpdates.Page brought, int number, Position next)
      throws SQLException {
    Cursor after = CursorUpdates.moved(cursor, pass, brought, number, next);
    Long total = pass.everyOrder() ? brought.total() : null;
    moved(
        book.move(run.run(), after, module(Module.Status.RUNNING, total, null), page.at().asked()));
    cursor = after;
  }

  private static void moved(boolean found) {
    if (!found) {
      throw new ReadingStopped();
    }
  }

  /** How far the headers are. */
  Module module(Module.Status status, @Nullable Long total, @Nullable String error) {
    Long max = run.request().max();
    Long most = total != null && max != null ? Long.valueOf(Math.min(total, max)) : total;
    return new Module(status, done, most, error);
  }

  private long left() {
    Long max = run.request().max();
    return max == null ? Long.MAX_VALUE : max - done;
  }

  /** Only the first list of an incremental run is the one that reads everything new. */
  private @Nullable Long highest(List<Long> fresh) {
    boolean counts =
        switch (run.mode()) {
          case FULL, RECONCILE -> true;
          case INCREMENTAL -> cursor.pass() == 0;
          case PERIOD, DETAILS, AUTO -> false;
        };
    return counts ? fresh.stream().max(Long::compare).orElse(null) : null;
  }

  private List<OrderHeader> send(PageRecords page, List<OrderHeader> headers)
      throws InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records =
        headers.stream().map(row -> page.seen(run, row)).toList();
    List<ProducerRecord<byte[], byte[]>> refused = kafka.write(records);
    return headers.stream()
        .filter(row -> refused.contains(records.get(headers.indexOf(row))))
        .toList();
  }

  /** Tells the dead letters what they do not know yet, and has read what may be a good order. */
  private void bury(PageRecords page, List<Item> faults) throws InterruptedException, SQLException {
    String account = run.request().account();
    for (Item item : known.unknown(account, faults)) {
      List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
      records.add(page.deadLetter(run, item, clock.instant()));
      page.doubted(run, item).ifPresent(records::add);
      kafka.write(records);
    }
    known.remember(account, faults);
  }
}
