package dev.ordem.detail.ledger;

import dev.ordem.contract.HeaderEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What Postgres knows of an order, in the ledger's words. */
final class Baselines {
  private Baselines() {}

  static @Nullable Listing listing(HeaderEvent.BaselineOrder event, boolean tooLarge, Instant now) {
    if (event.removed() || event.header() == null || event.headerSeenAt() == null) {
      return null;
    }
    Observation seen = Observation.at(Observation.possible(event.headerSeenAt(), now));
    return new Listing(seen, Fingerprint.of(event.header()), 0, tooLarge);
  }

  /** Which header the detail covers is not known, but for one that is older. */
  static @Nullable DetailRead read(
      HeaderEvent.BaselineOrder event, @Nullable Listing listing, Instant now) {
    if (event.removed() || event.detail() == null || event.detailFetchedAt() == null) {
      return null;
    }
    Observation seen = Observation.at(Observation.possible(event.detailFetchedAt(), now));
    return listing != null && !listing.at().answered().isAfter(seen.asked())
        ? new DetailRead(seen, listing.fingerprint())
        : new DetailRead(seen, null);
  }
}
