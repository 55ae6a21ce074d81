package dev.ordem.detail.ledger.order;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An order that a list should show and does not.
 *
 * @param since when the run began that missed it first; a list that was read later and shows it
 *     ends this
 * @param reads whole reads without it, each an hour after the one before
 * @param countedAt when the last of them began
 * @param suspect whether its detail is gone, too
 */
public record Absence(Instant since, int reads, @Nullable Instant countedAt, boolean suspect) {
  /** Whole reads without the order, before a 404 is taken for its removal. */
  static final int READS = 2;

  /** Two reads that are closer may show the same disturbance. */
  public static final Duration APART = Duration.ofHours(1);

  /** A list of its status does not show it. */
  public static Absence passedOver(Instant beganAt) {
    return new Absence(beganAt, 0, null, false);
  }

  /** A whole read that began then does not show it. */
  public static Absence absent(@Nullable Absence before, Instant beganAt) {
    if (before == null || before.countedAt == null) {
      Instant since = before == null ? beganAt : before.since;
      return new Absence(since, 1, beganAt, before != null && before.suspect);
    }
    return before.countedAt.plus(APART).isAfter(beganAt)
        ? before
        : new Absence(before.since, before.reads + 1, beganAt, before.suspect);
  }

  public Absence suspect(boolean gone) {
    return new Absence(since, reads, countedAt, gone);
  }

  /** Whether a 404 proves that it was removed. */
  public boolean proven() {
    return reads >= READS;
  }
}
