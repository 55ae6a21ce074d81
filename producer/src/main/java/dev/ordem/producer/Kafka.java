package dev.ordem.producer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Makes this service's Kafka clients. Thread safe once started. */
final class Kafka implements AutoCloseable {
  static final String GROUP = "ordem-producer";

  /** Fixed, so that a newcomer fences whoever held it before. */
  static final String TRANSACTIONAL_ID = "ordem-producer";

  private static final int PATIENCE_MILLIS = 3_000;

  private final Map<String, Object> properties;
  private final MeterRegistry meters;
  private volatile @Nullable Admin admin;

  /**
   * Does no I/O.
   *
   * @param properties of every client: where the brokers are, how to log in
   */
  Kafka(Map<String, Object> properties, MeterRegistry meters) {
    this.properties = Map.copyOf(properties);
    this.meters = meters;
  }

  void start() {
    Map<String, Object> all = new HashMap<>(properties);
    // Who starts a service while no broker answers is told so soon.
    all.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
    all.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    admin = Admin.create(all);
  }

  Admin admin() {
    return Objects.requireNonNull(admin, "not started");
  }

  /** Why the brokers cannot be reached; empty: they answer. Waits a moment at most. */
  Optional<String> trouble() {
    Admin client = admin;
    if (client == null) {
      return Optional.of("is still being connected to");
    }
    try {
      int nodes =
          client
              .describeCluster(new DescribeClusterOptions().timeoutMs(PATIENCE_MILLIS))
              .nodes()
              .get()
              .size();
      return nodes > 0 ? Optional.empty() : Optional.of("has no broker");
    } catch (ExecutionException e) {
      return Optional.of(
          "does not answer at " + properties.get("bootstrap.servers") + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("was not waited for");
    }
  }

  /** For all or nothing, of the one transactional id. */
  Producer<byte[], byte[]> producer() {
    Map<String, Object> all = new HashMap<>(properties);
    all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
    all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    // A page that hangs must not keep readers of committed records waiting for longer than this.
    all.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000L);
    all.put(ProducerConfig.LINGER_MS_CONFIG, 0L);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Of the group that takes commands; offsets move with the transactions only. */
  Consumer<byte[], byte[]> commands() {
    Map<String, Object> all = committedOnly();
    all.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // After a kill, this long until another takes over: the broker's least by default.
    all.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
    all.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_500);
    return consumer(all);
  }

  /** Of no group: reads what is assigned to it, from where it is told. */
  Consumer<byte[], byte[]> reader() {
    Map<String, Object> all = committedOnly();
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return consumer(all);
  }

  /** Tells what {@code client} measures, until closed. */
  KafkaClientMetrics measured(Producer<?, ?> client) {
    return bound(new KafkaClientMetrics(client));
  }

  /** Tells what {@code client} measures, until closed. */
  KafkaClientMetrics measured(Consumer<?, ?> client) {
    return bound(new KafkaClientMetrics(client));
  }

  @Override
  public void close() {
    Admin client = admin;
    if (client != null) {
      client.close(Duration.ofSeconds(1));
    }
  }

  private KafkaClientMetrics bound(KafkaClientMetrics metrics) {
    metrics.bindTo(meters);
    return metrics;
  }

  private Map<String, Object> committedOnly() {
    Map<String, Object> all = new HashMap<>(properties);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return all;
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> all) {
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
