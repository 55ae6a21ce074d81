package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** What the ledger tells of one of its partitions. The newest record of a key is the truth. */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "type",
    defaultImpl = RunProgress.class) // schema 1 knew no other, and named no type
@JsonSubTypes({
  @JsonSubTypes.Type(value = RunProgress.class, name = "run"),
  @JsonSubTypes.Type(value = AccountCertificate.class, name = "account")
})
public sealed interface LedgerReport extends Event permits RunProgress, AccountCertificate {

  /** The record's key. */
  @JsonIgnore
  String key();

  /** The partition of {@code os-headers} that this is about. */
  int partition();

  /** When the ledger wrote it, by its host's clock. */
  Instant updatedAt();

  @Override
  @JsonIgnore
  default Instant time() {
    return updatedAt();
  }
}
