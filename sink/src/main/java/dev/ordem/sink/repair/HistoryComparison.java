package dev.ordem.sink.repair;

import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.sink.tables.Change;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code os_status_history} beside {@code os-status-changes}: of two records of one transition the
 * first counts. What lies before the first that the topic holds of an order is not judged.
 */
final class HistoryComparison implements TableComparison {
  static final ComparisonScope.Rows ROWS =
      new ComparisonScope.Rows("os_status_history", "os_id", "");

  private static final String SEEN =
      "INSERT INTO repair_history_seen SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::int[],"
          + " ?::int[]) ON CONFLICT DO NOTHING";

  private static final String NOT_HELD =
      "SELECT v.id FROM unnest(?::bigint[], ?::bigint[]) v (id, sequence)"
          + " LEFT JOIN os_status_history t ON t.account = ? AND t.os_id = v.id"
          + " AND t.sequence = v.sequence WHERE t.partition IS DISTINCT FROM ?"
          + " OR EXISTS (SELECT FROM os_refused r WHERE r.table_name = 'os_status_history'"
          + " AND r.account = ? AND r.os_id = v.id AND r.sequence = v.sequence)";

  private static final String COMPARED =
      " JOIN repair_history_first f ON f.os_id = t.os_id"
          + " LEFT JOIN repair_history_seen s ON s.os_id = t.os_id AND s.sequence = t.sequence";

  private static final String CHANGED =
      " (t.from_situacao, t.to_situacao) IS DISTINCT FROM (s.from_situacao, s.to_situacao)";

  private static final String UNKNOWN =
      " FROM os_status_history t JOIN repair_history_suspect u"
          + " ON t.os_id = u.os_id AND t.sequence = u.sequence LEFT JOIN repair_history_seen s"
          + " ON s.os_id = t.os_id AND s.sequence = t.sequence"
          + " WHERE t.account = ? AND t.partition = ? AND s.os_id IS NULL";

  private final ComparisonScope scope;

  HistoryComparison(ComparisonScope scope) {
    this.scope = scope;
  }

  @Override
  public Topic<?> topic() {
    return Topics.OS_STATUS_CHANGES;
  }

  @Override
  public void begin() throws SQLException {
    scope.run(
        "CREATE TEMPORARY TABLE IF NOT EXISTS repair_history_seen (os_id bigint, sequence bigint,"
            + " from_situacao int, to_situacao int, PRIMARY KEY (os_id, sequence))",
        "CREATE TEMPORARY TABLE IF NOT EXISTS repair_history_first (os_id bigint, sequence bigint)",
        "CREATE TEMPORARY TABLE IF NOT EXISTS repair_history_suspect (os_id bigint,"
            + " sequence bigint, from_situacao int, to_situacao int)",
        "TRUNCATE repair_history_seen, repair_history_first, repair_history_suspect");
  }

  @Override
  public Set<Long> seen(List<Change<?>> changes) throws SQLException {
    List<Long> ids = new ArrayList<>();
    List<Long> sequences = new ArrayList<>();
    List<@Nullable Integer> from = new ArrayList<>();
    List<Integer> to = new ArrayList<>();
    for (Change<?> each : changes) {
      if (each.value() instanceof StatusChange change) {
        ids.add(change.osId());
        sequences.add(change.sequence());
        from.add(change.from());
        to.add(change.to());
      }
    }
    Connection connection = scope.connection();
    Array id = connection.createArrayOf("bigint", ids.toArray());
    Array sequence = connection.createArrayOf("bigint", sequences.toArray());
    try (PreparedStatement insert = connection.prepareStatement(SEEN)) {
      insert.setArray(1, id);
      insert.setArray(2, sequence);
      insert.setArray(3, connection.createArrayOf("int", from.toArray()));
      insert.setArray(4, connection.createArrayOf("int", to.toArray()));
      insert.executeUpdate();
    }
    return scope.notHeld(NOT_HELD, id, sequence);
  }

  @Override
  public boolean suspect() throws SQLException {
    scope.run(
        "INSERT INTO repair_history_first SELECT os_id, min(sequence) FROM repair_history_seen"
            + " GROUP BY os_id",
        "ANALYZE repair_history_seen, repair_history_first");
    return scope.update(
            "INSERT INTO repair_history_suspect"
                + " SELECT t.os_id, t.sequence, t.from_situacao, t.to_situacao"
                + " FROM os_status_history t"
                + COMPARED
                + " WHERE t.account = ? AND t.partition = ?"
                + " AND ((s.os_id IS NULL AND t.sequence >= f.sequence)"
                + " OR (s.os_id IS NOT NULL AND"
                + CHANGED
                + "))")
        > 0;
  }

  @Override
  public long mark() throws SQLException {
    return scope.update(
        "UPDATE os_status_history t SET partition = w.partition FROM repair_history_seen s,"
            + " (VALUES (?, ?)) w (account, partition) WHERE t.account = w.account"
            + " AND t.os_id = s.os_id AND t.sequence = s.sequence"
            + " AND t.partition IS DISTINCT FROM w.partition");
  }

  /** A row that is not there is stored as the topic has it. */
  @Override
  public long reopen() throws SQLException {
    return scope.update(
        "DELETE FROM os_status_history t USING repair_history_suspect u JOIN repair_history_seen s"
            + " ON s.os_id = u.os_id AND s.sequence = u.sequence"
            + " WHERE t.account = ? AND t.partition = ? AND t.os_id = u.os_id"
            + " AND t.sequence = u.sequence AND (t.from_situacao, t.to_situacao)"
            + " IS NOT DISTINCT FROM (u.from_situacao, u.to_situacao) AND"
            + CHANGED);
  }

  @Override
  public Set<Integer> move(int partitions) throws SQLException {
    List<Long> unknown = scope.orders("SELECT DISTINCT t.os_id" + UNKNOWN);
    return ComparisonScope.stamp(scope.connection(), ROWS, scope.account(), unknown, partitions);
  }

  @Override
  public long extras() throws SQLException {
    scope.update(
        "DELETE FROM os_refused r WHERE r.table_name = 'os_status_history' AND r.state = 'EXTRA'"
            + " AND r.account = ? AND r.partition = ? AND (EXISTS (SELECT FROM repair_history_seen"
            + " s WHERE s.os_id = r.os_id AND s.sequence = r.sequence) OR NOT EXISTS"
            + " (SELECT FROM os_status_history t WHERE t.account = r.account AND t.os_id = r.os_id"
            + " AND t.sequence = r.sequence AND t.partition = r.partition))");
    return scope.update(
        "INSERT INTO os_refused AS r (table_name, account, os_id, sequence, state, partition,"
            + " cause, error) SELECT 'os_status_history', t.account, t.os_id, t.sequence, 'EXTRA',"
            + " t.partition, 'unknown-to-topics',"
            + " 'the topic os-status-changes knows no such transition'"
            + UNKNOWN
            + " ON CONFLICT (table_name, account, os_id, sequence) DO UPDATE SET state = 'EXTRA',"
            + " partition = excluded.partition, checksum = NULL, cause = excluded.cause,"
            + " error = excluded.error, last_at = clock_timestamp()");
  }
}
