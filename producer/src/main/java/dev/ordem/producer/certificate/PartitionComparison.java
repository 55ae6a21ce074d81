package dev.ordem.producer.certificate;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Ledger and Postgres side by side, of one partition in one snapshot, both without the rows of
 * {@code os_refused}.
 *
 * @param version of the ledger's certificate
 * @param ledger what it holds
 * @param postgres what Postgres holds
 * @param at when, by the database's clock
 * @param since the first of the comparisons without a break that found all of this the same
 */
public record PartitionComparison(
    int partition,
    long version,
    PartitionDigest ledger,
    PartitionDigest postgres,
    Instant at,
    Instant since) {

  public boolean equal() {
    return ledger.equals(postgres);
  }

  /** The same, knowing what was found before. */
  public PartitionComparison after(@Nullable PartitionComparison before) {
    if (before == null
        || before.version != version
        || !before.ledger.equals(ledger)
        || !before.postgres.equals(postgres)) {
      return this;
    }
    return new PartitionComparison(partition, version, ledger, postgres, at, before.since);
  }

  /** The same, at moments that are so much later. */
  public PartitionComparison shifted(Duration by) {
    return new PartitionComparison(
        partition, version, ledger, postgres, at.plus(by), since.plus(by));
  }

  /** For people: what differs. */
  public String difference() {
    String orders = ledger.orders() + " orders and " + ledger.changes() + " status changes";
    if (ledger.countsAs(postgres)) {
      return "as many rows (" + orders + ") as in the ledger, but not the same";
    }
    return postgres.orders()
        + " orders and "
        + postgres.changes()
        + " status changes where the ledger has "
        + orders;
  }
}
