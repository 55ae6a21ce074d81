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
  /** Less than this is what clocks are corrected by, or nothing to wait for. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final LongSupplier nanos;
  private Instant shown;
  private long shownNanos;

  /** That of the system. */
  public static HostClock system() {
    return new HostClock(InstantSource.system(), System::nanoTime);
  }

  /**
   * Another one, for tests.
   *
   * @param nanos a monotonic clock
   */
  public HostClock(InstantSource clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
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
    return now.isBefore(expected.minus(LEAST));
  }
}
