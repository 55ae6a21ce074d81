package dev.ordem.detail.ledger.order;

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
public record FetchReason(Lane lane, @Nullable UUID runId, boolean free, boolean audit) {
  static final FetchReason NONE = new FetchReason(Lane.BACKFILL, null, false, false);

  public static FetchReason byRun(Lane lane, UUID runId) {
    return new FetchReason(lane, runId, false, false);
  }

  /** By no run, so nobody can take it back. */
  public static FetchReason free(Lane lane) {
    return new FetchReason(lane, null, true, false);
  }

  public static FetchReason auditing() {
    return new FetchReason(Lane.AUDIT, null, true, true);
  }

  public FetchReason in(Lane other) {
    return new FetchReason(other, runId, free, audit);
  }

  FetchReason by(UUID run) {
    return new FetchReason(lane, run, free, audit);
  }

  public FetchReason freed() {
    return new FetchReason(lane, runId, true, audit);
  }

  /** For both reasons, the more urgent one first. */
  FetchReason and(FetchReason other) {
    boolean urgent = other.lane.compareTo(lane) < 0;
    return new FetchReason(
        urgent ? other.lane : lane,
        urgent || runId == null ? other.runId : runId,
        free || other.free,
        audit && other.audit);
  }
}
