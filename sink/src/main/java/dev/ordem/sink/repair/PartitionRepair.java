package dev.ordem.sink.repair;

import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.sink.tables.Change;
import dev.ordem.sink.tables.SqlFailure;
import dev.ordem.sink.tables.Store;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts one partition of one account right, through the same statements as the store loop, so that
 * the two can work at the same time.
 */
final class PartitionRepair {
  private static final int TRIES = 10;
  private static final String REFUSED_WORK =
      "SELECT os_id FROM os_refused WHERE account = ? AND partition = ?"
          + " AND table_name = 'os_sync_queue' LIMIT 1";

  private final ComparisonScope scope;
  private final TopicReader reader;
  private final Store store;
  private final Lease lease;
  private long restored;
  private long extra;
  private final Set<Integer> moved = new HashSet<>();

  PartitionRepair(ComparisonScope scope, TopicReader reader, Store store, Lease lease) {
    this.scope = scope;
    this.reader = reader;
    this.store = store;
    this.lease = lease;
  }

  void run(boolean extras, int partitions)
      throws SQLException, InterruptedException, Lease.LostException {
    repair(new OrderComparison(scope), extras, partitions);
    repair(new HistoryComparison(scope), extras, partitions);
    if (!scope.orders(REFUSED_WORK).isEmpty()) {
      restoreAll(Topics.OS_SYNC_STATE);
    }
  }

  long restored() {
    return restored;
  }

  long extra() {
    return extra;
  }

  /** Other partitions that got rows which were under this one. */
  Set<Integer> moved() {
    return moved;
  }

  private void repair(TableComparison comparison, boolean extras, int partitions)
      throws SQLException, InterruptedException, Lease.LostException {
    Topic<?> topic = comparison.topic();
    comparison.begin();
    long end = reader.end(topic, scope.partition());
    read(topic, 0, end, comparison);
    if (comparison.suspect()) {
      long now = reader.end(topic, scope.partition());
      read(topic, end, now, comparison);
    }
    restored += comparison.mark();
    if (comparison.reopen() > 0) {
      restoreAll(topic);
    }
    if (extras) {
      lease.keep();
      moved.addAll(comparison.move(partitions));
      extra += comparison.extras();
    }
  }

  private void read(Topic<?> topic, long from, long to, TableComparison comparison)
      throws SQLException, InterruptedException, Lease.LostException {
    reader.read(
        topic,
        scope.partition(),
        from,
        to,
        records -> {
          lease.keep();
          List<Change<?>> changes = store.read(records);
          if (!changes.isEmpty()) {
            Set<Long> notHeld = comparison.seen(changes);
            restore(
                changes.stream()
                    .filter(each -> notHeld.contains(OrderKey.parse(each.key()).osId()))
                    .toList());
          }
        });
  }

  /** To the end as it is now: a record that the store loop skipped lies before it. */
  private void restoreAll(Topic<?> topic)
      throws SQLException, InterruptedException, Lease.LostException {
    long end = reader.end(topic, scope.partition());
    reader.read(
        topic,
        scope.partition(),
        0,
        end,
        records -> {
          lease.keep();
          restore(store.read(records));
        });
  }

  private void restore(List<Change<?>> changes) throws SQLException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        restored += store.restore(changes);
        return;
      } catch (SQLException e) {
        if (SqlFailure.of(e) != SqlFailure.CONFLICT || tries == TRIES) {
          throw e;
        }
      }
    }
  }
}
