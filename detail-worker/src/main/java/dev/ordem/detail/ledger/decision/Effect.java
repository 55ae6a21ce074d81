package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Failure;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState;
import dev.ordem.detail.ledger.store.Run;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What follows from a decision, beside the entry. */
public sealed interface Effect {
  /** The order as known now. */
  record Enriched(EnrichedOrder order) implements Effect {}

  /** The order is no more: a tombstone. */
  record Removed() implements Effect {}

  /** A transition was observed. */
  record Changed(StatusChange change) implements Effect {}

  /** The work state is another one. */
  record Worked(SyncState state) implements Effect {}

  /** The detail is to be read. */
  record Requested(DetailRequest request) implements Effect {}

  /** A run counts the order. */
  record Counted(UUID runId, Run.SeenCounts as) implements Effect {}

  /** A run claims the order's detail. */
  record Claimed(UUID runId) implements Effect {}

  /** A seemingly unchanged order was read. */
  record Audited(boolean missed) implements Effect {}

  /**
   * A person must look.
   *
   * @param result that could not be dealt with; null: none came
   */
  record GivenUp(@Nullable DetailResult result, Failure failure) implements Effect {}
}
