package dev.ordem.detail.ledger.order;

import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import org.jspecify.annotations.Nullable;

/**
 * The last reading of an order's detail.
 *
 * <p>A detail covers the header that was there before it was asked for. If it does not show what
 * that header does, the order changed in between, or the two never agree. It may have changed back
 * when the list shows the same header again, so that this header is not taken for covered, unless
 * it was seen between two details that are the same.
 *
 * @param covered fingerprint of the newest header that it is known to cover
 */
public record DetailRead(Observation at, @Nullable String covered) {
  static final String UNSURE = "?";

  /**
   * A reading that is compared with no other.
   *
   * @param fingerprint of the newest header that was there before; null if there was none
   * @param next with the detail
   */
  public static DetailRead of(Observation at, @Nullable String fingerprint, Content next) {
    return new DetailRead(at, fingerprint == null ? null : sure(fingerprint, next));
  }

  /** The same order was read again after a header with this fingerprint was seen once more. */
  public DetailRead again(Observation later, @Nullable String fingerprint, Content next) {
    return fingerprint != null && follows(fingerprint)
        ? new DetailRead(later, fingerprint)
        : of(later, fingerprint, next);
  }

  /** It was there already when this detail was asked for, but is known of only now. */
  public DetailRead covering(String fingerprint, Content known) {
    return follows(fingerprint) ? this : new DetailRead(at, sure(fingerprint, known));
  }

  private boolean follows(String fingerprint) {
    return fingerprint.equals(covered) || (UNSURE + fingerprint).equals(covered);
  }

  private static String sure(String fingerprint, Content known) {
    Header header = known.header();
    Detail detail = known.detail();
    boolean agrees =
        header != null
            && detail != null
            && fingerprint.equals(Fingerprint.of(header))
            && Fingerprint.agrees(header, detail, fingerprint);
    return agrees ? fingerprint : UNSURE + fingerprint;
  }
}
