package dev.ordem.sink;

import dev.ordem.contract.Failure;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncState;
import dev.ordem.contract.Topics;
import java.util.List;

/** {@code os_sync_queue}: the last state of each order's work. */
final class QueueTable extends Table<SyncState> {
  QueueTable() {
    super(
        Topics.OS_SYNC_STATE,
        "os_sync_queue",
        List.of("account", "os_id"),
        List.of(
            "account",
            "os_id",
            "state",
            "lane",
            "run_id",
            "attempts",
            "next_attempt_at",
            "last_error",
            "last_error_cause",
            "last_error_excerpt",
            "failing_since",
            "updated_at",
            "source_offset"));
  }

  @Override
  void row(Change<SyncState> change, SyncState state, CopyText row) {
    Failure error = state.lastError();
    row.put(state.account()).put(state.osId());
    row.put(state.state()).put(state.lane()).put(state.runId());
    row.put(state.attempts()).put(state.nextAttemptAt());
    row.put(error == null ? null : error.message());
    row.put(error == null ? null : error.cause());
    row.put(error == null ? null : error.excerpt());
    row.put(error == null ? null : state.updatedAt());
    row.put(state.updatedAt()).put(change.offset());
  }

  @Override
  void key(String text, CopyText row) {
    OrderKey key = OrderKey.parse(text);
    row.put(key.account()).put(key.osId());
  }

  @Override
  List<String> statements() {
    return List.of(
        upsert("excluded.source_offset > t.source_offset OR excluded.updated_at > t.updated_at"),
        delete());
  }

  @Override
  String overwrite(String column) {
    return column.equals("failing_since")
        ? "CASE WHEN excluded.last_error IS NOT NULL"
            + " THEN coalesce(t.failing_since, excluded.failing_since) END"
        : super.overwrite(column);
  }
}
