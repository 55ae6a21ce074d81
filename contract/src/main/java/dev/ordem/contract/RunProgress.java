package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of a run in one partition. Counts are of orders, each counted once however
 * often its header was seen.
 *
 * @param partition the partition of {@code os-headers}
 * @param ended whether the end-of-headers marker was passed
 * @param seen orders whose header was seen: {@code fresh + changed + unchanged}
 * @param fresh orders never seen before
 * @param changed orders whose header changed
 * @param unchanged orders whose header did not change
 * @param requested orders whose detail this run wants
 * @param settled of those, how many are dealt with
 * @param parked of those, how many wait for a person
 * @param endedAt {@link HeaderEvent.EndOfHeaders#endedAt} of the newest marker passed, by which a
 *     resumed run's second end is told from its first; null: none was passed
 */
public record RunProgress(
    UUID runId,
    String account,
    int partition,
    boolean ended,
    long seen,
    long fresh,
    long changed,
    long unchanged,
    long requested,
    long settled,
    long parked,
    Instant updatedAt,
    @Nullable Instant endedAt)
    implements Event {

  /** The record's key: run id and partition. */
  @JsonIgnore
  public String key() {
    return runId + ":" + partition;
  }

  /** Whether nothing this run asked for in this partition is still to come. */
  @JsonIgnore
  public boolean done() {
    return ended && settled + parked >= requested;
  }

  @Override
  @JsonIgnore
  public String subject() {
    return runId.toString();
  }

  @Override
  @JsonIgnore
  public Instant time() {
    return updatedAt;
  }
}
