package dev.ordem.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionPoolTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String WAITING =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
          + " AND datname = current_database()";

  private static EmbeddedPostgres server;
  private static TestDatabase database;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @BeforeAll
  static void startPostgres() throws Exception {
    server = EmbeddedPostgres.start();
    database = TestDatabase.in(server);
  }

  @AfterAll
  static void stopPostgres() throws Exception {
    server.close();
  }

  @Test
  void aHostThatFreezesUnderAStatementEndsIt() throws Exception {
    try (FreezingProxy host = new FreezingProxy(server.getPort());
        HikariDataSource pool = pool(host);
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("select 1");
      host.freeze();

      long start = System.nanoTime();
      assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(SQLException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SECOND.multipliedBy(3));
    }
  }

  @Test
  void aHostThatFreezesGivesNoConnectionForLong() throws Exception {
    try (FreezingProxy host = new FreezingProxy(server.getPort());
        HikariDataSource pool = pool(host)) {
      host.freeze();

      long start = System.nanoTime();
      assertThatThrownBy(() -> use(pool)).isInstanceOf(SQLException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SECOND.multipliedBy(5));
    }
  }

  /** A fresh connection is given without a question: the statement on it ends by its own bound. */
  private static void use(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("select 1");
    }
  }

  @Test
  void whatAClientGivesUpPostgresEndsShortlyBefore() throws Exception {
    ConnectionPool thirty = ConnectionPool.of("plain", 2);
    try (HikariDataSource pool = thirty.open(database.at(server.getPort()), meters)) {
      assertThat(setting(pool, "lock_timeout")).isEqualTo("24s");
      assertThat(setting(pool, "statement_timeout")).isEqualTo("27s");
      assertThat(setting(pool, "application_name")).isEqualTo("plain");
      assertThat(meters.get("hikaricp.connections.max").tag("pool", "plain").gauge().value())
          .isEqualTo(2);
    }
    try (HikariDataSource pool = pool(database.at(server.getPort()))) {
      assertThatThrownBy(() -> setting(pool, "no_such_setting' || pg_sleep(5) || '"))
          .hasMessageContaining("statement timeout");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "socketTimeout=100,                                                        80s, 90s",
    "socketTimeout=0,                                                          0,   0",
    "options=-c%20search_path%3Dx%20-c%20statement_timeout%3D5s,               24s, 5s",
    "options=-c%20search_path%3Dx%20-c%20statement_timeout%3D5min,             24s, 27s",
  })
  void whatAPersonGaveInTheUrlStays(String parameter, String lock, String statement)
      throws Exception {
    Postgres plain = database.at(server.getPort());
    Postgres postgres =
        new Postgres(plain.url() + "?" + parameter, plain.user(), plain.password(), "VARIABLES");
    try (HikariDataSource pool = ConnectionPool.of("plain", 2).open(postgres, meters)) {
      assertThat(setting(pool, "lock_timeout")).isEqualTo(lock);
      assertThat(setting(pool, "statement_timeout")).isEqualTo(statement);
      assertThat(setting(pool, "search_path"))
          .isEqualTo(parameter.startsWith("options") ? "x" : "\"$user\", public");
    }
  }

  @Test
  void aStatementThatWasAbandonedBesideALockIsSoonGoneFromPostgres() throws Exception {
    database.execute("CREATE TABLE IF NOT EXISTS loja (name text)");
    try (FreezingProxy host = new FreezingProxy(server.getPort());
        Connection person = database.source().getConnection();
        Statement locked = person.createStatement();
        HikariDataSource pool = pool(database.at(host.port()))) {
      person.setAutoCommit(false);
      locked.execute("LOCK TABLE loja");

      ExecutorService client = Executors.newSingleThreadExecutor();
      try {
        Future<?> abandoned = client.submit(() -> insert(pool));
        await().until(() -> database.text(WAITING).equals("1"));
        host.freeze();

        assertThatThrownBy(() -> abandoned.get(10, TimeUnit.SECONDS))
            .hasCauseInstanceOf(SQLException.class);
        await().atMost(SECOND).until(() -> database.text(WAITING).equals("0"));
      } finally {
        client.shutdownNow();
      }
    }
  }

  private static Void insert(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO loja VALUES ('x')");
    }
    return null;
  }

  @Test
  void aDatabaseThatIsNotThereIsToldWithWhatToCheck() {
    Postgres nowhere = database.at(1);
    ConnectionPool pool = ConnectionPool.of("sink", 2).withConnectionTimeout(SECOND);

    assertThatThrownBy(() -> pool.open(nowhere, meters))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("sink cannot connect to Postgres as postgres at " + nowhere.url())
        .hasMessageContaining("refused")
        .hasMessageContaining("check POSTGRES_URL, VARIABLES_OF_THE_TEST, and");
    assertThatThrownBy(() -> pool.check(nowhere))
        .hasMessageContaining("check POSTGRES_URL, VARIABLES_OF_THE_TEST, and");
  }

  private HikariDataSource pool(FreezingProxy host) throws StartException {
    return pool(database.at(host.port()));
  }

  private HikariDataSource pool(Postgres postgres) throws StartException {
    return ConnectionPool.of("frozen", 2)
        .withConnectionTimeout(SECOND)
        .withSocketTimeout(SECOND)
        .open(postgres, meters);
  }

  private static String setting(HikariDataSource pool, String name) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select current_setting('" + name + "')")) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
