package dev.ordem.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationsTest {
  private static final String VERSIONS =
      "SELECT string_agg(version, ',' ORDER BY installed_rank) FROM ordem_schema_history";
  private static final String PERMIT =
      "SELECT granted FROM tiny_permit('default', 'detail', 2, interval '8 seconds')";

  private static EmbeddedPostgres server;
  private TestDatabase database;

  @BeforeAll
  static void startPostgres() throws Exception {
    server = EmbeddedPostgres.builder().setServerConfig("wal_level", "logical").start();
  }

  @AfterAll
  static void stopPostgres() throws Exception {
    server.close();
  }

  @BeforeEach
  void emptyDatabase() throws SQLException {
    database = TestDatabase.in(server);
  }

  @RepeatedTest(20)
  void anyNumberOfServicesMayBeTheFirstToStart() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (HikariDataSource one = pool("one");
        HikariDataSource other = pool("other")) {
      CyclicBarrier together = new CyclicBarrier(6);
      List<Future<?>> starts = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        DataSource process = List.of(database.source(), one, other).get(i % 3);
        starts.add(
            threads.submit(
                () -> {
                  together.await(10, TimeUnit.SECONDS);
                  Migrations.run(process);
                  return null;
                }));
      }
      for (Future<?> start : starts) {
        start.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(database.text("SELECT bool_and(success) FROM ordem_schema_history")).isEqualTo("t");
    assertThat(database.text(VERSIONS)).startsWith("1,2,3,4");
  }

  @Test
  void startsBesideTablesOfOthers() throws Exception {
    database.execute("CREATE TABLE loja (name text)");

    Migrations.run(database.source());

    assertThat(database.text(VERSIONS)).startsWith("0,1,2,3,4");
    assertThat(database.text("SELECT count(*) FROM os_conclusao")).isEqualTo("0");
  }

  @Test
  void aSecondStartChangesNothing() throws Exception {
    Migrations.run(database.source());
    String all = "SELECT count(*) || ' ' || max(installed_on) FROM ordem_schema_history";
    String first = database.text(all);

    Migrations.run(database.source());

    assertThat(database.text(all)).isEqualTo(first);
  }

  /**
   * Each version of tiny-client that migrated by itself, and no service but it, or the sink too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3"})
  void aDatabaseOfTheVersionBeforeGoesOnWithWhatItHolds(String version) throws Exception {
    before("sink", "ordem_schema_history", "3");
    before("tiny", "tiny_schema_history", version);
    database.execute("SELECT tiny_quota_configure('default', 0, 1, 60000, 0)");
    database.execute(
        "INSERT INTO tiny_account (account, state, problem)"
            + " VALUES ('default', 'AUTHORISATION_REQUIRED', 'none')");
    String run = database.text("SELECT ordem_run('full')");

    Migrations.run(database.source());

    assertThat(database.text(VERSIONS))
        .isEqualTo("1,2,3,4,5,6,7,8,9,10,11,12,15,17,18,19,20,21,22,23,24,25,26,27,28,29");
    assertThat(database.text("SELECT to_regclass('tiny_schema_history')")).isEqualTo("null");
    assertThat(database.text("SELECT problem FROM tiny_account WHERE refused_at IS NULL"))
        .isEqualTo("none");
    assertThat(database.text(PERMIT)).isEqualTo("t");
    assertThat(database.text(PERMIT)).as("the only permit is held").isEqualTo("f");
    assertThat(
            database.text(
                "SELECT tiny_hold('default', max(id), interval '8 seconds') FROM tiny_quota_permit"))
        .isEqualTo("t");
    assertThat(database.text("SELECT mode FROM sync_run WHERE id = '" + run + "'"))
        .isEqualTo("full");
    database.text("SELECT ordem_run('incremental')");
    assertThat(database.text("SELECT string_agg(aggregatetype || ' ' || type, ',') FROM outbox"))
        .as("the command of the version before is gone, the run that it asked for is queued")
        .isEqualTo("sync-runs run-state");
  }

  @Test
  void aDatabaseThatOnlyTinyClientKnewGoesOn() throws Exception {
    before("tiny", "tiny_schema_history", "3");
    database.execute("SELECT tiny_quota_configure('default', 0, 1, 60000, 0)");
    assertThat(database.text(PERMIT)).isEqualTo("t");

    Migrations.run(database.source());

    assertThat(database.text(VERSIONS)).startsWith("0,1,2,3,4");
    assertThat(database.text(PERMIT)).as("the call of before still counts").isEqualTo("f");
  }

  /** The order of what was before is that of its moments, and all that comes is later. */
  @Test
  void runsAndRefusedRowsOfBeforeAreNumberedByTheirMoments() throws Exception {
    flyway("ordem_schema_history", "migration", "28")
        .repeatableSqlMigrationPrefix("no")
        .load()
        .migrate();
    database.execute(
        """
        INSERT INTO sync_run (id, account, mode, status, created_at, started_at, finished_at,
          request, reading)
        SELECT gen_random_uuid(), name, 'full', status, now(), now() + start, now() + finish, '{}', 1
        FROM (VALUES ('a', 'COMPLETE', interval '3 h', interval '4 h'),
          ('b', 'CANCELED', '1 h', '3 h'), ('c', 'RUNNING', '5 h', NULL),
          ('d', 'QUEUED', NULL, NULL)) AS runs (name, status, start, finish);
        INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error, last_at)
        SELECT 'os', 'e', n, 'REFUSED', 0, 'c', 'e', now() + n * interval '1 h'
        FROM unnest('{2, 3, 6}'::int[]) n""");

    Migrations.run(database.source());

    assertThat(
            database.text(
                "SELECT string_agg(concat_ws(' ', account, started_number, finished_number,"
                    + " left_number), ', ' ORDER BY account) FROM sync_run"))
        .isEqualTo("a 3 4, b 1 3 3, c 5, d");
    String refused = "SELECT string_agg(os_id || ' ' || last_number, ', ' ORDER BY os_id)";
    assertThat(database.text(refused + " FROM os_refused")).isEqualTo("2 2, 3 3, 6 6");
    database.execute("UPDATE sync_run SET started_at = now() WHERE account = 'd'");
    database.execute("UPDATE os_refused SET last_at = now() WHERE os_id = 2");
    assertThat(
            database.text(
                "SELECT started_number > 6 AND last_number > started_number"
                    + " FROM sync_run, os_refused WHERE sync_run.account = 'd' AND os_id = 2"))
        .isEqualTo("t");
  }

  @Test
  void aMigrationThatIsRefusedIsNamedAndFreesTheLock() throws Exception {
    database.execute("CREATE TABLE os (name text)");

    assertThatThrownBy(() -> Migrations.run(database.source()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("V1__tables.sql");

    database.execute("DROP TABLE os");
    Migrations.run(database.source());
    assertThat(database.text(VERSIONS)).startsWith("0,1,2,3,4");
  }

  @Test
  void aPoolsConnectionsKeepTheirOwnTimeouts() throws Exception {
    try (HikariDataSource pool = pool("one")) {
      Migrations.run(pool);

      for (int i = 0; i < 4; i++) {
        try (Connection connection = pool.getConnection();
            Statement statement = connection.createStatement()) {
          assertThat(connection.getNetworkTimeout()).isEqualTo(30_000);
          try (ResultSet row =
              statement.executeQuery(
                  "SELECT current_setting('lock_timeout') || current_setting('statement_timeout')")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("24s27s");
          }
        }
      }
    }
  }

  /** For its turn first, then for a table's name that somebody else has just taken, or has not. */
  @Test
  void aMigrationMayTakeLongerThanItsPoolLetsAStatement() throws Exception {
    ConnectionPool hasty = ConnectionPool.of("hasty", 3).withSocketTimeout(Duration.ofSeconds(1));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection other = database.source().getConnection();
        Statement statement = other.createStatement();
        HikariDataSource pool =
            hasty.open(database.at(server.getPort()), new SimpleMeterRegistry())) {
      other.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_lock(122537101323521)");
      statement.execute("CREATE TABLE os (name text)");
      Future<?> migrating =
          thread.submit(
              () -> {
                Migrations.run(pool);
                return null;
              });
      assertThatThrownBy(() -> migrating.get(2, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      statement.execute("SELECT pg_advisory_unlock(122537101323521)");
      assertThatThrownBy(() -> migrating.get(2, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);
      other.rollback();
      migrating.get(60, TimeUnit.SECONDS);
    } finally {
      thread.shutdownNow();
    }
    assertThat(database.text(VERSIONS)).startsWith("1,2,3,4");
  }

  private HikariDataSource pool(String name) throws StartException {
    return ConnectionPool.of(name, 8)
        .open(database.at(server.getPort()), new SimpleMeterRegistry());
  }

  /** As the sink and tiny-client migrated, each by itself. */
  private void before(String module, String history, String target) {
    flyway(history, "before/" + module, target).load().migrate();
  }

  private FluentConfiguration flyway(String history, String files, String target) {
    return Flyway.configure()
        .dataSource(database.source())
        .table(history)
        .locations("classpath:dev/ordem/runtime/" + files)
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .target(target);
  }
}
