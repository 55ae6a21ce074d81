package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one partition of the ledger holds of an account, in numbers that anybody can compute again
 * from Postgres. Two partitions that hold the same have the same numbers; see {@link Checksum} for
 * how likely the reverse is.
 *
 * @param partition the partition of {@code os-headers}
 * @param generation of the baseline that was passed last; null: none was, so nothing is told of the
 *     account here
 * @param version grows by one with each change of the numbers
 * @param orders orders told on {@code os-enriched} and not removed
 * @param ordersXor XOR of their {@link Checksum#ofOrder}
 * @param changes transitions told on {@code os-status-changes}, those before the baseline included
 * @param changesXor XOR of their {@link Checksum#ofChange}
 * @param bySituacao orders by status
 * @param suspects orders that neither the list nor their detail showed when last asked
 * @param audited details of seemingly unchanged orders that were read to measure what fingerprints
 *     miss
 * @param missed of those, how many had changed
 */
public record AccountCertificate(
    String account,
    int partition,
    @Nullable UUID generation,
    long version,
    long orders,
    long ordersXor,
    long changes,
    long changesXor,
    Map<Integer, Long> bySituacao,
    long suspects,
    long audited,
    long missed,
    Instant updatedAt)
    implements LedgerReport {
  /** Copies the map. */
  public AccountCertificate {
    bySituacao = Map.copyOf(bySituacao);
  }

  /** The record's key: {@code account:{account}:{partition}}. */
  @Override
  @JsonIgnore
  public String key() {
    return "account:" + account + ":" + partition;
  }

  @Override
  @JsonIgnore
  public String subject() {
    return account;
  }
}
