package dev.ordem.sink.tables;

import dev.ordem.contract.group.GroupMember;
import dev.ordem.runtime.Health;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores with one consumer after another; see {@link GroupMember}. Used by one thread, but for
 * {@link #health}.
 */
public final class StoreRunner {
  private static final Logger LOG = LoggerFactory.getLogger(StoreRunner.class);

  private final GroupMember member;
  private final Function<Consumer<byte[], byte[]>, StoreLoop> loops;
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
    this.member = new GroupMember(consumers, patience, e -> LOG.warn("{}", e.getMessage()));
    this.loops = loops;
    this.meters = meters;
  }

  /** Whether it reaches Postgres. Thread safe. */
  public Health health() {
    StoreLoop storing = current;
    return storing == null ? Health.up() : storing.health();
  }

  /** Works as long as {@code running} says so, as {@link StoreLoop#run} does. */
  public void run(BooleanSupplier running) throws InterruptedException, ExecutionException {
    member.run(running, consumer -> store(consumer, running));
  }

  private void store(Consumer<byte[], byte[]> consumer, BooleanSupplier running)
      throws InterruptedException {
    try (KafkaClientMetrics metrics = new KafkaClientMetrics(consumer)) {
      metrics.bindTo(meters);
      StoreLoop storing = loops.apply(consumer);
      current = storing;
      storing.run(running);
    }
  }
}
