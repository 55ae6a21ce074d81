package dev.ordem.detail.ledger;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Event;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads entries, lets {@link Decisions} decide, writes entries and tells what follows. One for each
 * partition, used by one thread.
 */
final class LedgerProcessor implements Processor<String, Event, String, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerProcessor.class);
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration REPORT = Duration.ofSeconds(1);
  private static final int DUE_AT_ONCE = 1000;

  /** Below so many orders, a full read that misses most of them is still believed. */
  private static final int FEW = 50;

  private final Wiring wiring;
  private final Decisions decisions;
  private final Agenda agenda = new Agenda();
  private @Nullable Opened opened;

  LedgerProcessor(Wiring wiring) {
    this.wiring = wiring;
    this.decisions = new Decisions(wiring.rules);
  }

  /** What every partition's ledger shares; thread safe. */
  record Wiring(LedgerRules rules, Supplier<UUID> ids, LedgerMeters meters) {}

  /** What there is once the task runs. */
  private record Opened(
      ProcessorContext<String, Object> context,
      KeyValueStore<String, Content> contents,
      KeyValueStore<String, Standing> standings,
      RunBook runs,
      Outlet outlet) {}

  @Override
  public void init(ProcessorContext<String, Object> context) {
    Outlet outlet = new Outlet(context, wiring.meters);
    RunBook runs =
        new RunBook(
            context.getStateStore(LedgerTopology.RUNS), outlet, context.taskId().partition());
    Opened stores =
        new Opened(
            context,
            context.getStateStore(LedgerTopology.CONTENTS),
            context.getStateStore(LedgerTopology.STANDINGS),
            runs,
            outlet);
    opened = stores;
    try (KeyValueIterator<String, Standing> all = stores.standings.all()) {
      all.forEachRemaining(
          entry -> agenda.move(OrderKey.parse(entry.key), Task.NONE, entry.value.task()));
    }
    runs.open(now());
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, at -> tick());
    context.schedule(REPORT, PunctuationType.WALL_CLOCK_TIME, at -> report());
  }

  @Override
  public void process(Record<String, Event> record) {
    opened().outlet.during(record);
    Event event = record.value();
    if (event instanceof HeaderEvent.Marker marker) {
      mark(marker);
    } else {
      Optional<OrderKey> key = keyOf(event);
      if (key.isPresent() && key.get().toString().equals(record.key())) {
        ofOrder(key.get(), record);
      } else {
        opened().outlet.refused(record, "the key " + record.key() + " is not that of the value");
      }
    }
  }

  @Override
  public void close() {
    Opened stores = opened;
    if (stores != null) {
      wiring.meters.forget(stores.context.taskId().partition());
    }
  }

  private static Optional<OrderKey> keyOf(@Nullable Event event) {
    if (event instanceof HeaderEvent.OfOrder header) {
      return Optional.of(header.key());
    }
    return event instanceof DetailResult result
        ? Optional.of(result.request().key())
        : Optional.empty();
  }

  private void ofOrder(OrderKey key, Record<String, Event> record) {
    Event event = record.value();
    Instant now = now();
    if (event instanceof HeaderEvent.Seen seen) {
      opened().runs.begin(seen.runId(), key.account(), seen.seenAt());
      takeUp(key.account(), seen.runId(), now);
      opened().runs.resume(seen.runId(), now);
    }
    Standing before = standing(key);
    Optional<Decision> decision = decide(key, before, record, now);
    if (decision.isEmpty()) {
      return;
    }
    if (event instanceof HeaderEvent.Seen) {
      wiring.meters.headerSeen();
    } else if (event instanceof DetailResult result) {
      meter(result, before, now);
    }
    apply(key, before, decision.get());
    dispatch(key.account(), now);
  }

  /** Empty if none can be taken: the record is put aside, and the ledger goes on. */
  private Optional<Decision> decide(
      OrderKey key, Standing before, Record<String, Event> record, Instant now) {
    Content stored = opened().contents.get(key.toString());
    Content content = stored == null ? Content.NONE : stored;
    try {
      return Optional.of(decisions.on(record.value(), content, before, now));
    } catch (RuntimeException e) { // whatever it is, the other orders of the partition go on
      LOG.error("no decision on {}; it goes to the DLQ", record.value(), e);
      opened().outlet.refused(record, "no decision can be taken: " + e);
      return Optional.empty();
    }
  }

  /** Adjusts the account's window to an answer that is waited for. */
  private void meter(DetailResult result, Standing before, Instant now) {
    DetailRequest request = result.request();
    if (!before.task().answers(request.id())) {
      return;
    }
    Instant sentAt = before.task().since();
    int outstanding = agenda.outstanding(request.account());
    agenda.window(
        request.account(),
        window ->
            result instanceof DetailResult.Deferred deferred
                ? window.deferred(request.lane(), sentAt, deferred.until(), now)
                : window.answered(sentAt, outstanding, now, wiring.rules.windowMax()));
    if (result instanceof DetailResult.Fetched) {
      wiring.meters.orderSynced();
    }
  }

  private void mark(HeaderEvent.Marker marker) {
    Instant now = now();
    UUID run = marker.runId();
    opened().runs.begin(run, marker.account(), marker.time());
    if (marker instanceof HeaderEvent.EndOfHeaders end) {
      if (end.mode() == Mode.FULL && !opened().runs.ended(run, end.endedAt())) {
        missAbsent(end, now);
      }
      takeUp(marker.account(), run, now);
      opened().runs.end(run, end.endedAt(), now);
    } else {
      drop(marker.account(), run, now);
      opened().runs.cancel(run, now);
    }
    dispatch(marker.account(), now);
  }

  private void drop(String account, UUID run, Instant now) {
    for (OrderKey key : agenda.waiting(account)) {
      Standing before = standing(key);
      apply(key, before, decisions.canceled(key, before, run, now));
    }
  }

  /** A run goes on; if it was cancelled, it wants again what it dropped. */
  private void takeUp(String account, UUID run, Instant now) {
    if (!opened().runs.canceled(run)) {
      return;
    }
    List<OrderKey> dropped = new ArrayList<>();
    try (KeyValueIterator<String, Standing> all = ofAccount(account)) {
      while (all.hasNext()) {
        KeyValue<String, Standing> entry = all.next();
        if (run.equals(entry.value.task().droppedBy())) {
          dropped.add(OrderKey.parse(entry.key));
        }
      }
    }
    for (OrderKey key : dropped) {
      Standing before = standing(key);
      apply(key, before, decisions.resumed(key, before, run, now));
    }
  }

  /** A complete read is over: which orders did it not show? */
  private void missAbsent(HeaderEvent.EndOfHeaders end, Instant now) {
    Instant begun = opened().runs.begunAt(end.runId());
    List<OrderKey> absent = new ArrayList<>();
    long listed = 0;
    try (KeyValueIterator<String, Standing> all = ofAccount(end.account())) {
      while (all.hasNext()) {
        KeyValue<String, Standing> entry = all.next();
        Instant seenAt = entry.value.headerSeenAt();
        listed += seenAt == null ? 0 : 1;
        if (seenAt != null && seenAt.isBefore(begun)) {
          absent.add(OrderKey.parse(entry.key));
        }
      }
    }
    if (listed > FEW && absent.size() * 2L > listed) {
      LOG.warn(
          "run {} read all headers of {} but missed {} of {} orders: not believed",
          end.runId(),
          end.account(),
          absent.size(),
          listed);
      return;
    }
    for (OrderKey key : absent) {
      Standing before = standing(key);
      apply(key, before, decisions.absent(key, before, end.runId(), now));
    }
  }

  /** {@code ;} follows {@code :}, so these are the keys that begin with the account and a colon. */
  private KeyValueIterator<String, Standing> ofAccount(String account) {
    return opened().standings.range(account + ":", account + ";");
  }

  private void tick() {
    Instant now = now();
    opened().outlet.duringPunctuation();
    for (OrderKey key : agenda.due(now, DUE_AT_ONCE)) {
      Standing before = standing(key);
      apply(key, before, decisions.due(key, before, now));
    }
    agenda.accounts().forEach(account -> dispatch(account, now));
  }

  private void report() {
    opened().outlet.duringPunctuation();
    opened().runs.tellChanged();
    wiring.meters.report(opened().context.taskId().partition(), agenda.sizes(), now());
  }

  private void dispatch(String account, Instant now) {
    Optional<OrderKey> next = agenda.next(account, now);
    while (next.isPresent()) {
      OrderKey key = next.get();
      Standing before = standing(key);
      if (before.task().state() != SyncState.Work.QUEUED) {
        throw new IllegalStateException(key + " is on the agenda but " + before.task());
      }
      apply(key, before, decisions.requested(key, before, wiring.ids.get(), now));
      next = agenda.next(account, now);
    }
  }

  private void apply(OrderKey key, Standing before, Decision decision) {
    Content content = decision.content();
    if (content != null) {
      boolean none = content.equals(Content.NONE);
      opened().contents.put(key.toString(), none ? null : content);
    }
    if (!decision.standing().equals(before)) {
      opened().standings.put(key.toString(), decision.standing());
      agenda.move(key, before.task(), decision.standing().task());
    }
    Instant now = now();
    for (Effect effect : decision.effects()) {
      if (effect instanceof Effect.Counted counted) {
        opened().runs.count(counted.runId(), key.account(), counted.tally(), now);
      } else {
        opened().outlet.tell(key, effect, now);
      }
    }
  }

  private Standing standing(OrderKey key) {
    Standing standing = opened().standings.get(key.toString());
    return standing == null ? Standing.NONE : standing;
  }

  private Instant now() {
    return Instant.ofEpochMilli(opened().context.currentSystemTimeMs());
  }

  private Opened opened() {
    return requireNonNull(opened, "not initialised");
  }
}
