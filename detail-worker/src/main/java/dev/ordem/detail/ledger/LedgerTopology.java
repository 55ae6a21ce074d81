package dev.ordem.detail.ledger;

import dev.ordem.contract.LedgerReport;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.partition.LedgerProcessor;
import dev.ordem.detail.ledger.partition.PartitionResources;
import dev.ordem.detail.ledger.store.Account;
import dev.ordem.detail.ledger.store.Claim;
import dev.ordem.detail.ledger.store.PendingWork;
import dev.ordem.detail.ledger.store.Run;
import dev.ordem.detail.ledger.store.StateSerde;
import dev.ordem.detail.ledger.store.StoreNames;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** Which topics and stores the ledger is between. */
final class LedgerTopology {
  private static final String LEDGER = "ledger";

  private LedgerTopology() {}

  static Topology of(PartitionResources shared) {
    Topology topology = new Topology();
    source(topology, Topics.OS_HEADERS);
    source(topology, Topics.OS_DETAIL_RESULTS);
    topology.addProcessor(
        LEDGER,
        () -> new LedgerProcessor(shared),
        Topics.OS_HEADERS.name(),
        Topics.OS_DETAIL_RESULTS.name());
    store(topology, StoreNames.CONTENTS, Content.class, false);
    store(topology, StoreNames.STANDINGS, Standing.class, false);
    store(topology, StoreNames.CLAIMS, Claim.class, false);
    store(topology, StoreNames.PENDING, PendingWork.class, false);
    store(topology, StoreNames.RUNS, Run.class, true);
    store(topology, StoreNames.ACCOUNTS, Account.class, true);
    for (Topic<?> topic :
        List.of(
            Topics.OS_DETAIL_REQUESTS,
            Topics.OS_ENRICHED,
            Topics.OS_STATUS_CHANGES,
            Topics.OS_SYNC_STATE)) {
      topology.addSink(
          topic.name(),
          topic.name(),
          new StringSerializer(),
          topic.valueSerde().serializer(),
          LEDGER);
    }
    topology.addSink(
        Topics.SYNC_RUN_PROGRESS.name(),
        Topics.SYNC_RUN_PROGRESS.name(),
        new StringSerializer(),
        Topics.SYNC_RUN_PROGRESS.valueSerde().serializer(),
        LedgerTopology::ownPartition,
        LEDGER);
    topology.addSink(
        Topics.DLQ.name(),
        Topics.DLQ.name(),
        new StringSerializer(),
        new ByteArraySerializer(),
        LEDGER);
    return topology;
  }

  /** What a partition of the ledger tells of itself goes into the partition of its number. */
  static Optional<Set<Integer>> ownPartition(
      String topic, String key, @Nullable LedgerReport progress, int partitions) {
    int own = Integer.parseInt(key.substring(key.lastIndexOf(':') + 1));
    return Optional.of(Set.of(own % partitions));
  }

  private static void source(Topology topology, Topic<?> topic) {
    topology.addSource(
        topic.name(), new StringDeserializer(), topic.valueSerde().deserializer(), topic.name());
  }

  /** What is counted with each event is written to its changelog once per commit only. */
  private static <T> void store(Topology topology, String name, Class<T> type, boolean cached) {
    var builder =
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), StateSerde.of(type));
    topology.addStateStore(cached ? builder.withCachingEnabled() : builder, LEDGER);
  }
}
