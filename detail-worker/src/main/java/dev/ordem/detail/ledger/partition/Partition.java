package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.decision.Asker;
import dev.ordem.detail.ledger.decision.Decision;
import dev.ordem.detail.ledger.decision.Decisions;
import dev.ordem.detail.ledger.decision.Demand;
import dev.ordem.detail.ledger.decision.Effect;
import dev.ordem.detail.ledger.decision.RequestDecisions;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.OrderEntry;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.order.Task;
import dev.ordem.detail.ledger.store.CountedStore;
import dev.ordem.detail.ledger.store.Run;
import dev.ordem.detail.ledger.store.StoreKeys;
import dev.ordem.detail.ledger.store.StoreNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition at work: reads entries, lets {@link Decisions} decide, writes entries and tells
 * what follows. It decides nothing. Whatever it keeps in memory is read from the stores when it is
 * made. Not thread safe.
 */
final class Partition {
  /** Most store operations between two records, so that no transaction waits for long. */
  static final int STEP = 1_000;

  /** Most operations for one order: its claims are looked through and followed up. */
  private static final int ORDER = 6 * PartitionClaims.AT_ONCE;

  private static final int DUE_AT_ONCE = 50;

  /** Of wishes that come before the baseline, those that are younger. */
  private static final Duration WISHES_COUNT = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

  private final PartitionResources shared;
  private final Decisions decisions;
  private final RequestDecisions requests;
  private final TopicWriter writer;
  private final CountedStore.Operations operations = new CountedStore.Operations();
  private final CountedStore<Content> contents;
  private final CountedStore<Standing> standings;
  private final PartitionAccounts accounts;
  private final PartitionRuns runs;
  private final PartitionClaims claims;
  private final MarkerWork markers;
  private final Auditor auditor;
  private final OrderQueue queue = new OrderQueue();
  private long begunAt;
  private int turn;

  Partition(PartitionResources shared, ProcessorContext<String, Object> context, Instant now) {
    this.shared = shared;
    this.decisions = new Decisions(shared.rules());
    this.requests = new RequestDecisions(shared.rules());
    this.writer = new TopicWriter(context, shared.meters());
    this.contents = store(context, StoreNames.CONTENTS);
    this.standings = store(context, StoreNames.STANDINGS);
    this.accounts = new PartitionAccounts(store(context, StoreNames.ACCOUNTS), writer);
    this.runs = new PartitionRuns(store(context, StoreNames.RUNS), accounts, writer);
    this.claims = new PartitionClaims(store(context, StoreNames.CLAIMS), runs);
    this.markers = new MarkerWork(this, store(context, StoreNames.PENDING));
    this.auditor = new Auditor(shared.rules(), accounts, shared.random().get());
    try (KeyValueIterator<String, Standing> all = standings.all()) {
      while (all.hasNext()) {
        KeyValue<String, Standing> entry = all.next();
        queue.move(StoreKeys.order(entry.key), Task.Settled.NONE, entry.value.task(), now);
      }
    }
  }

  private <V> CountedStore<V> store(ProcessorContext<String, Object> context, String name) {
    return new CountedStore<>(context.getStateStore(name), operations);
  }

  TopicWriter writer() {
    return writer;
  }

  PartitionRuns runs() {
    return runs;
  }

  PartitionClaims claims() {
    return claims;
  }

  Decisions decisions() {
    return decisions;
  }

  CountedStore<Standing> standings() {
    return standings;
  }

  /** From here on operations are counted anew. */
  void begin() {
    begunAt = operations.made();
  }

  /** Whether one more order can be dealt with in this step. */
  boolean room() {
    return operations.made() - begunAt + ORDER <= STEP;
  }

  /**
   * How many entries can still be looked at in this step, with one order dealt with. Two at least:
   * a page may begin with the one that was looked at last, and without an entry it is the end.
   */
  int roomToRead() {
    return (int) Math.max(2, STEP - ORDER - (operations.made() - begunAt));
  }

  /** Records were deleted unread, the last of them before {@code next}. */
  void missed(long next, Instant now) {
    accounts.missed(next, now);
  }

  void mark(HeaderEvent.Marker marker, Instant now) {
    accounts.meet(marker.account());
    if (marker instanceof HeaderEvent.OfRun ofRun) {
      markers.take(ofRun, now);
    } else if (marker instanceof HeaderEvent.Hold hold) {
      accounts.hold(hold.account(), hold.millis(), now);
      queue.busy(hold.account(), now);
    } else if (marker instanceof HeaderEvent.Baselined baselined) {
      accounts.baselined(baselined.account(), baselined.generation(), now);
      queue.busy(baselined.account(), now);
    }
    dispatch(marker.account(), now);
  }

  /** What is heard of an order; throws if nothing can be decided, before anything is written. */
  void hear(HeaderEvent.OfOrder event, OrderKey key, Instant now) {
    accounts.meet(key.account());
    if (event instanceof HeaderEvent.Seen seen) {
      seen(seen, key, now);
    } else if (!accounts.based(key.account()) && ofALook(event)) {
      LOG.debug("before the baseline of {}, looks are not taken", key.account());
    } else if (event instanceof HeaderEvent.SeenAgain again) {
      decide(key, entry -> decisions.seenAgain(entry, again, now), now);
    } else if (event instanceof HeaderEvent.Unlisted unlisted) {
      decide(key, entry -> decisions.unlisted(entry, unlisted, now), now);
    } else if (event instanceof HeaderEvent.RefreshWanted wanted) {
      if (!answeredBefore(wanted, now)) {
        decide(key, entry -> decisions.refresh(entry, wanted, now), now);
      }
    } else if (event instanceof HeaderEvent.RequeueWanted) {
      decide(key, entry -> decisions.requeued(entry, now), now);
    } else if (event instanceof HeaderEvent.BaselineOrder order) {
      decide(key, entry -> decisions.baseline(entry, order, now), now);
    }
    dispatch(key.account(), now);
  }

  private static boolean ofALook(HeaderEvent.OfOrder event) {
    return event instanceof HeaderEvent.SeenAgain || event instanceof HeaderEvent.Unlisted;
  }

  /**
   * Whether it is a wish that the topic still holds of days before: a ledger that begins without
   * memory reads them all again, and whoever wished is served or gone. One of the last hour may
   * have been lost with the memory.
   */
  private boolean answeredBefore(HeaderEvent.RefreshWanted wanted, Instant now) {
    return !accounts.based(wanted.account())
        && wanted.requestedAt().isBefore(now.minus(WISHES_COUNT));
  }

  private void seen(HeaderEvent.Seen seen, OrderKey key, Instant now) {
    UUID run = seen.runId();
    boolean current = runs.meets(seen, now);
    boolean based = accounts.based(key.account());
    if (current && run != null) {
      long reading = seen.reading() == null ? 0 : seen.reading();
      runs.change(
          run,
          known ->
              known.with(
                  based ? known.sightings().readAgain(reading) : known.sightings().skip(reading)),
          now);
    }
    if (!based) {
      return;
    }
    shared.meters().headerSeen();
    OrderEntry entry = entry(key);
    Asker asker = Asker.NOBODY;
    if (run != null) {
      asker = current ? asker(run, entry) : Asker.STALE;
    }
    Decision decision = decisions.listed(entry, seen, asker, now);
    apply(entry, decision, now);
    auditor.saw(key, entry.standing(), decision.standing());
  }

  void answered(DetailResult result, OrderKey key, Instant now) {
    if (!accounts.based(key.account())) {
      return;
    }
    OrderEntry entry = entry(key);
    Task task = entry.standing().task();
    boolean awaited = task.answers(result.request().id());
    Demand demand = awaited ? demand(entry) : new Demand(false, null);
    Decision decision = requests.answered(entry, result, demand, now);
    if (awaited) {
      meter(result, task, now);
    }
    apply(entry, decision, now);
    dispatch(key.account(), now);
  }

  /** Adjusts the account's window to an answer that is waited for. */
  private void meter(DetailResult result, Task task, Instant now) {
    DetailRequest request = result.request();
    if (result instanceof DetailResult.Deferred deferred) {
      Instant until = RequestWindow.closure(deferred.until(), deferred.endedAt(), now);
      queue.deferred(request.account(), request.lane(), task.since(), until, now);
    } else if (task instanceof Task.Requested requested) {
      queue.answered(request.account(), requested, now, shared.rules().windowMax());
    }
    if (result instanceof DetailResult.Fetched) {
      shared.meters().orderSynced();
    }
  }

  /** A moment passes. */
  void tick(Instant now) {
    begin();
    for (OrderKey key : queue.due(now, DUE_AT_ONCE)) {
      if (room() && !attempt(key, entry -> requests.due(entry, demand(entry), now), now)) {
        queue.setAside(key, entry(key).standing().task());
      }
    }
    List<String> queued = queue.queued();
    Collections.rotate(queued, turn++);
    queued.forEach(account -> dispatch(account, now));
    markers.step(now);
  }

  /** Whether orders wait to be asked for, or markers to be worked off: the next moment matters. */
  boolean isWorking() {
    return !queue.queued().isEmpty() || markers.isWorking();
  }

  /** Whether an order's time is up by {@code at}. */
  boolean isDueBy(Instant at) {
    return !queue.due(at, 1).isEmpty();
  }

  /** What changed is told. */
  void report(int partition, Instant now) {
    begin();
    for (OrderKey key : auditor.due(now)) {
      attempt(key, entry -> decisions.audited(entry, now), now);
    }
    runs.erase(now);
    runs.tellChanged(now);
    accounts.tellChanged(now);
    shared.meters().report(partition, queue.sizes(), queue.stuck(accounts::works, now), now);
  }

  private void dispatch(String account, Instant now) {
    if (!accounts.works(account, now)) {
      return;
    }
    Optional<OrderKey> next = queue.next(account, now);
    while (next.isPresent() && room()) {
      OrderKey key = next.get();
      attempt(key, entry -> requests.requested(entry, shared.ids().get(), demand(entry), now), now);
      if (queue.next(account, now).equals(next)) {
        queue.setAside(key, entry(key).standing().task());
      }
      next = queue.next(account, now);
    }
  }

  /** Whether it was decided; else, with no record to be put aside, the order is left as it is. */
  boolean attempt(OrderKey key, Function<OrderEntry, Decision> decide, Instant now) {
    try {
      decide(key, decide, now);
      return true;
    } catch (KafkaException e) {
      throw e;
    } catch (RuntimeException e) { // whatever it is, the other orders of the partition go on
      LOG.error("no decision on {}", key, e);
      writer.refused(key, "no decision can be taken: " + e, now);
      return false;
    }
  }

  private void decide(OrderKey key, Function<OrderEntry, Decision> decide, Instant now) {
    OrderEntry entry = entry(key);
    apply(entry, decide.apply(entry), now);
  }

  OrderEntry entry(OrderKey key) {
    Standing known = standings.get(StoreKeys.of(key));
    return entry(key, known == null ? Standing.NONE : known);
  }

  OrderEntry entry(OrderKey key, Standing standing) {
    return new OrderEntry(key, standing, new Kept(StoreKeys.of(key)));
  }

  /** The content, read once and only if somebody asks. */
  private final class Kept implements Supplier<Content> {
    private final String name;
    private @Nullable Content content;

    Kept(String name) {
      this.name = name;
    }

    @Override
    public Content get() {
      if (content == null) {
        Content stored = contents.get(name);
        content = stored == null ? Content.NONE : stored;
      }
      return content;
    }
  }

  Asker asker(UUID id, OrderEntry entry) {
    Run run = runs.run(id);
    return run == null
        ? Asker.STALE
        : Asker.of(run, () -> claims.held(id, entry.key(), entry.standing()), runs::reads);
  }

  Demand demand(OrderEntry entry) {
    return claims.demand(entry.key(), entry.standing());
  }

  private void apply(OrderEntry entry, Decision decision, Instant now) {
    OrderKey key = entry.key();
    Standing before = entry.standing();
    Standing after = decision.standing();
    keep(StoreKeys.of(key), before, decision);
    queue.move(key, before.task(), after.task(), now);
    accounts.moved(key, before, after);
    for (Effect effect : decision.effects()) {
      carryOut(key, after, effect, now);
    }
    if (before.round() != after.round() || before.task().parked() != after.task().parked()) {
      String last = claims.follow(key, after, null, now);
      if (last != null) {
        markers.follow(key, last);
      }
    }
  }

  private void keep(String name, Standing before, Decision decision) {
    Content content = decision.content();
    if (content != null && content.equals(Content.NONE)) {
      contents.delete(name);
    } else if (content != null) {
      contents.put(name, content);
    }
    if (!decision.standing().equals(before)) {
      standings.put(name, decision.standing());
    }
  }

  private void carryOut(OrderKey key, Standing after, Effect effect, Instant now) {
    if (effect instanceof Effect.Counted counted) {
      runs.change(counted.runId(), run -> run.with(run.sightings().plus(counted.as())), now);
    } else if (effect instanceof Effect.Claimed claimed) {
      claims.make(claimed.runId(), key, after, now);
    } else if (effect instanceof Effect.Audited audited) {
      accounts.audited(key.account(), audited.missed());
    } else {
      writer.tell(key, effect, now);
    }
  }
}
