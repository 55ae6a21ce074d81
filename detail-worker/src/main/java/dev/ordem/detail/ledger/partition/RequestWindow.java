package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.Lane;
import dev.ordem.detail.ledger.decision.LedgerRules;
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
 * @param closedUntil no request before this; null: open
 * @param closedToPeopleUntil the same, for what people wait for
 */
record RequestWindow(
    int size, Instant cutAt, @Nullable Instant closedUntil, @Nullable Instant closedToPeopleUntil) {
  /** A request and its answer are quick if they take less than this, both transactions included. */
  static final Duration QUICK = Duration.ofSeconds(1);

  /**
   * A fetcher waits up to a second for a permit, so asking a little early leaves no slot unused.
   */
  static final Duration EARLY = Duration.ofMillis(500);

  static final RequestWindow NEW =
      new RequestWindow(LedgerRules.WINDOW_MIN, Instant.EPOCH, null, null);

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
        ? new RequestWindow(size + 1, cutAt, closedUntil, closedToPeopleUntil)
        : this;
  }

  /** A request was deferred: the account is closed until then. */
  RequestWindow deferred(Lane lane, Instant sentAt, Instant until, Instant now) {
    RequestWindow halved = cut(sentAt, now);
    Instant people = lane == Lane.REFRESH ? later(closedToPeopleUntil, until) : closedToPeopleUntil;
    return new RequestWindow(halved.size, halved.cutAt, later(closedUntil, until), people);
  }

  /** From when on it has been open to everything, if not before {@code at}. */
  Instant openSince(Instant at) {
    return closedUntil == null ? at : later(at, closedUntil);
  }

  private RequestWindow cut(Instant sentAt, Instant now) {
    return sentAt.isBefore(cutAt)
        ? this
        : new RequestWindow(
            Math.max(LedgerRules.WINDOW_MIN, size / 2), now, closedUntil, closedToPeopleUntil);
  }

  private static boolean open(@Nullable Instant closedUntil, Instant now) {
    return closedUntil == null || !now.isBefore(closedUntil.minus(EARLY));
  }

  private static Instant later(@Nullable Instant one, Instant other) {
    return one != null && one.isAfter(other) ? one : other;
  }
}
