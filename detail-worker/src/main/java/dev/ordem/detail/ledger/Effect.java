package dev.ordem.detail.ledger;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Failure;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState;
import java.util.UUID;

/** What the world is told of a decision. */
sealed interface Effect {
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

  /** A run's counts grow. */
  record Counted(UUID runId, Tally tally) implements Effect {}

  /** A person must look. */
  record GivenUp(DetailResult result, Failure failure) implements Effect {}
}
