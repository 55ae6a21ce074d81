package dev.ordem.detail.ledger;

import dev.ordem.contract.LedgerReport;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
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
  /**
   * Names the consumer group, the changelogs and the transactions. It is another one than that of
   * version 1, whose state cannot be read as this: a baseline from Postgres takes its place.
   */
  static final String APPLICATION = "ordem-ledger-2";

  static final String CONTENTS = "contents";
  static final String STANDINGS = "standings";
  static final String CLAIMS = "claims";
  static final String RUNS = "runs";
  static final String ACCOUNTS = "accounts";
  static final String PENDING = "pending";

  private static final String LEDGER = "ledger";

  private LedgerTopology() {}

  static Topology of(Partition.Shared shared) {
    Topology topology = new Topology();
    source(topology, Topics.OS_HEADERS);
    source(topology, Topics.OS_DETAIL_RESULTS);
    topology.addProcessor(
        LEDGER,
        () -> new LedgerProcessor(shared),
        Topics.OS_HEADERS.name(),
        Topics.OS_DETAIL_RESULTS.name());
    store(topology, CONTENTS, Content.class, false);
    store(topology, STANDINGS, Standing.class, false);
    store(topology, CLAIMS, Claim.class, false);
    store(topology, PENDING, Pending.class, false);
    store(topology, RUNS, Run.class, true);
    store(topology, ACCOUNTS, Account.class, true);
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
