package dev.ordem.sink.tables;

import dev.ordem.contract.group.ClockSetBackException;
import dev.ordem.runtime.Health;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores with one consumer after another: with the next when the clock of the host was set back,
 * which a consumer does not survive as a member of its group. What the one before had not committed
 * is read again. Used by one thread, but for {@link #health}.
 */
public final class StoreRunner {
  private static final Logger LOG = LoggerFactory.getLogger(StoreRunner.class);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Function<Consumer<byte[], byte[]>, StoreLoop> loops;
  private final Duration patience;
  private final MeterRegistry meters;
  private volatile @Nullable StoreLoop current;

  /**
   * @param consumers of the group; each is closed here
   * @param loops what stores with one of them
   * @param patience how long a consumer may take to close
   */
  public StoreRunner(
      Supplier<Consumer<byte[], byte[]>> consumers,
      Function<Consumer<byte[], byte[]>, StoreLoop> loops,
      Duration patience,
      MeterRegistry meters) {
    this.consumers = consumers;
    this.loops = loops;
    this.patience = patience;
    this.meters = meters;
  }

  /** Whether it reaches Postgres. Thread safe. */
  public Health health() {
    StoreLoop storing = current;
    return storing == null ? Health.up() : storing.health();
  }

  /** Works as long as {@code running} says so, as {@link StoreLoop#run} does. */
  public void run(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean()) {
      Consumer<byte[], byte[]> consumer;
      try {
        consumer = consumers.get();
      } catch (KafkaException e) {
        if (current == null) {
          throw e;
        }
        LOG.warn("no consumer can be made at the moment: {}", e.toString());
        TimeUnit.SECONDS.sleep(1);
        continue;
      }
      try (KafkaClientMetrics metrics = new KafkaClientMetrics(consumer)) {
        metrics.bindTo(meters);
        StoreLoop storing = loops.apply(consumer);
        current = storing;
        storing.run(running);
      } catch (ClockSetBackException e) {
        LOG.warn("{}", e.getMessage());
      } finally {
        consumer.close(CloseOptions.timeout(patience));
      }
    }
  }
}
