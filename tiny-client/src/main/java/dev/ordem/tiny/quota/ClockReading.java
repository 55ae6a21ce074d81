package dev.ordem.tiny.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A look at the database's clock: it showed {@code time} at some moment between two readings of
 * this process's monotonic clock. Tells what it shows at any later moment, within bounds. A process
 * that is suspended is beyond them where the monotonic clock stands still with it. Immutable.
 *
 * @param time what the database's clock showed, cut to the microsecond
 * @param before monotonic clock before it was asked, in nanos
 * @param after monotonic clock when it had answered, in nanos
 */
public record ClockReading(Instant time, long before, long after) {
  /**
   * How far the two clocks can run apart, as a part of the time that passes: the kernel corrects
   * each of them by 1/2000 at most.
   */
  private static final long DRIFT = 1_000;

  private static final long MICROSECOND = 1_000;

  /** What the database's clock shows at the least when the monotonic clock shows {@code nanos}. */
  public Instant earliest(long nanos) {
    return time.plusNanos(nanos - after - drift(nanos));
  }

  /** What the database's clock shows at the most when the monotonic clock shows {@code nanos}. */
  public Instant latest(long nanos) {
    return time.plusNanos(nanos - before + drift(nanos) + MICROSECOND);
  }

  /** Of two, the one that began later. */
  static ClockReading newer(ClockReading one, ClockReading other) {
    return one.before - other.before > 0 ? one : other;
  }

  /**
   * The one that tells more, this or an older one: a round trip that was slow must not spoil what a
   * quick one told a moment ago. If they contradict each other, the database's clock was set.
   */
  ClockReading orBetter(@Nullable ClockReading older) {
    if (older == null
        || older.latest(after).isBefore(earliest(after))
        || latest(after).isBefore(older.earliest(after))) {
      return this;
    }
    return older.uncertainty(after) < uncertainty(after) ? older : this;
  }

  private long uncertainty(long nanos) {
    return after - before + 2 * drift(nanos);
  }

  private long drift(long nanos) {
    return (nanos - before) / DRIFT + 1;
  }
}
