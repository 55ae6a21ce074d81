package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a run reads. */
public enum Mode {
  /** What is newer than the highest known id, the last days by emission date, and what is open. */
  @JsonProperty("incremental")
  INCREMENTAL,
  /** Every header. */
  @JsonProperty("full")
  FULL,
  /** One range of emission dates. */
  @JsonProperty("period")
  PERIOD,
  /** Nothing: asks for the details that were never read. */
  @JsonProperty("details")
  DETAILS,
  /** Every header, status by status, and compares Tiny, ledger and Postgres. */
  @JsonProperty("reconcile")
  RECONCILE,
  /** Full if never synced, nothing if fresh, else incremental; decided when the run starts. */
  @JsonProperty("auto")
  AUTO;

  /** Whether it reads every header of the account, so that what it does not show is not listed. */
  public boolean whole() {
    return this == FULL || this == RECONCILE;
  }

  /** The name as people and JSON write it: lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
