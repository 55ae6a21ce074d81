package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The ledger wants one order's detail read. An order never has two of them out.
 *
 * @param id tells this request from an earlier one for the same order
 * @param runId the run that wants it; null when a person or the auditor does
 * @param expiresAt after this the ledger has taken it for lost, and nobody waits for its answer;
 *     null in records of earlier versions
 * @param attempt 1 for the first; deferring is not an attempt
 */
public record DetailRequest(
    UUID id,
    String account,
    long osId,
    @Nullable UUID runId,
    Lane lane,
    int attempt,
    Instant requestedAt,
    @Nullable Instant expiresAt)
    implements OrderEvent {

  @Override
  @JsonIgnore
  public Instant time() {
    return requestedAt;
  }
}
