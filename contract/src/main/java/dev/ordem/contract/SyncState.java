package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The work state of an order, as the ledger holds it.
 *
 * @param lane why its detail is or was wanted
 * @param runId the run that wants it; null when a person does
 * @param attempts failed attempts so far
 * @param nextAttemptAt when it is due; null unless {@link Work#RETRYING}
 * @param lastError why the last attempt failed; null after a success
 */
public record SyncState(
    String account,
    long osId,
    Work state,
    Lane lane,
    @Nullable UUID runId,
    int attempts,
    @Nullable Instant nextAttemptAt,
    @Nullable Failure lastError,
    Instant updatedAt)
    implements OrderEvent {

  /** What is being done about an order's detail. */
  public enum Work {
    /** Nothing: all that was asked for is there. */
    SETTLED,
    /** Waits for its turn. */
    QUEUED,
    /** A request is out. */
    REQUESTED,
    /** Failed; waits for its next attempt. */
    RETRYING,
    /** Failed for good: a person must look. */
    PARKED
  }

  @Override
  @JsonIgnore
  public Instant time() {
    return updatedAt;
  }
}
