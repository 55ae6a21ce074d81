package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.Fingerprint;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Standing;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether an order that the list shows needs its detail read, and how urgently. */
final class Need {
  private Need() {}

  /** The lane to read it in; empty: what is known will do. */
  static Optional<Lane> of(
      Standing order, Supplier<Content> content, Mode mode, LedgerRules rules) {
    Listing listing = order.listing();
    DetailRead read = order.read();
    if (listing == null) {
      return Optional.empty();
    }
    if (read == null) {
      boolean backlog = mode.whole() || mode == Mode.PERIOD;
      return Optional.of(backlog ? Lane.BACKFILL : Lane.HOT);
    }
    if (listing.tooLarge() || changed(listing, read, content)) {
      return Optional.of(Lane.HOT);
    }
    Duration age = Duration.between(read.at().asked(), listing.at().answered());
    boolean old = age.compareTo(rules.openMaxAge()) >= 0;
    return old && order.open() ? Optional.of(Lane.BACKFILL) : Optional.empty();
  }

  /** Whether the list shows what the detail that was read does not. */
  static boolean changed(Standing order, Supplier<Content> content) {
    Listing listing = order.listing();
    DetailRead read = order.read();
    return listing != null && read != null && changed(listing, read, content);
  }

  /**
   * Whether the list shows what the detail does not. A header older than the detail says nothing
   * new, nor does one that shows what the detail does. Reaching a final status is a change of the
   * header, too.
   */
  private static boolean changed(Listing listing, DetailRead read, Supplier<Content> content) {
    if (!listing.at().answered().isAfter(read.at().asked())
        || listing.fingerprint().equals(read.covered())) {
      return false;
    }
    Header header = content.get().header();
    Detail detail = content.get().detail();
    return header == null || detail == null || !Fingerprint.agrees(header, detail, read.covered());
  }
}
