package dev.ordem.producer.reading;

import dev.ordem.contract.OrderKey;
import dev.ordem.producer.baseline.OrderPartitioner;
import dev.ordem.producer.runs.RunBook;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides how many details are asked for among the partitions, so that the newest come first. What
 * Postgres knows is a guide only, as a sink may be behind: what is over is spread, and whether more
 * are missing is for the ledger to say.
 */
public final class MissingDetails {
  private final RunBook book;

  public MissingDetails(RunBook book) {
    this.book = book;
  }

  /**
   * Looks at what Postgres holds.
   *
   * @param max most to ask for in all; null: all that are missing
   */
  Share share(String account, @Nullable Long max, int partitions) throws SQLException {
    if (max == null) {
      return new Share(null);
    }
    long[] counts = new long[partitions];
    List<Long> newest = book.withoutDetails(account, max);
    newest.forEach(id -> counts[OrderPartitioner.of(new OrderKey(account, id), partitions)]++);
    long over = max - newest.size();
    for (int partition = 0; partition < partitions; partition++) {
      counts[partition] += over / partitions + (partition < over % partitions ? 1 : 0);
    }
    return new Share(counts);
  }

  /** Most to ask for in each partition. */
  @SuppressWarnings("ArrayRecordComponent") // made and read here; never compared
  record Share(long @Nullable [] counts) {
    long of(int partition) {
      return counts == null ? Long.MAX_VALUE : counts[partition];
    }
  }
}
