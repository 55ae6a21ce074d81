package dev.ordem.detail.ledger;

import dev.ordem.contract.KafkaTimeouts;
import dev.ordem.contract.RecordLimits;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.store.StoreNames;
import dev.ordem.runtime.Environment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * All that can be set about the ledger.
 *
 * @param kafka what every client needs
 * @param stateDir where RocksDB keeps its files
 * @param temporary whether nobody named that directory, so that it goes with the process
 * @param instance tells this process from the others, the same after each restart; empty: none does
 * @param threads of Kafka Streams
 * @param commitInterval how long a transaction gathers work
 * @param partitions of topics that are to be created
 * @param replication of topics that are to be created; empty: the broker's own default
 */
record LedgerSettings(
    LedgerRules rules,
    Map<String, Object> kafka,
    Path stateDir,
    boolean temporary,
    Optional<String> instance,
    int threads,
    Duration commitInterval,
    int partitions,
    Optional<Short> replication) {

  private static final Pattern COMMA = Pattern.compile(",");

  /** Whom a dead letter names. */
  static final String SERVICE = "detail-worker";

  /** Of one poll, and of what waits of a partition: each may have a mebibyte. */
  private static final int RECORDS = 100;

  static LedgerSettings from(Environment environment) {
    LedgerRules usual = LedgerRules.DEFAULT;
    int partitions = environment.partitions();
    LedgerRules rules =
        new LedgerRules(
            environment.duration("LEDGER_OPEN_MAX_AGE", usual.openMaxAge()),
            environment.parsed(
                "LEDGER_RETRIES",
                usual.retries(),
                "a list of positive waits in ISO 8601, such as PT30S,PT2M,PT8M",
                LedgerSettings::durations),
            environment.duration("LEDGER_REQUEST_TIMEOUT", usual.requestTimeout()),
            environment.integer(
                "LEDGER_WINDOW_MAX", usual.windowMax(), LedgerRules.WINDOW_MIN, 10_000),
            LedgerRules.auditEvery(partitions));
    Optional<String> dir = environment.text("LEDGER_STATE_DIR");
    return new LedgerSettings(
        rules,
        environment.kafka(),
        dir.map(Path::of).orElseGet(StateDirectories::own),
        dir.isEmpty(),
        environment.text("WORKER_INSTANCE"),
        environment.integer("LEDGER_THREADS", 1, 1, 256),
        environment.duration("LEDGER_COMMIT_INTERVAL", Duration.ofMillis(100)),
        partitions,
        environment.replication());
  }

  Map<String, Object> adminProperties() {
    Map<String, Object> properties = new HashMap<>(kafka);
    properties.putAll(KafkaTimeouts.admin());
    return properties;
  }

  /**
   * The classic protocol with a short session: measured, a ledger that was killed is replaced in
   * seven seconds, one that was stopped in two. Streams moves as few tasks as it can, and only
   * those stop. An instance that has a name and is killed keeps its tasks if it is back within the
   * session (one that is stopped leaves the group); two that have the same name put each other out,
   * so there is none by default.
   */
  Properties streamsProperties() {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, StoreNames.APPLICATION);
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    properties.put(
        StreamsConfig.REPLICATION_FACTOR_CONFIG, replication.map(Short::intValue).orElse(-1));
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, UnreadableRecords.class);
    properties.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecords.class);
    properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, UnsentRecords.class);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocks.class);
    properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, RECORDS);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), RECORDS);
    KafkaTimeouts.member()
        .forEach((name, value) -> properties.put(StreamsConfig.consumerPrefix(name), value));
    KafkaTimeouts.waiting()
        .forEach((name, value) -> properties.put(StreamsConfig.mainConsumerPrefix(name), value));
    KafkaTimeouts.ledger()
        .forEach((name, value) -> properties.put(StreamsConfig.mainConsumerPrefix(name), value));
    instance.ifPresent(
        name ->
            properties.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
                StoreNames.APPLICATION + "-" + name));
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "zstd");
    RecordLimits.ofProducer()
        .forEach((name, value) -> properties.put(StreamsConfig.producerPrefix(name), value));
    RecordLimits.ofTopic()
        .forEach((name, value) -> properties.put(StreamsConfig.topicPrefix(name), value));
    return properties;
  }

  private static List<Duration> durations(String text) {
    List<Duration> waits =
        COMMA.splitAsStream(text).map(String::strip).map(Duration::parse).toList();
    if (waits.isEmpty() || waits.stream().anyMatch(wait -> wait.isNegative() || wait.isZero())) {
      throw new IllegalArgumentException(text);
    }
    return waits;
  }
}
