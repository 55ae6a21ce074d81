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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ConnectionPoolTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

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
  void statementsAreEndedOnlyWhereThatWasAsked() throws Exception {
    Postgres postgres = database.at(server.getPort());
    ConnectionPool plain = ConnectionPool.of("plain", 2);
    try (HikariDataSource pool = plain.open(postgres, meters)) {
      assertThat(setting(pool, "statement_timeout")).isEqualTo("0");
      assertThat(setting(pool, "application_name")).isEqualTo("plain");
      assertThat(meters.get("hikaricp.connections.max").tag("pool", "plain").gauge().value())
          .isEqualTo(2);
    }
    try (HikariDataSource pool = plain.withStatementTimeout(SECOND).open(postgres, meters)) {
      assertThat(setting(pool, "statement_timeout")).isEqualTo("1s");
      assertThatThrownBy(() -> setting(pool, "no_such_setting' || pg_sleep(5) || '"))
          .hasMessageContaining("statement timeout");
    }
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
    return ConnectionPool.of("frozen", 2)
        .withConnectionTimeout(SECOND)
        .withSocketTimeout(SECOND)
        .open(database.at(host.port()), meters);
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
