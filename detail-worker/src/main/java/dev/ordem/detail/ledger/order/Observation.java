package dev.ordem.detail.ledger.order;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What Tiny showed between being asked and having answered, by the database's clock. Of two
 * observations one is earlier, one is later, or they overlap and nobody can say.
 *
 * @param asked not after {@code answered}
 */
public record Observation(Instant asked, Instant answered) {
  /**
   * Two good clocks differ by less than this; a time that lies further ahead of this host's is a
   * wrong clock's, and would hide whatever is seen until then.
   */
  public static final Duration AHEAD = Duration.ofMinutes(5);

  private static final Duration MOMENT = Duration.ofNanos(1_000);

  /** At no time that is known, before any other. */
  public static final Observation NEVER = at(Instant.EPOCH);

  public Observation {
    asked = asked.isAfter(answered) ? answered : asked;
  }

  public static Observation at(Instant instant) {
    return new Observation(instant, instant);
  }

  /** Over at this time; that it took a moment is all that is known of its beginning. */
  public static Observation over(Instant answered) {
    return new Observation(answered.minus(MOMENT), answered);
  }

  /**
   * As an event tells it. Times are told in the order of the calls, so one that is too far ahead to
   * be believed is later than all that was believed: it is taken for now, or for the moment after
   * {@code newest}.
   *
   * @param asked null in records of schema 1: then it was at the moment of the answer
   * @param newest when the order was last observed, as far as that is believed
   */
  public static Observation of(
      @Nullable Instant asked, Instant answered, Instant newest, Instant now) {
    if (answered.isAfter(now.plus(AHEAD))) {
      return at(later(now, newest.plus(MOMENT)));
    }
    return new Observation(asked == null ? answered : asked, answered);
  }

  /** The time, or now if it is too far ahead of it. */
  public static Instant possible(Instant time, Instant now) {
    return time.isAfter(now.plus(AHEAD)) ? now : time;
  }

  /** Whether it was over when the other began. */
  public boolean before(Observation other) {
    return !answered.isAfter(other.asked);
  }

  /** Whether it began when the other was over. */
  public boolean after(Observation other) {
    return asked.isAfter(other.answered);
  }

  /** Whether a stored time can be; it cannot be believed otherwise. */
  public boolean believed(Instant now) {
    return !answered.isAfter(now.plus(AHEAD));
  }

  /** The newest moments of both. */
  public Observation widened(Observation other) {
    return new Observation(later(asked, other.asked), later(answered, other.answered));
  }

  /**
   * Whether it bears no time of its own: what it was told could not be, and it was taken for the
   * moment at which it came.
   */
  public boolean ofArrival() {
    return asked.equals(answered);
  }

  /** When it was over; null if that is not known. */
  public @Nullable Instant known() {
    return equals(NEVER) ? null : answered;
  }

  static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
