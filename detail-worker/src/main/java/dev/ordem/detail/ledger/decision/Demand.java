package dev.ordem.detail.ledger.decision;

import dev.ordem.detail.ledger.order.Task;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether anybody still wants an order: a run that is not cancelled and holds a claim on it, a
 * person, the auditor.
 *
 * @param by that run; null: none does
 */
public record Demand(boolean exists, @Nullable UUID by) {
  public static Demand by(@Nullable UUID run) {
    return new Demand(true, run);
  }

  /** Whether what is being done about the order is still wanted. */
  boolean keeps(Task task) {
    return exists || task.want().free();
  }
}
