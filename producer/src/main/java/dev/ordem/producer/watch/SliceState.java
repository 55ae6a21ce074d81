package dev.ordem.producer.watch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a slice.
 *
 * @param since when it was first known to be there
 * @param lookedAt when Tiny was last asked for it; null: never
 * @param hinted whether the list's total says that something there is not seen yet
 */
public record SliceState(
    Slice slice, ChangeRate rate, Instant since, @Nullable Instant lookedAt, boolean hinted) {
  /** People's habits change with the hour; */
  static final Duration QUICK_MEMORY = Duration.ofMinutes(40);

  /** of what is over only so little changes that it takes half a day to know how much. */
  static final Duration RANGE_MEMORY = Duration.ofHours(12);

  public static SliceState fresh(Slice slice, Instant now) {
    return new SliceState(slice, ChangeRate.UNKNOWN, now, null, false);
  }

  /** For how long nobody has looked; where nobody can tell, long enough to look again. */
  Duration age(Instant now) {
    Instant from = lookedAt == null ? since : lookedAt;
    return from.isAfter(now) ? LookPolicy.SWEEP : Duration.between(from, now);
  }

  /** Whether a look is noted that is still to come: the clock was set back since. */
  boolean aheadOf(Instant now) {
    return lookedAt != null && lookedAt.isAfter(now);
  }

  /** It was looked at, and so many of its rows were not as they were known to be. */
  public SliceState looked(int changes, Instant now) {
    boolean known = lookedAt != null && !aheadOf(now);
    ChangeRate learned = known ? rate.after(changes, age(now), memory()) : rate;
    return new SliceState(slice, learned, since, now, false);
  }

  /** It could not be looked at: it waits for its turn as if it had been, but nothing is learned. */
  public SliceState failed(Instant now) {
    return new SliceState(slice, rate, since, now, hinted);
  }

  private Duration memory() {
    return slice.quick() ? QUICK_MEMORY : RANGE_MEMORY;
  }

  public SliceState hint() {
    return new SliceState(slice, rate, since, lookedAt, true);
  }
}
