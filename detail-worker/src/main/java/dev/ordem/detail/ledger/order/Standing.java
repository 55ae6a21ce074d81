package dev.ordem.detail.ledger.order;

import static java.util.Comparator.naturalOrder;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an order stands: the small part of an entry, read and written on every step. Only a
 * decision makes one from another.
 *
 * <p>The names of its components are those of the JSON in the store.
 *
 * @param status null before the first observation
 * @param listing null if no list showed it, or it was removed
 * @param read null if its detail was never read, or it was removed
 * @param unlisted null while nothing speaks against its being listed
 * @param countedBy the runs that counted it and still read
 * @param round how many answers dealt with it; a claim that is older than the last is settled
 */
public record Standing(
    @Nullable ObservedStatus status,
    @Nullable Listing listing,
    @Nullable DetailRead read,
    PublishedOrder told,
    @Nullable Absence unlisted,
    List<CountedBy> countedBy,
    long round,
    Task task) {
  public static final Standing NONE =
      new Standing(null, null, null, PublishedOrder.NONE, null, List.of(), 0, Task.Settled.NONE);

  public Standing {
    countedBy = List.copyOf(countedBy);
  }

  /**
   * When it was last observed, as far as that can be believed.
   *
   * @param most the latest time that is
   */
  public Instant observed(Instant most) {
    return Stream.of(
            status == null ? null : status.last().answered(),
            listing == null ? null : listing.at().answered(),
            read == null ? null : read.at().answered(),
            unlisted == null ? null : unlisted.since(),
            told.removedAt())
        .flatMap(Stream::ofNullable)
        .filter(time -> !time.isAfter(most))
        .max(naturalOrder())
        .orElse(Instant.EPOCH);
  }

  /** Whether its detail was found gone, which alone proves no removal. */
  public boolean suspect() {
    return unlisted != null && unlisted.suspect();
  }

  /** Whether a list shows it, as far as is known, and no one found it removed. */
  public boolean known() {
    return listing != null && told.removedAt() == null;
  }

  /** Whether its status is not final, as far as is known. */
  public boolean open() {
    return status == null || status.open();
  }

  /** Whether a whole read should show it: a list did, or subscribers hold it. */
  public boolean expected() {
    return known() || told.present();
  }
}
