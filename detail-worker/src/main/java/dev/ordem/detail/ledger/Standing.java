package dev.ordem.detail.ledger;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where an order stands: the small part of an entry, read and written on every step.
 *
 * @param status null before the first observation
 * @param headerSeenAt when the list last showed it
 * @param headerFingerprint of that header
 * @param detailFetchedAt when its detail was last read
 * @param goneAt when Tiny last answered 404, unless the detail was read since
 * @param coveredFingerprint of the newest header that the last answer is known to cover
 * @param revision of the last event on {@code os-enriched}; 0: none
 * @param countedBy the last runs that counted this order, newest last
 * @param absences complete full reads in a row that did not show it
 * @param removed whether its last event on {@code os-enriched} is a tombstone
 */
record Standing(
    @Nullable Status status,
    @Nullable Instant headerSeenAt,
    @Nullable String headerFingerprint,
    @Nullable Instant detailFetchedAt,
    @Nullable Instant goneAt,
    @Nullable String coveredFingerprint,
    long revision,
    List<UUID> countedBy,
    int absences,
    boolean removed,
    Task task) {
  static final Standing NONE =
      new Standing(null, null, null, null, null, null, 0, List.of(), 0, false, Task.NONE);

  Standing {
    countedBy = List.copyOf(countedBy);
  }

  Standing with(Task changed) {
    return new Standing(
        status,
        headerSeenAt,
        headerFingerprint,
        detailFetchedAt,
        goneAt,
        coveredFingerprint,
        revision,
        countedBy,
        absences,
        removed,
        changed);
  }

  Standing absent() {
    return new Standing(
        status,
        headerSeenAt,
        headerFingerprint,
        detailFetchedAt,
        goneAt,
        coveredFingerprint,
        revision,
        countedBy,
        absences + 1,
        removed,
        task);
  }
}
