package dev.ordem.detail.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an order stands: the small part of an entry, read and written on every step. Only a {@link
 * Draft} makes one from another.
 *
 * @param status null before the first observation
 * @param listing null if no list showed it, or it was removed
 * @param read null if its detail was never read, or it was removed
 * @param unlisted null while nothing speaks against its being listed
 * @param countedBy the runs that counted it and still read
 * @param round how many answers dealt with it; a claim that is older than the last is settled
 */
record Standing(
    @Nullable Status status,
    @Nullable Listing listing,
    @Nullable DetailRead read,
    Told told,
    @Nullable Unlisted unlisted,
    List<Counted> countedBy,
    long round,
    Task task) {
  static final Standing NONE =
      new Standing(null, null, null, Told.NOTHING, null, List.of(), 0, Task.Settled.NONE);

  Standing {
    countedBy = List.copyOf(countedBy);
  }

  boolean suspect() {
    return unlisted != null && unlisted.suspect();
  }

  /** Whether a list shows it, as far as is known, and no one found it removed. */
  boolean known() {
    return listing != null && told.removedAt() == null;
  }

  /** Whether a whole read should show it: a list did, or subscribers hold it. */
  boolean expected() {
    return known() || told.present();
  }
}
