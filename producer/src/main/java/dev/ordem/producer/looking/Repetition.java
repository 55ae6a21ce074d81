package dev.ordem.producer.looking;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.Instant;

/**
 * When the ledger is told once more what it was told and what does not show in Postgres: after a
 * minute at first, and each time twice as late. So what was lost is mended soon, and an order of
 * which list and detail never agree costs a record and a call every two hours, not every minute.
 *
 * @param at when it was last told
 * @param times how often it was told
 */
record Repetition(Instant at, int times) {
  static final Duration FIRST = Duration.ofMinutes(1);
  static final Duration LONGEST = Duration.ofHours(2);
  private static final IntervalFunction PAUSES =
      IntervalFunction.ofExponentialBackoff(FIRST, 2, LONGEST);

  static Repetition told(Instant now) {
    return new Repetition(now, 1);
  }

  Repetition again(Instant now) {
    return new Repetition(now, over(now) ? 1 : times + 1);
  }

  boolean due(Instant now) {
    return !at.plusMillis(PAUSES.apply(times)).isAfter(now);
  }

  /**
   * Whether so long ago that it does not count any more. Much longer than any pause, as two that
   * never agree may seem to for some minutes, until the detail is read again.
   */
  boolean over(Instant now) {
    return !at.plus(LONGEST.multipliedBy(2)).isAfter(now);
  }
}
