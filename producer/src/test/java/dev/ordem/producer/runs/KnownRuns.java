package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;

/** Counts what Postgres touches beside runs that are known. */
public final class KnownRuns {
  private static final String TOUCHED =
      """
      SELECT relname AS name, seq_tup_read AS touched FROM pg_stat_user_tables
      UNION ALL SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes
      """;

  /** A connection tells what it read at the latest before it disappears from here. */
  private static final String OTHERS =
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend'
        AND pid <> pg_backend_pid()
      """;

  /** Runs of the last weeks, a minute apart, each with a log and the progress of two partitions. */
  private static final String KNOWN =
      """
      ALTER TABLE sync_run DISABLE TRIGGER USER;
      INSERT INTO sync_run (id, account, mode, status, phase, created_at, started_at, finished_at,
        started_number, finished_number, request, generation, reading, cursor, headers, details, store)
      SELECT gen_random_uuid(), 'loja', 'incremental', 'COMPLETE', 'ENDED', at, at, at,
        -n, -n, '{"mode": "incremental"}', '10000000-0000-0000-0000-000000000001', 1,
        '{"pass": 7, "ended": true, "highestId": 100}', '{"status": "COMPLETE"}',
        '{"status": "COMPLETE"}', '{"status": "COMPLETE"}'
      FROM (SELECT n, clock_timestamp() - interval '1 day' - n * interval '1 minute' AS at
        FROM generate_series(1, %d) n) AS times;
      UPDATE sync_run SET %s;
      INSERT INTO sync_run_log (run_id, at, level, module, message, metadata)
      SELECT id, created_at, 'INFO', 'run', 'line ' || n, '{"holdMillis": 1}'
      FROM sync_run, generate_series(1, 3) n;
      INSERT INTO sync_run_progress (run_id, partition, account, ended, seen, fresh, changed,
        unchanged, requested, settled, parked, updated_at, source_offset)
      SELECT id, n, account, true, 0, 0, 0, 0, 0, 0, 0, created_at, 0
      FROM sync_run, generate_series(0, 1) n;
      INSERT INTO repair (account, partitions, requested_by, done_at)
      SELECT account, '{0}', 'run ' || id, created_at FROM sync_run;
      ALTER TABLE sync_run ENABLE TRIGGER USER;
      """;

  private final MigratedDatabase database;

  /** Does no I/O. */
  public KnownRuns(MigratedDatabase database) {
    this.database = database;
  }

  /**
   * Rows that work touches beside as many runs, by table and index; without those that it leaves
   * alone.
   *
   * @param but what the runs have that others have not
   */
  public Map<String, Long> touchedBeside(int runs, String but, Work work) throws Exception {
    know(runs, but);
    Map<String, Long> before = touched();
    try (HikariDataSource pool = database.pool(1)) {
      work.on(pool);
    }
    Map<String, Long> after = touched();
    after.replaceAll((name, rows) -> rows - before.getOrDefault(name, 0L));
    after.values().removeIf(rows -> rows == 0);
    return after;
  }

  private void know(int runs, String but) throws SQLException {
    database.execute(
        """
        INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,
          postgres_system, partitions)
        VALUES ('loja', '10000000-0000-0000-0000-000000000001', 'k', 'h', 'e', 'p', 2)
        """);
    database.execute(KNOWN.formatted(runs, but));
    database.execute("VACUUM ANALYZE");
  }

  private Map<String, Long> touched() throws SQLException {
    await()
        .untilAsserted(
            () -> assertThat(database.text(OTHERS)).as("connections not gone yet").isEqualTo("0"));
    Map<String, Long> touched = new TreeMap<>();
    try (Connection connection = database.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TOUCHED)) {
      while (row.next()) {
        touched.put(row.getString("name"), row.getLong("touched"));
      }
    }
    return touched;
  }

  /** What is counted. */
  public interface Work {
    /** Carried out over one connection. */
    void on(DataSource source) throws Exception;
  }
}
