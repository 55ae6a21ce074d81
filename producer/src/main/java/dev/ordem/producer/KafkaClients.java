package dev.ordem.producer;

import dev.ordem.contract.KafkaTimeouts;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.contract.group.DurableProducer;
import dev.ordem.contract.group.ReplacedClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Makes this service's Kafka clients. Thread safe once started. */
final class KafkaClients implements AutoCloseable {
  /** All of one poll are there at once, and each may have a mebibyte. */
  private static final int POLL = 100;

  private static final int PATIENCE_MILLIS = 3_000;

  private final Map<String, Object> properties;
  private final MeterRegistry meters;
  private final ClockWatch clock;
  private volatile @Nullable Admin admin;
  private @Nullable KafkaClientMetrics metrics;

  /**
   * Does no I/O.
   *
   * @param properties of every client: where the brokers are, how to log in
   * @param clock that a loop has look at the host's clock
   */
  KafkaClients(Map<String, Object> properties, MeterRegistry meters, ClockWatch clock) {
    this.properties = Map.copyOf(properties);
    this.meters = meters;
    this.clock = clock;
  }

  void start() {
    Map<String, Object> all = new HashMap<>(properties);
    KafkaTimeouts.admin().forEach(all::putIfAbsent);
    admin = ReplacedClient.admin(() -> Admin.create(all), clock);
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

  /**
   * For {@code os-headers}: whatever is sent again stands there once, and in order. There is one at
   * a time; the newest is measured.
   */
  synchronized Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> producer = DurableProducer.create(properties, "ordem-producer", clock);
    unmeasure();
    metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(meters);
    return producer;
  }

  /** Of no group: reads from the beginning what is committed, and commits nothing itself. */
  Consumer<byte[], byte[]> consumer() {
    Map<String, Object> all = new HashMap<>(properties);
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private synchronized void unmeasure() {
    if (metrics != null) {
      metrics.close();
      metrics = null;
    }
  }

  @Override
  public void close() {
    unmeasure();
    Admin client = admin;
    if (client != null) {
      client.close(Duration.ofSeconds(1));
    }
  }
}
