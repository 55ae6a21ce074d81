package dev.ordem.detail.ledger;

import static java.util.Objects.requireNonNull;

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
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
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
  private final Map<String, KeyValueStore<String, ?>> stores = new HashMap<>();
  private long requestIds;
  private Instant now = Given.T0;
  private MockProcessorContext<String, Object> context = new MockProcessorContext<>();
  private LedgerProcessor processor;

  final List<DetailRequest> requests = new ArrayList<>();
  final List<StatusChange> changes = new ArrayList<>();
  final List<EnrichedOrder> enriched = new ArrayList<>();
  final List<OrderKey> removed = new ArrayList<>();
  final Map<OrderKey, SyncState> work = new HashMap<>();
  final Map<UUID, RunProgress> runs = new HashMap<>();
  final List<Record<? extends String, ?>> dead = new ArrayList<>();

  Bench(LedgerRules rules) {
    this.rules = rules;
    add(LedgerTopology.CONTENTS, Content.class);
    add(LedgerTopology.STANDINGS, Standing.class);
    add(LedgerTopology.RUNS, RunCount.class);
    processor = begun();
  }

  Instant now() {
    return now;
  }

  SyncState work(long osId) {
    return requireNonNull(work.get(Given.key(osId)), "no work state was told");
  }

  RunProgress run(UUID id) {
    return requireNonNull(runs.get(id), "no progress was told");
  }

  void header(HeaderEvent event) {
    String key =
        event instanceof HeaderEvent.OfOrder order
            ? order.key().toString()
            : ((HeaderEvent.Marker) event).runId().toString();
    process(key, event);
  }

  void result(DetailResult result) {
    process(result.request().key().toString(), result);
  }

  void process(String key, @Nullable Event event) {
    processor.process(new Record<>(key, event, now.toEpochMilli(), new RecordHeaders()));
    collect();
  }

  /** Time passes; the punctuations run once, at its end. */
  void pass(Duration time) {
    now = now.plus(time);
    context.setCurrentSystemTimeMs(now.toEpochMilli());
    context
        .scheduledPunctuators()
        .forEach(each -> each.getPunctuator().punctuate(now.toEpochMilli()));
    collect();
  }

  void crash() {
    processor = begun();
  }

  private LedgerProcessor begun() {
    context = new MockProcessorContext<>(new Properties());
    context.setCurrentSystemTimeMs(now.toEpochMilli());
    stores.values().forEach(store -> context.addStateStore(store));
    LedgerProcessor fresh =
        new LedgerProcessor(
            new LedgerProcessor.Wiring(
                rules,
                () -> new UUID(1, ++requestIds),
                new LedgerMeters(new SimpleMeterRegistry())));
    fresh.init(context);
    return fresh;
  }

  private <T> void add(String name, Class<T> type) {
    KeyValueStore<String, T> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.String(), StateSerde.of(type))
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), (StateStore) store);
    stores.put(name, store);
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
    }
  }
}
