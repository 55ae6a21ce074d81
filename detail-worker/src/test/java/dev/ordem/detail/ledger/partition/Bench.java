package dev.ordem.detail.ledger.partition;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Event;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState;
import dev.ordem.contract.Topics;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.store.Account;
import dev.ordem.detail.ledger.store.Claim;
import dev.ordem.detail.ledger.store.PendingWork;
import dev.ordem.detail.ledger.store.Run;
import dev.ordem.detail.ledger.store.StateSerde;
import dev.ordem.detail.ledger.store.StoreKeys;
import dev.ordem.detail.ledger.store.StoreNames;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the ledger on the bench: the real processor on real stores, with a clock that is
 * moved by hand. A crash is a new processor on the same stores, which is what a transaction makes
 * of one.
 */
final class Bench {
  private final LedgerRules rules;
  private final Map<String, CountingStore<?>> stores = new HashMap<>();
  static final int PARTITION = 3;

  private final LedgerMeters meters = new LedgerMeters(new SimpleMeterRegistry(), account -> true);
  private long requestIds;
  private long most;
  private Instant now = Given.T0;
  private final DeletedRecords deleted = new DeletedRecords();
  private long offset;
  final Activity activity = new Activity(() -> Duration.between(Given.T0, now).toNanos());
  private MockProcessorContext<String, Object> context = new MockProcessorContext<>();
  private LedgerProcessor processor;

  final List<DetailRequest> requests = new ArrayList<>();
  final List<StatusChange> changes = new ArrayList<>();
  final List<EnrichedOrder> enriched = new ArrayList<>();
  final List<OrderKey> removed = new ArrayList<>();
  final Map<OrderKey, SyncState> work = new HashMap<>();
  final Map<UUID, RunProgress> runs = new HashMap<>();
  final List<String> forgotten = new ArrayList<>();
  final Map<String, AccountCertificate> certificates = new HashMap<>();
  final List<Record<? extends String, ?>> dead = new ArrayList<>();

  Bench(LedgerRules rules) {
    this.rules = rules;
    add(StoreNames.CONTENTS, Content.class);
    add(StoreNames.STANDINGS, Standing.class);
    add(StoreNames.CLAIMS, Claim.class);
    add(StoreNames.RUNS, Run.class);
    add(StoreNames.ACCOUNTS, Account.class);
    add(StoreNames.PENDING, PendingWork.class);
    processor = begun();
  }

  /** A partition that stands on a baseline without orders. */
  static Bench based(LedgerRules rules) {
    Bench bench = new Bench(rules);
    bench.baselined(Given.ACCOUNT);
    return bench;
  }

  void baselined(String account) {
    header(new HeaderEvent.Baselined(account, Given.GENERATION, now));
  }

  Instant now() {
    return now;
  }

  SyncState work(long osId) {
    return requireNonNull(work.get(Given.key(osId)), "no work state was told");
  }

  List<String> stuck() {
    return meters.stuck();
  }

  AccountCertificate certificate() {
    return requireNonNull(certificates.get(Given.ACCOUNT), "no certificate was told");
  }

  RunProgress run(UUID id) {
    return requireNonNull(runs.get(id), "no progress was told");
  }

  void header(HeaderEvent event) {
    String key =
        event instanceof HeaderEvent.OfOrder order
            ? order.key().toString()
            : ((HeaderEvent.Marker) event).markerKey();
    process(key, event);
  }

  void result(DetailResult result) {
    process(result.request().key().toString(), result);
  }

  void process(String key, @Nullable Event event) {
    context.setRecordMetadata(Topics.OS_HEADERS.name(), PARTITION, offset++);
    counting(
        () -> processor.process(new Record<>(key, event, now.toEpochMilli(), new RecordHeaders())));
  }

  /** Time passes; the punctuations run once, at its end. */
  void pass(Duration time) {
    now = now.plus(time);
    context.setCurrentSystemTimeMs(now.toEpochMilli());
    for (var each : context.scheduledPunctuators()) {
      counting(() -> each.getPunctuator().punctuate(now.toEpochMilli()));
    }
  }

  /** Time passes in moments, until nothing is left that is worked off in steps. */
  void settle() {
    do {
      pass(Duration.ofMillis(100));
    } while (pending().iterator().hasNext());
    pass(Duration.ofMillis(1));
  }

  List<String> pending() {
    return keys(StoreNames.PENDING);
  }

  List<String> claims() {
    return keys(StoreNames.CLAIMS);
  }

  private List<String> keys(String store) {
    List<String> keys = new ArrayList<>();
    try (var all = store(store).all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    return keys;
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // the store knows its type
  <V> V entry(String store, String key, Class<V> type) {
    return type.cast(requireNonNull(store(store).get(key), key));
  }

  Standing standing(long osId) {
    return entry(StoreNames.STANDINGS, StoreKeys.of(Given.key(osId)), Standing.class);
  }

  private CountingStore<?> store(String name) {
    return requireNonNull(stores.get(name));
  }

  private void counting(Runnable step) {
    long before = operations();
    step.run();
    most = Math.max(most, operations() - before);
    collect();
  }

  private long operations() {
    return stores.values().stream().mapToLong(CountingStore::operations).sum();
  }

  /** Most store operations between two records or punctuations so far. */
  long mostOperations() {
    return most;
  }

  /** From here on anew. */
  void forgetOperations() {
    most = 0;
  }

  /** As Streams does when a commit failed: the same processor begins again. */
  void initAgain() {
    context = fresh();
    processor.init(context);
    collect();
  }

  /** Records before the next one are deleted unread. */
  void missed() {
    offset += 10;
    deleted.found(PARTITION, offset);
  }

  void crash() {
    processor = begun();
  }

  private LedgerProcessor begun() {
    context = fresh();
    LedgerProcessor begun =
        new LedgerProcessor(
            new PartitionResources(
                rules,
                () -> new UUID(1, ++requestIds),
                () -> new SplittableRandom(7),
                meters,
                () -> now,
                activity,
                deleted));
    begun.init(context);
    collect();
    return begun;
  }

  private MockProcessorContext<String, Object> fresh() {
    MockProcessorContext<String, Object> next =
        new MockProcessorContext<>(new Properties(), new TaskId(0, PARTITION), null);
    next.setCurrentSystemTimeMs(now.toEpochMilli());
    stores.values().forEach(next::addStateStore);
    return next;
  }

  private <T> void add(String name, Class<T> type) {
    KeyValueStore<String, T> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.String(), StateSerde.of(type))
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), (StateStore) store);
    stores.put(name, new CountingStore<>(store));
  }

  private void collect() {
    for (var forward : context.forwarded()) {
      sort(forward.childName().orElseThrow(), forward.record());
    }
    context.resetForwards();
  }

  private void sort(String topic, Record<? extends String, ?> record) {
    Object value = record.value();
    if (topic.equals(Topics.DLQ.name())) {
      dead.add(record);
    } else if (value == null && topic.equals(Topics.SYNC_RUN_PROGRESS.name())) {
      forgotten.add(record.key());
    } else if (value == null) {
      removed.add(OrderKey.parse(record.key()));
    } else if (value instanceof DetailRequest request) {
      requests.add(request);
    } else if (value instanceof StatusChange change) {
      changes.add(change);
    } else if (value instanceof EnrichedOrder order) {
      enriched.add(order);
    } else if (value instanceof SyncState state) {
      work.put(OrderKey.parse(record.key()), state);
    } else if (value instanceof RunProgress progress) {
      runs.put(progress.runId(), progress);
    } else if (value instanceof AccountCertificate certificate) {
      certificates.put(certificate.account(), certificate);
    }
  }
}
