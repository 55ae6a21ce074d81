package dev.ordem.contract.group;

import dev.ordem.contract.NewerSchemaException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;

/**
 * Reads as a member of a group, with one consumer after another: with the next when the clock of
 * the host was set back, which none survives. What the one before had not committed is read again.
 * Used by one thread.
 */
public final class GroupMember {
  private static final Duration UNTIL_NEXT_ATTEMPT = Duration.ofSeconds(1);

  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final ClockWatch watch;
  private final Duration patience;
  private final java.util.function.Consumer<Exception> told;

  /** What is done with one of the consumers. */
  @FunctionalInterface
  public interface Reading {
    /** Reads until it is told to stop; need not close {@code consumer}. */
    void read(Consumer<byte[], byte[]> consumer) throws InterruptedException, ExecutionException;
  }

  /**
   * @param consumers of the group; each is closed here
   * @param watch the one that has them end
   * @param patience how long a consumer may take to close
   * @param told why one ended, or could not be made
   */
  public GroupMember(
      Supplier<? extends Consumer<byte[], byte[]>> consumers,
      ClockWatch watch,
      Duration patience,
      java.util.function.Consumer<Exception> told) {
    this.consumers = consumers;
    this.watch = watch;
    this.patience = patience;
    this.told = told;
  }

  /** That it cannot be closed in order is no reason to end, and hides none. */
  private void close(Consumer<byte[], byte[]> consumer) {
    try {
      consumer.close(CloseOptions.timeout(patience));
    } catch (KafkaException e) {
      told.accept(e);
    }
  }

  /**
   * Reads as long as {@code running} says so. What fails after such a step, of other clients as
   * well, is left to the next one.
   *
   * @throws KafkaException if the first consumer cannot be made; a later one is tried again
   */
  public void run(BooleanSupplier running, Reading reading)
      throws InterruptedException, ExecutionException {
    for (boolean first = true; running.getAsBoolean(); first = false) {
      int steps = watch.steps();
      Consumer<byte[], byte[]> consumer;
      try {
        consumer = consumers.get();
      } catch (KafkaException e) {
        if (first) {
          throw e;
        }
        told.accept(e);
        TimeUnit.MILLISECONDS.sleep(UNTIL_NEXT_ATTEMPT.toMillis());
        continue;
      }
      try {
        reading.read(consumer);
      } catch (KafkaException | ExecutionException e) {
        if (watch.steps() == steps || e instanceof NewerSchemaException) {
          throw e;
        }
        told.accept(e);
      } finally {
        close(consumer);
      }
    }
  }
}
