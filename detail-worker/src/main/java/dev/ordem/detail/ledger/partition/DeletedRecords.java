package dev.ordem.detail.ledger.partition;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where records of {@code os-headers} were deleted before the ledger read them, by a person or as
 * they were older than the topic keeps: consumers tell, partitions ask. Kafka goes on behind them
 * without a word. Thread safe.
 */
public final class DeletedRecords {
  private final Map<Integer, Long> behind = new ConcurrentHashMap<>();

  /**
   * Records of a partition are gone.
   *
   * @param next offset of the first one behind them
   */
  public void found(int partition, long next) {
    behind.put(partition, next);
  }

  /**
   * The first offset behind the last ones that were found deleted, if the record at {@code offset}
   * stands behind them, too; else -1.
   */
  long before(int partition, long offset) {
    if (behind.isEmpty()) {
      return -1;
    }
    long next = behind.getOrDefault(partition, Long.MAX_VALUE);
    return next <= offset ? next : -1;
  }
}
