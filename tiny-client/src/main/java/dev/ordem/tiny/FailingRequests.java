package dev.ordem.tiny;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Orders, and places of a list, of one account whose last request met what looks like an outage.
 *
 * <p>Only the first such request of an order tells of Tiny; the next ones may as well tell of that
 * order, which may fail for ever. So it is with a place of a list, whose page may hold a row that
 * no page can show; but a list that goes on failing there for long tells of Tiny again, as pages
 * get smaller within seconds. Many places of a list may fail while others are served, where a range
 * of it cannot be: so after each answer of a list the first few failures of lists tell nothing;
 * whoever looks for the end of the range asks for a place that is served in between. Keeps the
 * newest thousand: in an outage that meets more, an old one counts again. Thread safe.
 */
final class FailingRequests {
  private static final int MOST = 1_000;
  private static final long AGAIN = Duration.ofSeconds(10).toNanos();

  /** A page asked for in ever smaller ones, and three requests for each of a few single rows. */
  private static final int OF_PLACES = 16;

  /** How long one that is at fault itself leaves the probing to others. */
  static final Duration ALONE = Duration.ofSeconds(15);

  private final Map<String, Failing> failing = new LinkedHashMap<>();

  /** Whose last answer was a 429: of the account, or of themselves. */
  private final Set<String> throttled = new LinkedHashSet<>();

  private long answered;
  private boolean listed;
  private int ofLists;
  private @Nullable Long lastOther;

  /**
   * One that failed.
   *
   * @param counted when it last told of Tiny, in nanos
   * @param answeredBefore how much had been answered when it failed first
   */
  private record Failing(long counted, long answeredBefore) {}

  /** Whether this failure, at {@code nanos}, tells of Tiny. */
  synchronized boolean failed(ApiCall<?> wanted, long nanos) {
    boolean ofThePlace = !wanted.isOfOneOrder() && listed && ++ofLists <= OF_PLACES;
    Failing before = failing.get(wanted.place());
    if (before == null) {
      failing.put(wanted.place(), new Failing(nanos, answered));
      keepTheNewest(failing.keySet());
      return !ofThePlace;
    }
    if (ofThePlace) {
      return false;
    }
    boolean alone = wanted.patient() && before.answeredBefore() == answered;
    if (wanted.isOfOneOrder() || (!alone && nanos - before.counted() < AGAIN)) {
      return false;
    }
    failing.put(wanted.place(), new Failing(nanos, before.answeredBefore()));
    return true;
  }

  /** Tiny answered, whatever it said. */
  synchronized void answered(ApiCall<?> wanted) {
    failing.remove(wanted.place());
    answered++;
    if (!wanted.isOfOneOrder()) {
      listed = true;
      ofLists = 0;
    }
  }

  /** Whether the last answer to this was a 429. */
  synchronized boolean wasThrottled(ApiCall<?> wanted) {
    return throttled.contains(wanted.place());
  }

  /** The last answer to this was a 429, or it was not. */
  synchronized void throttled(ApiCall<?> wanted, boolean is) {
    throttled.remove(wanted.place());
    if (is && !wanted.isShortestList()) {
      throttled.add(wanted.place());
      keepTheNewest(throttled);
    }
  }

  private static void keepTheNewest(Set<String> places) {
    if (places.size() > MOST) {
      places.remove(places.iterator().next());
    }
  }

  /** Whether the last request for this failed. */
  synchronized boolean knows(ApiCall<?> wanted) {
    return failing.containsKey(wanted.place());
  }

  /**
   * Whether a request may find out if Tiny works again: not one that failed while others were
   * answered, unless for a while there was no other.
   */
  synchronized boolean mayProbe(ApiCall<?> wanted, long nanos) {
    Failing before = failing.get(wanted.place());
    if (before == null || before.answeredBefore() == answered) {
      lastOther = nanos;
      return true;
    }
    if (lastOther == null) {
      lastOther = nanos;
    }
    return nanos - lastOther >= ALONE.toNanos();
  }
}
