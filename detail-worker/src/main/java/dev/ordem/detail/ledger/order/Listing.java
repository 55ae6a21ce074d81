package dev.ordem.detail.ledger.order;

/**
 * What the list last showed of an order.
 *
 * @param at when
 * @param fingerprint of that header
 * @param digest of the whole header, to know it again without reading it; 0: unknown
 * @param tooLarge whether that header was too large to be kept, so that the content has an older
 *     one
 */
public record Listing(Observation at, String fingerprint, long digest, boolean tooLarge) {
  public Listing seen(Observation again) {
    return new Listing(again, fingerprint, digest, tooLarge);
  }
}
