package dev.ordem.detail.ledger;

import dev.ordem.contract.Lane;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why an order's detail is or was wanted.
 *
 * @param runId the run that brought it up; null: a person, the auditor, or a sighting without a run
 * @param free whether it is wanted whatever becomes of runs
 * @param audit whether it is to measure what headers miss
 */
record Want(Lane lane, @Nullable UUID runId, boolean free, boolean audit) {
  static final Want NOTHING = new Want(Lane.BACKFILL, null, false, false);

  static Want byRun(Lane lane, UUID runId) {
    return new Want(lane, runId, false, false);
  }

  /** By no run, so nobody can take it back. */
  static Want free(Lane lane) {
    return new Want(lane, null, true, false);
  }

  static Want auditing() {
    return new Want(Lane.AUDIT, null, true, true);
  }

  Want in(Lane other) {
    return new Want(other, runId, free, audit);
  }

  Want by(UUID run) {
    return new Want(lane, run, free, audit);
  }

  Want freed() {
    return new Want(lane, runId, true, audit);
  }

  /** For both reasons, the more urgent one first. */
  Want and(Want other) {
    boolean urgent = other.lane.compareTo(lane) < 0;
    return new Want(
        urgent ? other.lane : lane,
        urgent || runId == null ? other.runId : runId,
        free || other.free,
        audit && other.audit);
  }
}
