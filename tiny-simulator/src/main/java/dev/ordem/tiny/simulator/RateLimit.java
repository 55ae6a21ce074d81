package dev.ordem.tiny.simulator;

import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one account may still ask: a fixed window of the clock (the minute, from :00 to :00) and a
 * second one of one second.
 *
 * <p>A call is admitted when both windows have room, and then takes from both. A refused call takes
 * from neither and lengthens nothing. A sliding view of this would see up to twice the limit in one
 * minute around a :00; so does the real API. Other applications of the account take from both, too.
 * Thread safe.
 */
final class RateLimit {
  private static final int UNLIMITED = 0;
  private static final long SECOND = 1_000;

  private Limits limits;
  private final Window minute = new Window();
  private final Window second = new Window();
  private double foreignShare;
  private boolean foreignAtStart;
  private long foreignAsked;
  private long foreignUntil = Long.MIN_VALUE;
  private long answers;

  RateLimit(Limits limits) {
    this.limits = limits;
  }

  /**
   * @param headers the rate limit headers of the answer, by the name to send; empty when the answer
   *     has none
   */
  record Admission(boolean admitted, Map<String, String> headers) {}

  synchronized Admission take(Instant at) {
    roll(at);
    boolean minuteFull = isFull(minute, limits.perWindow());
    boolean secondFull = isFull(second, limits.perSecond());
    boolean admitted = !minuteFull && !secondFull;
    if (admitted) {
      use(1);
    }
    boolean tellSecond = !minuteFull && isFull(second, limits.perSecond());
    return new Admission(
        admitted,
        tellSecond
            ? headers(second, limits.perSecond(), at)
            : headers(minute, limits.perWindow(), at));
  }

  /** Another application of the same account takes what it can get of {@code count} calls. */
  synchronized int takeForeign(int count, Instant at) {
    roll(at);
    return takeAtOnce(count);
  }

  private int takeAtOnce(int count) {
    int taken =
        Math.min(
            count, Math.min(room(minute, limits.perWindow()), room(second, limits.perSecond())));
    use(taken);
    return taken;
  }

  private void use(int calls) {
    minute.used += calls;
    second.used += calls;
  }

  /**
   * Another application keeps taking {@code share} of the window, as far as it gets it.
   *
   * @param atStart as soon as it begins, all that each second has, otherwise evenly over its length
   */
  synchronized void foreignShare(double share, boolean atStart) {
    foreignShare = share;
    foreignAtStart = atStart;
  }

  synchronized void limits(Limits changed) {
    limits = changed;
  }

  private void roll(Instant at) {
    long now = at.toEpochMilli();
    if (minute.roll(now, limits.window().toMillis())) {
      foreignAsked = 0;
      foreignUntil = minute.start;
    }
    long share = (long) (foreignShare * limits.perWindow());
    if (foreignAtStart) {
      foreignAtStart(share, now);
    } else {
      foreignSpread(share, now);
    }
    foreignUntil = Math.max(foreignUntil, now);
    second.roll(now, SECOND);
  }

  /** What a second does not give is asked of the next as soon as it begins. */
  private void foreignAtStart(long share, long now) {
    long at = foreignUntil;
    while (at <= now && foreignAsked < share) {
      second.roll(at, SECOND);
      foreignAsked += takeAtOnce((int) (share - foreignAsked));
      if (isFull(minute, limits.perWindow())) {
        return;
      }
      at = Math.floorDiv(at, SECOND) * SECOND + SECOND;
    }
  }

  /** What is refused is not asked for again. */
  private void foreignSpread(long share, long now) {
    while (foreignAsked < share) {
      long at = minute.start + (foreignAsked + 1) * minute.length / share;
      if (at > now) {
        return;
      }
      second.roll(Math.max(at, foreignUntil), SECOND);
      takeAtOnce(1);
      foreignAsked++;
    }
  }

  private static boolean isFull(Window window, int limit) {
    return room(window, limit) == 0;
  }

  private static int room(Window window, int limit) {
    return limit == UNLIMITED ? Integer.MAX_VALUE : Math.max(0, limit - window.used);
  }

  /**
   * Three spellings in turn, and every eleventh answer without. The seconds until the reset are
   * rounded down, as measured: 0 in the last one. Of the bucket of a second 1 was measured.
   */
  private Map<String, String> headers(Window window, int limit, Instant at) {
    answers++;
    if (limit == UNLIMITED || answers % 11 == 0) {
      return Map.of();
    }
    String prefix =
        switch ((int) (answers % 3)) {
          case 0 -> "x-ratelimit-";
          case 1 -> "X-RateLimit-";
          default -> "X-Ratelimit-";
        };
    boolean small = prefix.startsWith("x");
    long left = window.start + window.length - at.toEpochMilli();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(prefix + (small ? "limit" : "Limit"), Integer.toString(limit));
    headers.put(
        prefix + (small ? "remaining" : "Remaining"),
        Integer.toString(Math.max(0, limit - window.used)));
    long seconds = window == second ? 1 : left / 1000;
    headers.put(prefix + (small ? "reset" : "Reset"), Long.toString(seconds));
    return headers;
  }

  private static final class Window {
    private long start = Long.MIN_VALUE;
    private long length;
    private int used;

    private boolean roll(long now, long newLength) {
      long current = Math.floorDiv(now, newLength) * newLength;
      if (current <= start && newLength == length) {
        return false;
      }
      start = current;
      length = newLength;
      used = 0;
      return true;
    }
  }
}
