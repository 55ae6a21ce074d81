package dev.ordem.producer.looking;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Topics;
import dev.ordem.producer.looking.LookResult.Look;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.MisplacedRows;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.producer.watch.LookPace;
import dev.ordem.producer.watch.RecentLooks;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.quota.WaitReason;
import io.github.resilience4j.core.IntervalFunction;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one account: each {@link #step} makes one look at most, so that never two are under way.
 * Used by one thread at a time.
 */
final class AccountWatch {
  private static final Logger LOG = LoggerFactory.getLogger(AccountWatch.class);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** Then others may need less of the quota than before. */
  private static final Duration AT_MOST = Duration.ofSeconds(3);

  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final IntervalFunction OUTAGE =
      IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(1), 2, LONGEST);

  private final Means means;
  private final HeldWatch watch;
  private final SliceBook book;
  private final SliceFaults faults;
  private final ShownOrders shown = new ShownOrders();
  private final RecentLooks looks = new RecentLooks();
  private @Nullable Instant lookedAt;
  private @Nullable String waitsFor;
  private int failures;

  AccountWatch(Means means, HeldWatch watch, SliceBook book) {
    this.means = means;
    this.watch = watch;
    this.book = book;
    this.faults = new SliceFaults(means.unreadable(), watch.account());
  }

  /**
   * What every watch of this process shares.
   *
   * @param meters told of each look
   */
  record Means(
      WatchTable table,
      StoredOrders known,
      UnreadableHeaders unreadable,
      PageReader tiny,
      HeaderWriter kafka,
      LookPace pace,
      WatchMeters meters,
      Clock clock) {}

  /**
   * What keeps it from looking.
   *
   * @param held nobody may look just now, as a run is being proved
   * @param based the ledger was told what Postgres knows; before that it takes nothing
   * @param whole a run reads all orders
   */
  record Conditions(boolean held, boolean based, boolean whole) {
    static Conditions of(WatchTable.Kept kept, boolean based) {
      return new Conditions(kept.held(), based, kept.whole());
    }
  }

  /**
   * Looks, if it is time to.
   *
   * @return when to step again; empty: the watch is not ours any more
   */
  Optional<Duration> step(Conditions conditions) throws SQLException, InterruptedException {
    if (!conditions.based()) {
      shown.clear(); // another ledger may be behind it, that was told nothing
      return waits("waiting: the ledger is not told yet what Postgres knows", IDLE);
    }
    if (conditions.held()) {
      return Optional.of(IDLE); // for some seconds, while a run is being proved
    }
    Instant now = means.clock().instant();
    boolean ranges = !conditions.whole();
    Optional<Slice> next = book.next(ranges, now);
    if (next.isEmpty()) { // where nothing changes, that costs no question to the database
      Duration until = Duration.between(now, book.earliest(ranges, now));
      return Optional.of(until.compareTo(IDLE) > 0 ? IDLE : until.plus(SHORT));
    }
    Duration wait = untilNext(now);
    if (wait.compareTo(SHORT) > 0) {
      return Optional.of(wait.compareTo(AT_MOST) > 0 ? AT_MOST : wait);
    }
    return look(next.get(), now);
  }

  /** By the quota, of which others may have used what was free a moment before. */
  private Duration untilNext(Instant now) throws SQLException {
    Optional<WatchTable.QuotaRow> row = means.table().quota(watch.account());
    if (row.isEmpty()) {
      return LONGEST;
    }
    WatchTable.QuotaRow quota = row.get();
    if (quota.closedFor().compareTo(SHORT) > 0) {
      return quota.closedFor();
    }
    LookPace.QuotaUse use =
        new LookPace.QuotaUse(
            quota.limit(),
            quota.window(),
            quota.used(),
            looks.within(quota.window(), now),
            quota.left(),
            now.plus(quota.leftFor()));
    Duration pause = means.pace().pause(use, now);
    Instant last = lookedAt;
    return last == null || last.isAfter(now)
        ? Duration.ZERO
        : pause.minus(Duration.between(last, now));
  }

  private Optional<Duration> look(Slice slice, Instant now)
      throws SQLException, InterruptedException {
    HeaderQuery query = book.query(slice, now);
    Answer<HeaderPage> answer = means.tiny().read(watch.account(), query);
    if (answer instanceof Answer.Ok<HeaderPage> ok) {
      lookedAt = now;
      looks.add(now);
      HeaderPage page = MisplacedRows.among(ok.value(), query.order());
      return seen(new Look(watch.account(), slice, page, ok.at()), now);
    }
    if (answer instanceof Answer.Later<HeaderPage> later) {
      return later(later);
    }
    lookedAt = now;
    return failed(slice, error(answer), now);
  }

  private Optional<Duration> failed(Slice slice, TinyError error, Instant now) throws SQLException {
    BrokenSlices broken = book.broken();
    boolean before = broken.inPieces(slice);
    BrokenSlices.Progress progress = broken.failed(slice, error, now);
    String why = error.withoutQuote();
    LOG.debug("{}: {} cannot be looked at: {}", watch.account(), slice.name(), why);
    if (!before && broken.inPieces(slice)) {
      LOG.warn(
          "watch of {}: {} cannot be looked at as a whole, and is piece by piece: {}",
          watch.account(),
          slice.name(),
          why);
    }
    faults.tell(slice, progress, now);
    if (progress.since() != null) { // nothing is left but rows at fault
      return noted(slice, progress, null, now) ? Optional.of(SHORT) : Optional.empty();
    }
    book.failed(slice, now);
    if (!broken.outage()) {
      return Optional.of(SHORT);
    }
    failures++;
    return waits(why, Duration.ofMillis(OUTAGE.apply(failures)));
  }

  /** Waiting for the quota is how it goes; any other reason is told. */
  private Optional<Duration> later(Answer.Later<HeaderPage> later) throws SQLException {
    Duration until = Duration.between(means.clock().instant(), later.until());
    Duration pause = until.compareTo(LONGEST) > 0 ? LONGEST : until;
    return later.reason() == WaitReason.QUOTA
        ? Optional.of(pause.compareTo(SHORT) < 0 ? SHORT : pause)
        : waits("waiting: " + why(later.reason()), pause.compareTo(IDLE) < 0 ? IDLE : pause);
  }

  private static String why(WaitReason reason) {
    return switch (reason) {
      case AUTHORISATION -> "the account must be connected again";
      case APPLICATION ->
          "Tiny does not accept the account's application; ./ordem health says what mends it";
      case ACCOUNT -> "Tiny forbids the account this call (403)";
      case QUOTA, BREAKER, OUTAGE -> "Tiny cannot be reached (" + reason.label() + ")";
    };
  }

  private static TinyError error(Answer<HeaderPage> answer) {
    if (answer instanceof Answer.Failed<HeaderPage> failed) {
      return failed.error();
    }
    return answer instanceof Answer.Rejected<HeaderPage> rejected
        ? rejected.error()
        : new TinyError(
            TinyError.Cause.REFUSED, "Tiny has no such list (404). Check TINY_API_URL.", null, 404);
  }

  private Optional<Duration> seen(Look look, Instant now)
      throws SQLException, InterruptedException {
    failures = 0;
    PageSpan span = PageSpan.of(look.slice(), look.page()).orElse(null);
    Set<Long> ids = look.page().headers().stream().map(OrderHeader::id).collect(Collectors.toSet());
    Map<Long, KnownOrder> known = means.known().of(watch.account(), ids, span);
    LookResult result = LookResult.of(look, shown, known, span);
    write(look, result);
    List<Item> untold = LookFaults.of(look, shown);
    BrokenSlices.Progress progress =
        book.broken().served(look.slice(), look.page(), result.changes(), untold, now);
    faults.tell(look.slice(), progress, now);
    waitsFor =
        result.doubtful()
            ? look.slice().name() + " does not show most of the known orders; a run is to tell"
            : null;
    boolean ours = noted(look.slice(), progress, look.page().total(), now);
    return ours ? Optional.of(SHORT) : Optional.empty();
  }

  /** Whether the watch is still ours. */
  private boolean noted(
      Slice slice, BrokenSlices.Progress progress, @Nullable Long total, Instant now)
      throws SQLException {
    WatchTable.Looked noted = book.looked(slice, progress, total, now);
    means.meters().looked(watch.account(), slice, book.lists());
    return means.table().note(watch, noted, waitsFor);
  }

  /** What was written is remembered once it is acknowledged. */
  private void write(Look look, LookResult result) throws InterruptedException {
    Map<ProducerRecord<byte[], byte[]>, Long> orders = new LinkedHashMap<>();
    result.events().forEach(event -> orders.put(record(event), event.key().osId()));
    List<ProducerRecord<byte[], byte[]>> refused =
        orders.isEmpty() ? List.of() : means.kafka().write(List.copyOf(orders.keySet()));
    shown.note(look, result, refused.stream().map(orders::get).collect(Collectors.toSet()));
  }

  private static ProducerRecord<byte[], byte[]> record(HeaderEvent.OfOrder event) {
    return Topics.OS_HEADERS.record(event.key().toString(), event);
  }

  private Optional<Duration> waits(String why, Duration pause) throws SQLException {
    if (why.equals(waitsFor)) {
      return Optional.of(pause);
    }
    waitsFor = why;
    LOG.info("watch of {}: {}", watch.account(), why);
    return means.table().note(watch, null, why) ? Optional.of(pause) : Optional.empty();
  }
}
