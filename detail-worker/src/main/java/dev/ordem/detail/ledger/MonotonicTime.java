package dev.ordem.detail.ledger;

import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * The host's time when it was made, and what passed since on a clock that never goes back. Kafka
 * Streams commits and punctuates by it: by the host's own clock it would do neither for as long as
 * that was set back. Thread safe.
 */
final class MonotonicTime implements Time {
  private static final long NANOS = 1_000_000;

  private final long begin;
  private final LongSupplier nanos;
  private final long beginNanos;

  MonotonicTime(Instant begin, LongSupplier nanos) {
    this.begin = begin.toEpochMilli();
    this.nanos = nanos;
    this.beginNanos = nanos.getAsLong();
  }

  @Override
  public long milliseconds() {
    return begin + (nanos.getAsLong() - beginNanos) / NANOS;
  }

  @Override
  public long nanoseconds() {
    return nanos.getAsLong();
  }

  @Override
  public void sleep(long millis) {
    SYSTEM.sleep(millis);
  }

  /** The deadline is of this clock, so what is left is reckoned anew for the system's. */
  @Override
  public void waitObject(Object lock, Supplier<Boolean> condition, long deadline)
      throws InterruptedException {
    SYSTEM.waitObject(lock, condition, SYSTEM.milliseconds() + deadline - milliseconds());
  }
}
