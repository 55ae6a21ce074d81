package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.Fingerprint;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.PublishedOrder;
import dev.ordem.detail.ledger.store.SizeLimits;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What Postgres knows of an order, as the ledger keeps it.
 *
 * @param listing null if no header is known
 * @param read null if no detail is known, or both together are too large to be kept
 */
record BaselineState(
    ObservedStatus status,
    PublishedOrder told,
    @Nullable Listing listing,
    @Nullable DetailRead read,
    Content content) {
  /** The fingerprint of no header. */
  private static final String NONE = "";

  /**
   * @param sequence of the last transition that the ledger knows itself; 0: none
   */
  static BaselineState of(HeaderEvent.BaselineOrder event, long sequence, Instant now) {
    Observation seen = Observation.at(Observation.possible(event.statusSeenAt(), now));
    Content known = new Content(event.header(), event.detail());
    boolean fits = SizeLimits.fits(known);
    Listing listing = listing(event, !fits, now);
    return new BaselineState(
        new ObservedStatus(event.situacao(), seen, Math.max(event.sequence(), sequence)),
        new PublishedOrder(
            event.revision(),
            event.removed() ? seen.asked() : null,
            event.changes(),
            event.changesXor()),
        listing,
        fits ? read(event, listing, now) : null,
        fits ? known : Content.NONE);
  }

  /** Its time is its own, whatever of older headers comes yet: not that of its arrival. */
  private static @Nullable Listing listing(
      HeaderEvent.BaselineOrder event, boolean tooLarge, Instant now) {
    if (event.removed()) {
      return null;
    }
    if (event.header() == null) { // it was listed once: a whole read may find it gone
      return new Listing(Observation.NEVER, NONE, 0, false);
    }
    if (event.headerSeenAt() == null) {
      return null;
    }
    Observation seen = Observation.over(Observation.possible(event.headerSeenAt(), now));
    return new Listing(seen, Fingerprint.of(event.header()), 0, tooLarge);
  }

  /**
   * Which header the detail covers is not known, but for one that is older. Postgres keeps both
   * merged, so a detail that was read before its header looks as if it covered that: it is taken to
   * cover none, and is read again.
   */
  private static @Nullable DetailRead read(
      HeaderEvent.BaselineOrder event, @Nullable Listing listing, Instant now) {
    if (event.removed() || event.detail() == null || event.detailFetchedAt() == null) {
      return null;
    }
    Observation seen = Observation.at(Observation.possible(event.detailFetchedAt(), now));
    if (listing == null) {
      return new DetailRead(seen, null);
    }
    boolean covered = !listing.at().answered().isAfter(seen.asked());
    return new DetailRead(seen, covered ? listing.fingerprint() : NONE);
  }
}
