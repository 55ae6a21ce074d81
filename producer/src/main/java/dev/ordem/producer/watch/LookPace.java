package dev.ordem.producer.watch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When the next look may be made: a pure function of how the quota stands. Looks are spread over
 * the window, for a burst at its start would leave the rest of it blind. They take what nobody else
 * needs, up to a share; and a fifth of the quota whatever others need, so that a first load of days
 * does not blind the watch.
 *
 * @param share of the quota that looks may use, 0 to 1
 */
public record LookPace(double share) {
  /** Of the quota, for looks, whatever else there is to do. */
  public static final double FLOOR = 0.2;

  /** Left over, so that what comes up suddenly finds a slot. */
  private static final double SPARE = 0.05;

  /** Without any window: as soon as people could notice. */
  private static final Duration UNLIMITED = Duration.ofSeconds(1);

  private static final Duration QUICKEST = Duration.ofMillis(250);

  private static final Duration SLOWEST = Duration.ofMinutes(2);

  /**
   * How the quota of an account stands.
   *
   * @param limit calls in a window; 0: there is none
   * @param used calls in the last window, of all processes, looks included
   * @param looks of them
   * @param left as the server said, for all applications; null: it did not
   * @param leftUntil until when that is so
   */
  public record QuotaUse(
      int limit,
      Duration window,
      long used,
      long looks,
      @Nullable Integer left,
      @Nullable Instant leftUntil) {}

  /** How long after the last look the next one may be made. */
  public Duration pause(QuotaUse quota, Instant now) {
    double window = quota.window.toMillis() / 1000.0;
    if (quota.limit <= 0 || window <= 0) {
      return UNLIMITED;
    }
    double most = share * quota.limit;
    double least = Math.min(most, FLOOR * quota.limit);
    double others = Math.max(0, quota.used - quota.looks);
    double free = (1 - SPARE) * quota.limit - others;
    double perSecond = Math.min(most, Math.max(least, free)) / window;
    perSecond = Math.min(perSecond, Math.max(least / window, left(quota, now)));
    if (perSecond <= 0) {
      return SLOWEST;
    }
    Duration pause = Duration.ofNanos((long) (1e9 / perSecond));
    if (pause.compareTo(SLOWEST) > 0) {
      return SLOWEST;
    }
    return pause.compareTo(QUICKEST) < 0 ? QUICKEST : pause;
  }

  /** Looks a second, if they are to have their share of what the server says is left. */
  private double left(QuotaUse quota, Instant now) {
    if (quota.left == null || quota.leftUntil == null || !quota.leftUntil.isAfter(now)) {
      return Double.MAX_VALUE;
    }
    double seconds = Math.max(1, Duration.between(now, quota.leftUntil).toMillis() / 1000.0);
    return share * quota.left / seconds;
  }
}
