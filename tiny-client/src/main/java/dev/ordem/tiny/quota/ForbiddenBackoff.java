package dev.ordem.tiny.quota;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How long an account that Tiny forbids (403, or 401 for a new token) is left alone: a minute, and
 * twice as long each time it is asked again and refused again. Thread safe.
 */
public final class ForbiddenBackoff {
  public static final Duration FIRST = Duration.ofMinutes(1);
  public static final Duration LONGEST = Duration.ofMinutes(15);
  private static final IntervalFunction WAITS =
      IntervalFunction.ofExponentialBackoff(FIRST, 2, LONGEST);

  private final Clock steady;
  private final Map<String, Refused> accounts = new ConcurrentHashMap<>();

  /** Refused {@code times} in a row, each after the wait before was over. */
  private record Refused(int times, Instant until) {}

  public ForbiddenBackoff(Time time) {
    this.steady = time.steady();
  }

  /** The account was refused; calls that were under way together count once. */
  public Duration refused(String account) {
    Instant now = steady.instant();
    Refused refused =
        accounts.compute(
            account,
            (name, before) ->
                before != null && now.isBefore(before.until()) ? before : next(before, now));
    return Duration.between(now, refused.until());
  }

  private static Refused next(@Nullable Refused before, Instant now) {
    int times = before == null ? 1 : before.times() + 1;
    return new Refused(times, now.plusMillis(WAITS.apply(times)));
  }

  /** The account was answered. */
  public void answered(String account) {
    accounts.remove(account);
  }
}
