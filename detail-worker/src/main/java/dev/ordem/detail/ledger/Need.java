package dev.ordem.detail.ledger;

import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.Situacao;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether an order that the list shows needs its detail read, and how urgently. */
final class Need {
  private Need() {}

  /** The lane to read it in; empty: what is known will do. */
  static Optional<Lane> of(Standing order, Content content, Mode mode, LedgerRules rules) {
    Instant seenAt = order.headerSeenAt();
    Instant answeredAt = answeredAt(order);
    if (seenAt == null) {
      return Optional.empty();
    }
    if (answeredAt == null) {
      boolean backlog = mode == Mode.FULL || mode == Mode.PERIOD;
      return Optional.of(backlog ? Lane.BACKFILL : Lane.HOT);
    }
    if (changed(order, content, seenAt, answeredAt)) {
      return Optional.of(Lane.HOT);
    }
    boolean old = Duration.between(answeredAt, seenAt).compareTo(rules.openMaxAge()) >= 0;
    return old && open(order.status()) ? Optional.of(Lane.BACKFILL) : Optional.empty();
  }

  /**
   * A header older than the answer says nothing new, nor does one that shows what the answer does.
   * Reaching a final status is a change of the header, too.
   */
  private static boolean changed(
      Standing order, Content content, Instant seenAt, Instant answeredAt) {
    Header header = content.header();
    Detail detail = content.detail();
    String fingerprint = order.headerFingerprint();
    return seenAt.isAfter(answeredAt)
        && fingerprint != null
        && !fingerprint.equals(order.coveredFingerprint())
        && !(order.goneAt() == null
            && header != null
            && detail != null
            && Fingerprint.agrees(header, detail));
  }

  private static boolean open(@Nullable Status status) {
    return status == null
        || Situacao.of(status.situacao()).map(known -> !known.terminal()).orElse(true);
  }

  private static @Nullable Instant answeredAt(Standing order) {
    Instant fetched = order.detailFetchedAt();
    Instant gone = order.goneAt();
    return gone != null && (fetched == null || gone.isAfter(fetched)) ? gone : fetched;
  }
}
