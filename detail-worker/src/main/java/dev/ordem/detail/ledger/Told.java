package dev.ordem.detail.ledger;

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
record Told(long revision, @Nullable Instant removedAt, long changes, long changesXor) {
  static final Told NOTHING = new Told(0, null, 0, 0);

  /** Whether subscribers hold it. */
  boolean present() {
    return revision > 0 && removedAt == null;
  }

  Told revision(long next) {
    return new Told(next, removedAt, changes, changesXor);
  }

  Told removed(@Nullable Instant at) {
    return new Told(revision, at, changes, changesXor);
  }

  Told changed(long checksum) {
    return new Told(revision, removedAt, changes + 1, changesXor ^ checksum);
  }
}
