package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.OrderEntry;
import dev.ordem.detail.ledger.order.Standing;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether subscribers are told of an order anew, and what. */
final class EnrichedDifference {
  private EnrichedDifference() {}

  /**
   * The order as it is told now; empty: there is nothing to tell, or subscribers hold the same.
   *
   * @param after in the revision that it would be told in
   */
  static Optional<EnrichedOrder> of(
      OrderEntry entry, Content content, Standing after, @Nullable UUID broughtBy, Instant now) {
    Standing before = entry.standing();
    OrderKey key = entry.key();
    Optional<EnrichedOrder> was =
        before.told().present()
            ? Merge.of(key, entry.content().get(), before, null, now)
            : Optional.empty();
    return Merge.of(key, content, after, broughtBy, now)
        .filter(is -> was.isEmpty() || !Merge.same(was.get(), is));
  }

  /** Whether the difference may show; if not, nobody needs to read the content. */
  static boolean mayShow(Standing before, Standing after) {
    return !Objects.equals(situacao(before), situacao(after))
        || !Objects.equals(readAt(before), readAt(after))
        || before.told().present() != after.told().present()
        || !Objects.equals(covered(before), covered(after));
  }

  private static @Nullable Integer situacao(Standing order) {
    ObservedStatus status = order.status();
    return status == null ? null : status.situacao();
  }

  private static @Nullable Observation readAt(Standing order) {
    DetailRead read = order.read();
    return read == null ? null : read.at();
  }

  private static @Nullable String covered(Standing order) {
    DetailRead read = order.read();
    return read == null ? null : read.covered();
  }
}
