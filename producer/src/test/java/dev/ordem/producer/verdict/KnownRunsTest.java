package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

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
      SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables)
        + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes)
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
      INSERT INTO sync_run_log (run_id, at, level, module, message)
      SELECT id, created_at, 'INFO', 'run', 'line ' || n FROM sync_run, generate_series(1, 3) n;
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
    long few = touchedWith(FEW, but);
    database.clear();
    long many = touchedWith(MANY, but);
    assertThat(many).as("rows touched, %s of them with few runs", few).isLessThan(few + SLACK);
  }

  @Test
  void whatIsTouchedIsCounted() throws Exception {
    know(MANY, "version = 1");
    try (HikariDataSource one = one();
        Connection connection = one.getConnection()) {
      long before = number(connection, TOUCHED);
      number(connection, "SELECT count(*) FROM sync_run WHERE error IS NULL");
      assertThat(touched(connection) - before).isGreaterThanOrEqualTo(MANY);
    }
  }

  private static long touchedWith(int runs, String but) throws Exception {
    know(runs, but);
    try (HikariDataSource one = one()) {
      long before;
      try (Connection connection = one.getConnection()) {
        before = touched(connection);
      }
      look(one);
      try (Connection connection = one.getConnection()) {
        return touched(connection) - before;
      }
    }
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

  /** What is asked of runs, each time that one is carried out or that a producer looks after all. */
  private static void look(HikariDataSource one) throws Exception {
    RunBook book = new RunBook(one);
    for (boolean headersOnly : new boolean[] {true, false}) {
      book.auto("loja", headersOnly, Duration.ofHours(2));
      book.knownId("loja", headersOnly);
    }
    try (Connection connection = one.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT ordem_run('full', 'loja')");
      statement.execute(
          "SELECT * FROM run_claim(gen_random_uuid(), interval '8 seconds', 1, 10)");
      EvidenceStore.heldAt(connection, "loja");
      EvidenceStore.repair(connection, "loja", "run nobody");
    }
    RunMaintenance maintenance =
        new RunMaintenance(one, Duration.ofDays(90), Duration.ofHours(1));
    maintenance.forgetOld();
    maintenance.cancelAgain();
    maintenance.findStuck();
    maintenance.count();
    assertThat(maintenance.runs(Mode.FULL, RunStatus.RUNNING)).isEqualTo(1);
  }

  /** One connection, whose counts are told when it is asked to. */
  private static HikariDataSource one() {
    HikariDataSource one = new HikariDataSource();
    one.setDataSource(database.source());
    one.setMaximumPoolSize(1);
    return one;
  }

  private static long touched(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_stat_force_next_flush()");
    }
    return number(connection, TOUCHED);
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
