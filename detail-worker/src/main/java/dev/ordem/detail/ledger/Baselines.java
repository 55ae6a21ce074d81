package dev.ordem.detail.ledger;

import dev.ordem.contract.HeaderEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What Postgres knows of an order, in the ledger's words. */
final class Baselines {
  /** The fingerprint of no header. */
  private static final String NONE = "";

  private Baselines() {}

  static @Nullable Listing listing(HeaderEvent.BaselineOrder event, boolean tooLarge, Instant now) {
    if (event.removed() || event.header() == null || event.headerSeenAt() == null) {
      return null;
    }
    Observation seen = Observation.at(Observation.possible(event.headerSeenAt(), now));
    return new Listing(seen, Fingerprint.of(event.header()), 0, tooLarge);
  }

  /**
   * Which header the detail covers is not known, but for one that is older. Postgres keeps both
   * merged, so a detail that was read before its header looks as if it covered that: it is taken to
   * cover none, and is read again.
   */
  static @Nullable DetailRead read(
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
