package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.Lane;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Observation;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many requests of one account may be out in one partition. It is to hold about one second of
 * work: enough to keep the fetchers busy over the two transactions that lie between a request and
 * its answer, and little enough that what comes up now waits for a moment only.
 *
 * <p>It grows by one with each quick answer that came while it was full, so it doubles with each
 * round trip; it is halved by an answer that was slow, or deferred, but only once for all the
 * requests that were out then.
 *
 * @param size most requests that may be out; people may go one beyond
 * @param cutAt when it was halved last
 * @param closedAt when that was heard last: a clock that shows less was set back, and knows nothing
 * @param closedUntil no request before this; null: open
 * @param closedToPeopleUntil the same, for what people wait for
 */
record RequestWindow(
    int size,
    Instant cutAt,
    Instant closedAt,
    @Nullable Instant closedUntil,
    @Nullable Instant closedToPeopleUntil) {
  /** A request and its answer are quick if they take less than this, both transactions included. */
  static final Duration QUICK = Duration.ofSeconds(1);

  /**
   * A fetcher waits up to a second for a permit, so asking a little early leaves no slot unused.
   */
  static final Duration EARLY = Duration.ofMillis(500);

  /** As long as an account that refuses every call is left alone, at most. */
  static final Duration LONGEST = Duration.ofMinutes(15);

  static final RequestWindow NEW =
      new RequestWindow(LedgerRules.WINDOW_MIN, Instant.EPOCH, Instant.EPOCH, null, null);

  /** Whether one more request may go out. */
  boolean admits(Lane lane, int outstanding, Instant now) {
    return lane == Lane.REFRESH
        ? outstanding <= size && open(closedToPeopleUntil, now)
        : outstanding < size && open(closedUntil, now);
  }

  /** A request was answered; {@code outstanding} counts it still. */
  RequestWindow answered(Instant sentAt, int outstanding, Instant now, int max) {
    if (Duration.between(sentAt, now).compareTo(QUICK) >= 0) {
      return cut(sentAt, now);
    }
    return outstanding >= size && size < max
        ? new RequestWindow(size + 1, cutAt, closedAt, closedUntil, closedToPeopleUntil)
        : this;
  }

  /** A request was deferred: the account is closed until then. */
  RequestWindow deferred(Lane lane, Instant sentAt, Instant until, Instant now) {
    RequestWindow halved = cut(sentAt, now);
    boolean setBack = now.isBefore(closedAt);
    Instant all = setBack ? null : closedUntil;
    Instant people = setBack ? null : closedToPeopleUntil;
    return new RequestWindow(
        halved.size,
        halved.cutAt,
        now,
        later(all, until),
        lane == Lane.REFRESH ? later(people, until) : people);
  }

  /**
   * Until when an account is closed by this host's clock. Whoever says so has a clock of his own,
   * which may be wrong; for how long, he can say.
   *
   * @param until by the other clock
   * @param at when it was said, by the same
   */
  static Instant closure(Instant until, Instant at, Instant now) {
    Duration wait = Duration.between(at, until);
    Duration bounded = wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    Instant latest = bounded.isNegative() ? now : now.plus(bounded);
    boolean sameTime = !at.isBefore(now.minus(Observation.AHEAD));
    return sameTime && until.isBefore(latest) ? until : latest;
  }

  /** From when on it has been open to everything, if not before {@code at}. */
  Instant openSince(Instant at) {
    return closedUntil == null ? at : later(at, closedUntil);
  }

  private RequestWindow cut(Instant sentAt, Instant now) {
    return sentAt.isBefore(cutAt)
        ? this
        : new RequestWindow(
            Math.max(LedgerRules.WINDOW_MIN, size / 2),
            now,
            closedAt,
            closedUntil,
            closedToPeopleUntil);
  }

  private boolean open(@Nullable Instant closedUntil, Instant now) {
    return closedUntil == null || now.isBefore(closedAt) || !now.isBefore(closedUntil.minus(EARLY));
  }

  private static Instant later(@Nullable Instant one, Instant other) {
    return one != null && one.isAfter(other) ? one : other;
  }
}
