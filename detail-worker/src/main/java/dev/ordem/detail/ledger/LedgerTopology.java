package dev.ordem.detail.ledger;

import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Which topics and stores the ledger is between. */
final class LedgerTopology {
  /** Names the consumer group, the changelogs and the transactions: never to be changed. */
  static final String APPLICATION = "ordem-ledger";

  static final String CONTENTS = "contents";
  static final String STANDINGS = "standings";
  static final String RUNS = "runs";

  private static final String LEDGER = "ledger";

  private LedgerTopology() {}

  static Topology of(LedgerProcessor.Wiring wiring) {
    Topology topology = new Topology();
    source(topology, Topics.OS_HEADERS);
    source(topology, Topics.OS_DETAIL_RESULTS);
    topology.addProcessor(
        LEDGER,
        () -> new LedgerProcessor(wiring),
        Topics.OS_HEADERS.name(),
        Topics.OS_DETAIL_RESULTS.name());
    store(topology, CONTENTS, Content.class, false);
    store(topology, STANDINGS, Standing.class, false);
    store(topology, RUNS, RunCount.class, true);
    for (Topic<?> topic :
        List.of(
            Topics.OS_DETAIL_REQUESTS,
            Topics.OS_ENRICHED,
            Topics.OS_STATUS_CHANGES,
            Topics.OS_SYNC_STATE,
            Topics.SYNC_RUN_PROGRESS)) {
      topology.addSink(
          topic.name(),
          topic.name(),
          new StringSerializer(),
          topic.valueSerde().serializer(),
          LEDGER);
    }
    topology.addSink(
        Topics.DLQ.name(),
        Topics.DLQ.name(),
        new StringSerializer(),
        new ByteArraySerializer(),
        LEDGER);
    return topology;
  }

  private static void source(Topology topology, Topic<?> topic) {
    topology.addSource(
        topic.name(), new StringDeserializer(), topic.valueSerde().deserializer(), topic.name());
  }

  /** Runs are counted with each event, so their changelog is written once per commit only. */
  private static <T> void store(Topology topology, String name, Class<T> type, boolean cached) {
    var builder =
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.String(), StateSerde.of(type));
    topology.addStateStore(cached ? builder.withCachingEnabled() : builder, LEDGER);
  }
}
