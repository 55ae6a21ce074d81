package dev.ordem.runtime;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * How a process is connected to Postgres: the one place where a pool is made, so that no wait is
 * forgotten. A host that freezes with its connections open holds nobody for longer than {@code
 * connectionTimeout} for a connection, and {@code socketTimeout} for an answer; both end as an
 * {@link SQLException}. Immutable.
 *
 * @param name of the pool in metrics and logs, and of the connections in {@code pg_stat_activity}
 * @param size connections at most
 * @param connectionTimeout longest wait for a connection, free or new; at least 250 ms
 * @param socketTimeout longest silence of the server within a statement; whole seconds, from one
 * @param statementTimeout after which Postgres itself ends a statement; null: never
 */
public record ConnectionPool(
    String name,
    int size,
    Duration connectionTimeout,
    Duration socketTimeout,
    @Nullable Duration statementTimeout) {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** What nobody used for so long is closed, but for one: each is a process of Postgres'. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** Waits 5 s for a connection, 30 s for an answer, and lets a statement take what it takes. */
  public static ConnectionPool of(String name, int size) {
    return new ConnectionPool(name, size, CONNECT, Duration.ofSeconds(30), null);
  }

  /**
   * For permits and tokens: a question to these takes milliseconds, and a call waits for it. With a
   * host that freezes a call to Tiny is over after some 15 s, not after what a report may take.
   */
  public static ConnectionPool forCalls(String name, int size) {
    return new ConnectionPool(name, size, Duration.ofSeconds(3), Duration.ofSeconds(10), null);
  }

  /** The same with another wait for a connection. */
  public ConnectionPool withConnectionTimeout(Duration timeout) {
    return new ConnectionPool(name, size, timeout, socketTimeout, statementTimeout);
  }

  /** The same with another wait for an answer. */
  public ConnectionPool withSocketTimeout(Duration timeout) {
    return new ConnectionPool(name, size, connectionTimeout, timeout, statementTimeout);
  }

  /** The same with statements that Postgres ends. */
  public ConnectionPool withStatementTimeout(Duration timeout) {
    return new ConnectionPool(name, size, connectionTimeout, socketTimeout, timeout);
  }

  /**
   * Makes the pool and connects once, so that a wrong address or password is told at the start, and
   * not by the first who needs a connection. The caller closes it.
   *
   * @throws StartException if Postgres cannot be reached
   */
  public HikariDataSource open(Postgres postgres, MeterRegistry meters) throws StartException {
    HikariDataSource pool = new HikariDataSource(config(postgres, meters));
    try (Connection connection = pool.getConnection()) {
      connection.getMetaData();
      return pool;
    } catch (SQLException e) {
      pool.close();
      throw refused(postgres, e);
    }
  }

  private StartException refused(Postgres postgres, SQLException e) {
    return new StartException(
        name
            + " cannot connect to Postgres as "
            + postgres
            + " ("
            + reason(e)
            + "); check POSTGRES_URL, "
            + postgres.variables()
            + ", and that it runs",
        e);
  }

  /**
   * Connects once and lets go.
   *
   * @throws StartException if Postgres cannot be reached, or does not let us in
   */
  public void check(Postgres postgres) throws StartException {
    Properties properties = new Properties();
    properties.put("user", postgres.user());
    properties.put("password", postgres.password());
    properties.put("ApplicationName", name);
    properties.putAll(waits());
    try (Connection connection = DriverManager.getConnection(postgres.url(), properties)) {
      connection.getMetaData();
    } catch (SQLException e) {
      throw refused(postgres, e);
    }
  }

  /** Parameters of Postgres' driver, for a library that makes its connections by itself. */
  public Map<String, String> waits() {
    return Map.of(
        "connectTimeout",
        seconds(CONNECT),
        "socketTimeout",
        seconds(socketTimeout),
        "tcpKeepAlive",
        "true");
  }

  private HikariConfig config(Postgres postgres, MeterRegistry meters) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(postgres.url());
    config.setUsername(postgres.user());
    config.setPassword(postgres.password());
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setIdleTimeout(IDLE.toMillis());
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(connectionTimeout.toMillis());
    config.setValidationTimeout(Math.min(connectionTimeout.toMillis(), CONNECT.toMillis()));
    // What "if not exists" has to say is news to nobody.
    String first = "SET client_min_messages = warning";
    config.setConnectionInitSql(
        statementTimeout == null
            ? first
            : first + "; SET statement_timeout = " + statementTimeout.toMillis());
    config.addDataSourceProperty("ApplicationName", name);
    waits().forEach(config::addDataSourceProperty);
    config.setMetricRegistry(meters);
    return config;
  }

  private static String seconds(Duration timeout) {
    return String.valueOf(timeout.toSeconds());
  }

  /** Hikari says that it waited in vain; its cause says why. */
  private static String reason(SQLException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }
}
