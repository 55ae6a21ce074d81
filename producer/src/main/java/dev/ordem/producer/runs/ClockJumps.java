package dev.ordem.producer.runs;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a clock has gone for an hour as time does, as far as this process sees it: what is
 * deleted by one that is wrong for a while does not come back. When the process begins, the clock
 * is believed. Used by one thread.
 */
final class ClockJumps {
  /** By so much in one step. */
  private static final Duration JUMP = Duration.ofMinutes(5);

  private static final long CALM = Duration.ofHours(1).toNanos();

  private @Nullable Reading last;
  private @Nullable Long jumpedAt;

  private record Reading(Instant clock, long nanos) {}

  /**
   * Whether what the clock shows may be believed. To be asked every few minutes.
   *
   * @param nanos of a steady clock
   */
  boolean believed(Instant clock, long nanos) {
    Reading before = last;
    last = new Reading(clock, nanos);
    if (before != null) {
      Instant expected = before.clock.plusNanos(nanos - before.nanos);
      if (Duration.between(expected, clock).abs().compareTo(JUMP) > 0) {
        jumpedAt = nanos;
      }
    }
    return jumpedAt == null || nanos - jumpedAt > CALM;
  }
}
