package dev.ordem.sink.tables;

import dev.ordem.contract.group.GroupMember;
import dev.ordem.runtime.Health;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores with one consumer after another; see {@link GroupMember}. Used by one thread, but for
 * {@link #health}.
 */
public final class StoreRunner {
  private final GroupMember member;
  private final Function<Consumer<byte[], byte[]>, StoreLoop> loops;
  private final MeterRegistry meters;
  private volatile @Nullable StoreLoop current;

  /**
   * @param member whose consumers they are
   * @param loops what stores with one of them
   */
  public StoreRunner(
      GroupMember member,
      Function<Consumer<byte[], byte[]>, StoreLoop> loops,
      MeterRegistry meters) {
    this.member = member;
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
