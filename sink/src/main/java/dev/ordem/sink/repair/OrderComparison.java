package dev.ordem.sink.repair;

import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.sink.tables.Change;
import dev.ordem.sink.tables.Table;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code os} beside {@code os-enriched}: of each order the greatest revision counts, and a
 * tombstone behind it.
 */
final class OrderComparison implements TableComparison {
  static final ComparisonScope.Rows ROWS =
      new ComparisonScope.Rows("os", "id", " AND removed_at IS NULL");

  private static final String SEEN =
      "INSERT INTO repair_os_seen AS t SELECT id, max(revision),"
          + " (array_agg(source_offset ORDER BY revision DESC, source_offset DESC)"
          + " FILTER (WHERE revision IS NOT NULL))[1],"
          + " max(source_offset) FILTER (WHERE revision IS NULL),"
          + " max(at) FILTER (WHERE revision IS NULL)"
          + " FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::timestamptz[])"
          + " v (id, revision, source_offset, at) GROUP BY id"
          + " ON CONFLICT (id) DO UPDATE SET"
          + " source_offset = CASE WHEN excluded.revision >= t.revision OR t.revision IS NULL"
          + " THEN excluded.source_offset ELSE t.source_offset END,"
          + " revision = greatest(t.revision, excluded.revision),"
          + " gone_offset = greatest(t.gone_offset, excluded.gone_offset),"
          + " gone_at = greatest(t.gone_at, excluded.gone_at)";

  private static final String NOT_HELD =
      "SELECT v.id FROM unnest(?::bigint[], ?::bigint[]) v (id, revision)"
          + " LEFT JOIN os t ON t.account = ? AND t.id = v.id"
          + " WHERE CASE WHEN v.revision IS NULL THEN t.id IS NOT NULL AND t.removed_at IS NULL"
          + " ELSE t.id IS NULL OR t.revision < v.revision OR t.partition IS DISTINCT FROM ? END"
          + " OR EXISTS (SELECT FROM os_refused r WHERE r.table_name = 'os'"
          + " AND r.account = ? AND r.os_id = v.id)";

  private static final String GONE =
      "coalesce(s.gone_offset > coalesce(s.source_offset, -1), false)";

  private static final String DIFFERS =
      " CASE WHEN s.id IS NULL OR "
          + GONE
          + " THEN t.removed_at IS NULL ELSE t.removed_at IS NOT NULL OR t.revision > s.revision"
          + " OR (t.revision < s.revision AND NOT EXISTS (SELECT FROM os_refused r"
          + " WHERE r.table_name = 'os' AND r.state = 'REFUSED' AND r.account = t.account"
          + " AND r.os_id = t.id AND r.revision >= s.revision)) END";

  /** Rows that were noted and have not moved since. */
  private static final String NOTED =
      " FROM repair_os_suspect u LEFT JOIN repair_os_seen s ON s.id = u.id"
          + " WHERE t.account = ? AND t.partition = ? AND t.id = u.id AND t.revision = u.revision"
          + " AND (t.removed_at IS NOT NULL) = u.removed AND";

  private static final String UNKNOWN =
      " FROM os t JOIN repair_os_suspect u ON t.id = u.id AND t.revision = u.revision"
          + " LEFT JOIN repair_os_seen s ON s.id = t.id WHERE t.account = ? AND t.partition = ?"
          + " AND s.id IS NULL AND t.removed_at IS NULL";

  private final ComparisonScope scope;

  OrderComparison(ComparisonScope scope) {
    this.scope = scope;
  }

  @Override
  public Topic<?> topic() {
    return Topics.OS_ENRICHED;
  }

  @Override
  public void begin() throws SQLException {
    scope.run(
        "CREATE TEMPORARY TABLE IF NOT EXISTS repair_os_seen (id bigint PRIMARY KEY,"
            + " revision bigint, source_offset bigint, gone_offset bigint, gone_at timestamptz)",
        "CREATE TEMPORARY TABLE IF NOT EXISTS repair_os_suspect (id bigint, revision bigint,"
            + " removed boolean)",
        "TRUNCATE repair_os_seen, repair_os_suspect");
  }

  @Override
  public Set<Long> seen(List<Change<?>> changes) throws SQLException {
    List<Long> ids = new ArrayList<>();
    List<@Nullable Long> revisions = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    List<String> times = new ArrayList<>();
    for (Change<?> change : changes) {
      ids.add(OrderKey.parse(change.key()).osId());
      revisions.add(change.value() instanceof EnrichedOrder order ? order.revision() : null);
      offsets.add(change.record().offset());
      times.add(Instant.ofEpochMilli(change.record().timestamp()).toString());
    }
    Connection connection = scope.connection();
    Array id = connection.createArrayOf("bigint", ids.toArray());
    Array revision = connection.createArrayOf("bigint", revisions.toArray());
    try (PreparedStatement insert = connection.prepareStatement(SEEN)) {
      insert.setArray(1, id);
      insert.setArray(2, revision);
      insert.setArray(3, connection.createArrayOf("bigint", offsets.toArray()));
      insert.setArray(4, connection.createArrayOf("text", times.toArray()));
      insert.executeUpdate();
    }
    return scope.notHeld(NOT_HELD, id, revision);
  }

  @Override
  public boolean suspect() throws SQLException {
    scope.run("ANALYZE repair_os_seen");
    return scope.update(
            "INSERT INTO repair_os_suspect SELECT t.id, t.revision, t.removed_at IS NOT NULL"
                + " FROM os t LEFT JOIN repair_os_seen s ON s.id = t.id"
                + " WHERE t.account = ? AND t.partition = ? AND"
                + DIFFERS)
        > 0;
  }

  @Override
  public long mark() throws SQLException {
    return scope.update(
        "UPDATE os t SET removed_at = s.gone_at, source_at = s.gone_at,"
            + " source_offset = s.gone_offset, source_topic = "
            + Table.number("'os-enriched'")
            + NOTED
            + " t.removed_at IS NULL AND "
            + GONE);
  }

  /** Under the revision before, the topic's is news to every sink. */
  @Override
  public long reopen() throws SQLException {
    return scope.update(
        "UPDATE os t SET revision = s.revision - 1"
            + NOTED
            + " s.revision IS NOT NULL AND NOT "
            + GONE
            + " AND"
            + DIFFERS);
  }

  @Override
  public Set<Integer> move(int partitions) throws SQLException {
    List<Long> unknown = scope.orders("SELECT t.id" + UNKNOWN);
    return ComparisonScope.stamp(scope.connection(), ROWS, scope.account(), unknown, partitions);
  }

  @Override
  public long extras() throws SQLException {
    scope.update(
        "DELETE FROM os_refused r WHERE r.table_name = 'os' AND r.state = 'EXTRA'"
            + " AND r.account = ? AND r.partition = ?"
            + " AND (EXISTS (SELECT FROM repair_os_seen s WHERE s.id = r.os_id) OR NOT EXISTS"
            + " (SELECT FROM os t WHERE t.account = r.account AND t.id = r.os_id"
            + " AND t.partition = r.partition AND t.removed_at IS NULL))");
    return scope.update(
        "INSERT INTO os_refused AS r (table_name, account, os_id, state, partition, revision,"
            + " cause, error) SELECT 'os', t.account, t.id, 'EXTRA', t.partition, t.revision,"
            + " 'unknown-to-topics', 'the topic os-enriched knows no such order'"
            + UNKNOWN
            + " ON CONFLICT (table_name, account, os_id, sequence) DO UPDATE SET state = 'EXTRA',"
            + " partition = excluded.partition, revision = excluded.revision, checksum = NULL,"
            + " cause = excluded.cause, error = excluded.error, last_at = clock_timestamp()");
  }
}
