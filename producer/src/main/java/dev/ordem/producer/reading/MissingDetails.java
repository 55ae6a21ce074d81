package dev.ordem.producer.reading;

import dev.ordem.contract.OrderKey;
import dev.ordem.producer.baseline.OrderPartitioner;
import dev.ordem.producer.runs.RunBook;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Divides how many details are asked for among the partitions, so that the newest come first. */
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
      return new Share(null, false);
    }
    long[] counts = new long[partitions];
    List<Long> newest = book.withoutDetails(account, Math.addExact(max, 1));
    newest.stream()
        .limit(max)
        .forEach(id -> counts[OrderPartitioner.of(new OrderKey(account, id), partitions)]++);
    return new Share(counts, newest.size() > max);
  }

  /**
   * Most to ask for in each partition.
   *
   * @param limited whether more are missing
   */
  @SuppressWarnings("ArrayRecordComponent") // made and read here; never compared
  record Share(long @Nullable [] counts, boolean limited) {
    long of(int partition) {
      return counts == null ? Long.MAX_VALUE : counts[partition];
    }
  }
}
