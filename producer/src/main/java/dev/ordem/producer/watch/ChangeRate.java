package dev.ordem.producer.watch;

import java.time.Duration;

/**
 * How often something changes, learned from looks: changes that were seen, and the time in which
 * they came. Both are forgotten bit by bit, so that the rate follows the habits of the day; but
 * never faster than over some ten looks, or what is looked at seldom would never be known.
 *
 * <p>For Poisson changes and a gamma prior, the mean of what is then believed.
 *
 * @param changes seen, the older ones counting less
 * @param seconds in which they came, likewise
 */
public record ChangeRate(double changes, double seconds) {
  public static final ChangeRate UNKNOWN = new ChangeRate(0, 0);

  private static final double LEAST_KEPT = 0.9;

  /** One look counts no more: somebody changed everything at once, which says little of later. */
  private static final int MOST_AT_ONCE = 10;

  /** Refuses what cannot be. */
  public ChangeRate {
    if (!(changes >= 0) || !(seconds >= 0)) {
      throw new IllegalArgumentException(changes + " changes in " + seconds + " s");
    }
  }

  /**
   * A look showed so many changes.
   *
   * @param elapsed since the look before
   * @param memory after so long what was seen before counts a third
   */
  public ChangeRate after(int seen, Duration elapsed, Duration memory) {
    double time = Math.max(0, elapsed.toMillis() / 1000.0);
    double kept = Math.max(LEAST_KEPT, Math.exp(-time * 1000 / memory.toMillis()));
    return new ChangeRate(
        changes * kept + Math.min(Math.max(0, seen), MOST_AT_ONCE), seconds * kept + time);
  }

  ChangeRate plus(ChangeRate other) {
    return new ChangeRate(changes + other.changes, seconds + other.seconds);
  }

  /**
   * Changes a second, as far as is known.
   *
   * @param prior a second, what to believe of one of its kind that nobody knows
   * @param weight seconds for which the prior counts
   */
  public double perSecond(double prior, double weight) {
    return (changes + prior * weight) / (seconds + weight);
  }
}
