package dev.ordem.sink.outbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * This host's clock, and whether it was set back. Debezium waits by it: what it began to wait for
 * before such a step lasts as much longer. Used by one thread.
 */
public final class HostClock {
  /** Less than this is what clocks are corrected by, or nothing to wait for. */
  private static final Duration LEAST = Duration.ofSeconds(1);

  private final Clock clock;
  private final LongSupplier nanos;
  private Instant shown;
  private long shownNanos;

  /**
   * @param nanos a monotonic clock
   */
  public HostClock(Clock clock, LongSupplier nanos) {
    this.clock = clock;
    this.nanos = nanos;
    this.shown = clock.instant();
    this.shownNanos = nanos.getAsLong();
  }

  /** Whether it was since this was last asked. */
  boolean wasSetBack() {
    Instant now = clock.instant();
    long nowNanos = nanos.getAsLong();
    Instant expected = shown.plusNanos(nowNanos - shownNanos);
    shown = now;
    shownNanos = nowNanos;
    return now.isBefore(expected.minus(LEAST));
  }
}
