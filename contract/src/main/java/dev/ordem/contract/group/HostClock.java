package dev.ordem.contract.group;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * This host's clock, and whether it was set back. Debezium and Kafka's consumers wait by it: what
 * they began to wait for before such a step lasts as much longer. Used by one thread.
 */
public final class HostClock {
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Duration least;
  private Instant shown;
  private long shownNanos;

  /**
   * That of the system.
   *
   * @param least what is less than this is no step
   */
  public static HostClock system(Duration least) {
    return new HostClock(InstantSource.system(), System::nanoTime, least);
  }

  /**
   * Another one, for tests.
   *
   * @param nanos a monotonic clock
   * @param least what is less than this is no step
   */
  public HostClock(InstantSource clock, LongSupplier nanos, Duration least) {
    this.clock = clock;
    this.nanos = nanos;
    this.least = least;
    this.shown = clock.instant();
    this.shownNanos = nanos.getAsLong();
  }

  /** Whether it was since this was last asked. */
  public boolean wasSetBack() {
    Instant now = clock.instant();
    long nowNanos = nanos.getAsLong();
    Instant expected = shown.plusNanos(nowNanos - shownNanos);
    shown = now;
    shownNanos = nowNanos;
    return now.isBefore(expected.minus(least));
  }
}
