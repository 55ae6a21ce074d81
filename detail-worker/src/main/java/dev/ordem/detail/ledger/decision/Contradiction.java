package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.Detail;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.Standing;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * List and detail that do not show the same status. If each observation that differs from the last
 * were a change, an order in which they never agree would change twice in each run. So the list is
 * believed when it says something else than it said before; if it repeats itself, the order has
 * changed back or the two never agree, and the detail, read again, decides that; and so it does if
 * the list comes back to what went with a detail that said otherwise.
 */
final class Contradiction {
  private Contradiction() {}

  /** Whether the list, which shows {@code seen}, did so before the detail that says otherwise. */
  static boolean known(Standing order, Supplier<Content> content, int seen) {
    ObservedStatus status = order.status();
    Listing listing = order.listing();
    if (status == null || listing == null || order.read() == null) {
      return false;
    }
    Detail last = content.get().detail();
    return listing.fingerprint().startsWith(seen + "|")
        && last != null
        && Objects.equals(last.situacao(), status.situacao());
  }

  /** Whether that header was seen between two details that were the same: they never agree. */
  static boolean lasting(Standing order) {
    Listing listing = order.listing();
    DetailRead read = order.read();
    return listing != null && read != null && listing.fingerprint().equals(read.covered());
  }

  /** Whether the last detail, which says otherwise, goes with a header that shows {@code seen}. */
  static boolean expected(Standing order, Supplier<Content> content, int seen) {
    DetailRead read = order.read();
    if (read == null || read.covered() == null || !read.covered().startsWith(seen + "|")) {
      return false;
    }
    Detail last = content.get().detail();
    return last != null && !Objects.equals(last.situacao(), seen);
  }
}
