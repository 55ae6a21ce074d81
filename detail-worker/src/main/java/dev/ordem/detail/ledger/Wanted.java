package dev.ordem.detail.ledger;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether anybody still wants an order: a run that is not cancelled and holds a claim on it, a
 * person, the auditor.
 *
 * @param by that run; null: none does
 */
record Wanted(boolean so, @Nullable UUID by) {
  static Wanted by(@Nullable UUID run) {
    return new Wanted(true, run);
  }
}
