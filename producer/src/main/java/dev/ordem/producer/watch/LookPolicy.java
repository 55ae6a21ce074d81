package dev.ordem.producer.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Which slice to look at next: a pure function of what is known and the time.
 *
 * <p>The greatest {@code rate × age² ÷ cost} is next, where each slice costs one call. In the long
 * run each is then looked at in intervals that are inverse to the square root of its rate: for
 * changes that come by chance, no other intervals let what is not seen yet be younger on average.
 * The rate of a slice that is little known leans towards that of all of its kind. A change of what
 * is at work counts four times as much as one of what is over: people wait for the first.
 *
 * <p>Beside that rule, every fourth look is for a slice that is overdue, so that a sweep of all
 * orders ends, whatever the rates say; and no slice is looked at again at once, nor, where nothing
 * changed for an hour, within half a minute.
 *
 * @see <a href="https://doi.org/10.1145/958942.958945">Cho and Garcia-Molina, Effective page
 *     refresh policies for web crawlers</a>
 */
public final class LookPolicy {
  /** After so long without any change an account is quiet. */
  public static final Duration QUIET = Duration.ofHours(1);

  /** Pages are looked at again after this, whatever else there is to do. */
  public static final Duration SWEEP = Duration.ofHours(4);

  /** Of so many looks one is for what is overdue. */
  static final int ONE_OF = 4;

  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration LEAST_OF_RANGE = Duration.ofSeconds(30);
  private static final Duration QUIET_LEAST = Duration.ofSeconds(30);
  private static final Duration QUIET_LEAST_OF_RANGE = Duration.ofMinutes(10);

  /** What is believed of all slices of a kind before anything is known: changes, and seconds. */
  static final ChangeRate QUICK_PRIOR = new ChangeRate(1, 300);

  static final ChangeRate RANGE_PRIOR = new ChangeRate(0.2, 17_280);

  /** Of all changes, so many are believed to be in ranges, until looks tell. */
  private static final double IN_RANGES = 0.05;

  /** What it is worth to see a change of an order that is over, beside one that is at work. */
  static final double WEIGHT_OF_RANGE = 0.25;

  /** As much of a slice is taken over from its kind as if half a change had been seen there. */
  private static final double SHAPE = 0.5;

  private LookPolicy() {}

  /**
   * The slice to look at now.
   *
   * @param slices all of an account
   * @param looks how many were made before
   * @param changedAt when anything of the account was last seen to change
   * @return empty: none yet, see {@link #earliest}
   */
  public static Optional<Slice> next(
      Collection<SliceState> slices, long looks, Instant changedAt, Instant now) {
    if (looks % ONE_OF == ONE_OF - 1) {
      Optional<Slice> overdue = overdue(slices, now);
      if (overdue.isPresent()) {
        return overdue;
      }
    }
    Rates rates = Rates.of(slices);
    boolean quiet = quiet(changedAt, now);
    return slices.stream()
        .filter(each -> !dueAt(each, quiet, now).isAfter(now))
        .max(
            Comparator.comparing(SliceState::hinted)
                .thenComparingDouble(each -> rates.worth(each, now)))
        .map(SliceState::slice);
  }

  /** When the first slice may be looked at; {@code now} at the earliest. */
  public static Instant earliest(Collection<SliceState> slices, Instant changedAt, Instant now) {
    boolean quiet = quiet(changedAt, now);
    return slices.stream()
        .map(each -> dueAt(each, quiet, now))
        .min(Comparator.naturalOrder())
        .filter(due -> due.isAfter(now))
        .orElse(now);
  }

  /** Changes a second that are believed of each slice, for those who want to see them. */
  public static ToDoubleFunction<SliceState> perSecond(Collection<SliceState> slices) {
    return Rates.of(slices)::of;
  }

  /** How much more a quick slice is worth than a range of the same age, before looks tell. */
  static double timesWorth(long quicks, long ranges) {
    return 1 / (WEIGHT_OF_RANGE * rangeShare(1, quicks, ranges));
  }

  /** What is believed of each range if quick slices change so often. */
  private static double rangeShare(double quick, long quicks, long ranges) {
    double believed = RANGE_PRIOR.perSecond(0, 0) / QUICK_PRIOR.perSecond(0, 0) * quick;
    return Math.max(believed, IN_RANGES * quick * quicks / Math.max(1, ranges));
  }

  private static boolean quiet(Instant changedAt, Instant now) {
    return !changedAt.plus(QUIET).isAfter(now);
  }

  private static Optional<Slice> overdue(Collection<SliceState> slices, Instant now) {
    return slices.stream()
        .filter(each -> !each.slice().quick())
        .filter(each -> each.askedAt() == null || each.age(now).compareTo(SWEEP) >= 0)
        .min(
            Comparator.comparing(
                    (SliceState each) -> each.askedAt() == null ? Instant.MIN : each.askedAt())
                // the newest first: of old orders the fewest change
                .thenComparing(each -> -each.slice().page()))
        .map(SliceState::slice);
  }

  private static Instant dueAt(SliceState state, boolean quiet, Instant now) {
    Instant looked = state.askedAt();
    if (looked == null || state.aheadOf(now)) {
      return Instant.MIN;
    }
    Duration least;
    if (state.slice().quick()) {
      least = quiet ? QUIET_LEAST : LEAST;
    } else {
      least = quiet ? QUIET_LEAST_OF_RANGE : LEAST_OF_RANGE;
    }
    return looked.plus(least);
  }

  /** What is believed of the slices of each kind together. */
  private record Rates(double quick, double range) {
    static Rates of(Collection<SliceState> slices) {
      ChangeRate quick = QUICK_PRIOR;
      ChangeRate range = ChangeRate.UNKNOWN;
      int quicks = 0;
      for (SliceState each : slices) {
        if (each.slice().quick()) {
          quick = quick.plus(each.rate());
          quicks++;
        } else {
          range = range.plus(each.rate());
        }
      }
      double ofQuick = quick.perSecond(0, 0);
      double believed = rangeShare(ofQuick, quicks, slices.size() - (long) quicks);
      return new Rates(ofQuick, range.perSecond(believed, RANGE_PRIOR.changes() / believed));
    }

    double of(SliceState state) {
      double prior = state.slice().quick() ? quick : range;
      return state.rate().perSecond(prior, SHAPE / prior);
    }

    double worth(SliceState state, Instant now) {
      double age = state.age(now).toMillis() / 1000.0;
      double weight = state.slice().quick() ? 1 : WEIGHT_OF_RANGE;
      // one that nobody ever looked at is worth most among its like
      double unseen = state.askedAt() == null && state.slice().quick() ? 1e9 : 0;
      return weight * of(state) * age * age + unseen;
    }
  }
}
