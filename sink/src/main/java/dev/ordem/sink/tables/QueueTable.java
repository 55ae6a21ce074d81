package dev.ordem.sink.tables;

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
        SyncState.class,
        "os_sync_queue",
        new Columns(
            List.of("account", "os_id"),
            List.of(
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
                "source_offset")));
  }

  @Override
  String keyOf(SyncState state) {
    return state.key().toString();
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
    row.put(error == null ? null : PostgresValues.nearest(state.updatedAt()));
    row.putRequired(state.updatedAt()).put(change.offset());
  }

  @Override
  void key(String text, CopyText row) {
    OrderKey key = OrderKey.parse(text);
    row.put(key.account()).put(key.osId());
  }

  @Override
  List<String> statements() {
    return List.of(upsert(LATER), delete());
  }

  @Override
  List<String> heal() {
    String key = " WHERE r.table_name = 'os_sync_queue' AND r.account = s.account";
    String of = " AND r.os_id = s.os_id AND ";
    return List.of(
        "DELETE FROM os_refused r USING stage_os_sync_queue s"
            + key
            + of
            + later("s.updated_at", ">="),
        "DELETE FROM os_refused r USING gone_os_sync_queue s" + key + of + later("s.at", ">"));
  }

  @Override
  RefusedRows.Refusal refusal(SyncState state) {
    return new RefusedRows.Refusal(state.account(), state.osId(), 0, null, null, state.runId());
  }

  /** An order that is asked for again after it failed has not succeeded yet. */
  @Override
  String overwrite(String column) {
    return column.equals("failing_since")
        ? "CASE WHEN excluded.state <> 'SETTLED' OR excluded.last_error IS NOT NULL"
            + " THEN coalesce(t.failing_since, excluded.failing_since) END"
        : super.overwrite(column);
  }
}
