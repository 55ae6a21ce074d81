package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.RunMaintenance;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However many runs are known, and however they ended, a new one looks at a handful: rows of tables
 * and entries of indexes that Postgres touches are counted.
 */
class KnownRunsTest {
  private static final int FEW = 10;
  private static final int MANY = 3_000;

  /** What a plan may touch more, where statistics of more rows make Postgres choose another one. */
  private static final long SLACK = 60;

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
        request, generation, reading, cursor, headers, details, store)
      SELECT gen_random_uuid(), 'loja', 'incremental', 'COMPLETE', 'ENDED', at, at, at,
        '{"mode": "incremental"}', '10000000-0000-0000-0000-000000000001', 1,
        '{"pass": 7, "ended": true, "highestId": 100}', '{"status": "COMPLETE"}',
        '{"status": "COMPLETE"}', '{"status": "COMPLETE"}'
      FROM (SELECT clock_timestamp() - interval '1 day' - n * interval '1 minute' AS at
        FROM generate_series(1, %d) n) AS times;
      UPDATE sync_run SET %s;
      INSERT INTO sync_run_log (run_id, at, level, module, message, metadata)
      SELECT id, created_at, 'INFO', 'run', 'line ' || n, '{"holdMillis": 1}' FROM sync_run, generate_series(1, 3) n;
      INSERT INTO sync_run_progress (run_id, partition, account, ended, seen, fresh, changed,
        unchanged, requested, settled, parked, updated_at, source_offset)
      SELECT id, n, account, true, 0, 0, 0, 0, 0, 0, 0, created_at, 0
      FROM sync_run, generate_series(0, 1) n;
      INSERT INTO repair (account, partitions, requested_by, done_at)
      SELECT account, '{0}', 'run ' || id, created_at FROM sync_run;
      ALTER TABLE sync_run ENABLE TRIGGER USER;
      """;

  private static MigratedDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    database.clear();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version = 1",
        "mode = 'full'",
        "mode = 'details'",
        "mode = 'period'",
        "request = '{\"headersOnly\": true}'",
        "request = '{\"headersOnly\": true}', mode = 'full'",
        "request = '{\"headersOnly\": true}', mode = 'full', cursor = '{\"ended\": true}'",
        "status = 'PARTIAL', headers = '{\"status\": \"PARTIAL\"}'",
        "status = 'PARTIAL', absences = 'ASKED', mode = 'full'",
        "status = 'CANCELED'",
        "status = 'FAILED', cursor = null",
        "limited = true, mode = 'details'",
        "generation = null",
      })
  void aNewRunTouchesAsManyRowsHoweverManyAreKnown(String but) throws Exception {
    Map<String, Long> few = touchedBeside(FEW, but, KnownRunsTest::look);
    database.clear();
    Map<String, Long> many = touchedBeside(MANY, but, KnownRunsTest::look);
    assertThat(total(many)).as("%s, with few %s", many, few).isLessThan(total(few) + SLACK);
  }

  @Test
  void whatIsTouchedIsCounted() throws Exception {
    Map<String, Long> touched =
        touchedBeside(
            MANY,
            "version = 1",
            source -> database.execute("SELECT count(*) FROM sync_run WHERE error IS NULL"));
    assertThat(touched).containsExactlyEntriesOf(Map.of("sync_run", (long) MANY));
  }

  /** By table and index, without those that were not touched. */
  private static Map<String, Long> touchedBeside(int runs, String but, Work work) throws Exception {
    know(runs, but);
    Map<String, Long> before = touched();
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(database.source());
      pool.setMaximumPoolSize(1);
      work.on(pool);
    }
    Map<String, Long> after = touched();
    after.replaceAll((name, rows) -> rows - before.getOrDefault(name, 0L));
    after.values().removeIf(rows -> rows == 0);
    return after;
  }

  private static void know(int runs, String but) throws SQLException {
    database.execute(
        """
        INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,
          postgres_system, partitions)
        VALUES ('loja', '10000000-0000-0000-0000-000000000001', 'k', 'h', 'e', 'p', 2)
        """);
    database.execute(KNOWN.formatted(runs, but));
    database.execute("VACUUM ANALYZE");
  }

  /**
   * What is asked of runs, each time that one is carried out or that a producer looks after all.
   */
  private static void look(DataSource one) throws Exception {
    RunBook book = new RunBook(one);
    for (boolean headersOnly : new boolean[] {true, false}) {
      book.auto("loja", headersOnly, Duration.ofHours(2));
      book.knownId("loja", headersOnly);
    }
    try (Connection connection = one.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT ordem_run('full', 'loja')");
      statement.execute("SELECT * FROM run_claim(gen_random_uuid(), interval '8 seconds', 1, 10)");
      EvidenceStore.heldAt(connection, "loja");
      EvidenceStore.repair(connection, "loja", "run nobody");
    }
    RunMaintenance maintenance = new RunMaintenance(one, Duration.ofDays(90), Duration.ofHours(1));
    maintenance.forgetOld();
    maintenance.forgetWhatIsOver();
    maintenance.cancelAgain();
    maintenance.findStuck();
    maintenance.count();
    assertThat(maintenance.runs(Mode.FULL, RunStatus.RUNNING)).isEqualTo(1);
  }

  private static Map<String, Long> touched() throws SQLException {
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

  private static long total(Map<String, Long> touched) {
    return touched.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What is counted. */
  private interface Work {
    void on(DataSource source) throws Exception;
  }
}
