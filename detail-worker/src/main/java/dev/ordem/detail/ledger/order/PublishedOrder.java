package dev.ordem.detail.ledger.order;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was told of an order, its part of the account's certificate.
 *
 * @param revision of the last event on {@code os-enriched}; 0: none
 * @param removedAt when Tiny was asked and did not know the order, if its last event is a tombstone
 * @param changes transitions told
 * @param changesXor of their checksums
 */
public record PublishedOrder(
    long revision, @Nullable Instant removedAt, long changes, long changesXor) {
  static final PublishedOrder NONE = new PublishedOrder(0, null, 0, 0);

  /** Whether subscribers hold it. */
  public boolean present() {
    return revision > 0 && removedAt == null;
  }

  public PublishedOrder revision(long next) {
    return new PublishedOrder(next, removedAt, changes, changesXor);
  }

  public PublishedOrder removed(@Nullable Instant at) {
    return new PublishedOrder(revision, at, changes, changesXor);
  }

  public PublishedOrder changed(long checksum) {
    return new PublishedOrder(revision, removedAt, changes + 1, changesXor ^ checksum);
  }
}
