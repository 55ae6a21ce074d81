package dev.ordem.producer.watch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a slice.
 *
 * @param since when it was first known to be there
 * @param lookedAt when all of it was last seen, but for rows that are named; null: never
 * @param hinted whether the list's total says that something there is not seen yet
 * @param triedAt when it was last asked for in vain, or a part of it was; null: never
 */
public record SliceState(
    Slice slice,
    ChangeRate rate,
    Instant since,
    @Nullable Instant lookedAt,
    boolean hinted,
    @Nullable Instant triedAt) {
  /** People's habits change with the hour; */
  static final Duration QUICK_MEMORY = Duration.ofMinutes(40);

  /** of what is over only so little changes that it takes half a day to know how much. */
  static final Duration RANGE_MEMORY = Duration.ofHours(12);

  /** One that was never asked for in vain. */
  public SliceState(
      Slice slice, ChangeRate rate, Instant since, @Nullable Instant lookedAt, boolean hinted) {
    this(slice, rate, since, lookedAt, hinted, null);
  }

  public static SliceState fresh(Slice slice, Instant now) {
    return new SliceState(slice, ChangeRate.UNKNOWN, now, null, false);
  }

  /** When it last had its turn, whatever came of it; null: never. */
  public @Nullable Instant askedAt() {
    if (lookedAt == null || triedAt == null) {
      return lookedAt == null ? triedAt : lookedAt;
    }
    return triedAt.isAfter(lookedAt) ? triedAt : lookedAt;
  }

  /**
   * For how long it had no turn; where nobody can tell, long enough to have one. How old is what is
   * known of it says {@link #lookedAt} alone.
   */
  Duration age(Instant now) {
    Instant asked = askedAt();
    return between(asked == null ? since : asked, now);
  }

  private static Duration between(Instant from, Instant now) {
    return from.isAfter(now) ? LookPolicy.SWEEP : Duration.between(from, now);
  }

  /** Whether a look is noted that is still to come: the clock was set back since. */
  public boolean aheadOf(Instant now) {
    Instant asked = askedAt();
    return asked != null && asked.isAfter(now);
  }

  /** It was looked at, and so many of its rows were not as they were known to be. */
  public SliceState looked(int changes, Instant now) {
    Instant before = lookedAt;
    ChangeRate learned =
        before != null && !before.isAfter(now)
            ? rate.after(changes, between(before, now), memory())
            : rate;
    return new SliceState(slice, learned, since, now, false);
  }

  /**
   * It could not be looked at, or only a part of it was: it waits for its next turn, but nothing is
   * learned, and it is as old as it was.
   */
  public SliceState tried(Instant now) {
    return new SliceState(slice, rate, since, lookedAt, hinted, now);
  }

  private Duration memory() {
    return slice.quick() ? QUICK_MEMORY : RANGE_MEMORY;
  }

  public SliceState hint() {
    return new SliceState(slice, rate, since, lookedAt, true, triedAt);
  }
}
