package dev.ordem.tiny;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When Tiny was asked and had answered: what an answer says was true at some moment between the
 * two. Both are times of the database's clock, which all processes share; no host's wall clock
 * enters. Whatever is uncertain widens the interval: the request left no earlier than {@code
 * asked}, and its whole answer was there no later than {@code answered}. Immutable.
 *
 * @param asked in microseconds, as Postgres keeps them, rounded down
 * @param answered in microseconds, rounded up; never before {@code asked}
 */
public record Interval(Instant asked, Instant answered) {
  /**
   * Rounds outwards.
   *
   * @throws IllegalArgumentException if it was answered before it was asked
   */
  public Interval {
    if (answered.isBefore(asked)) {
      throw new IllegalArgumentException("asked at " + asked + ", but answered at " + answered);
    }
    asked = asked.truncatedTo(ChronoUnit.MICROS);
    Instant down = answered.truncatedTo(ChronoUnit.MICROS);
    answered = down.equals(answered) ? down : down.plus(1, ChronoUnit.MICROS);
  }
}
