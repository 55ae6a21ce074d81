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
import java.util.regex.Pattern;

/**
 * How a process is connected to Postgres: the one place where a pool is made, so that no wait is
 * forgotten. A host that freezes with its connections open holds nobody for longer than {@code
 * connectionTimeout} for a connection, and {@code socketTimeout} for an answer; both end as an
 * {@link SQLException}. Shortly before the latter Postgres itself ends what it is at, for it hears
 * of nobody's having given up: what waits for a lock that a person holds would be left there, a
 * backend more with each repetition. Immutable.
 *
 * @param name of the pool in metrics and logs, and of the connections in {@code pg_stat_activity}
 * @param size connections at most
 * @param connectionTimeout longest wait for a connection, free or new; at least 250 ms
 * @param socketTimeout longest silence of the server within a statement; whole seconds, from one.
 *     The URL may name another one, which then counts
 */
public record ConnectionPool(
    String name, int size, Duration connectionTimeout, Duration socketTimeout) {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** What nobody used for so long is closed, but for one: each is a process of Postgres'. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  private static final String SOCKET_TIMEOUT = "socketTimeout";
  private static final Pattern SECONDS = Pattern.compile("[1-9][0-9]{0,5}");

  /** What "if not exists" has to say is news to nobody. */
  private static final String QUIET = "SET client_min_messages = warning";

  /** Where a person gave the user or the database less, that stays. */
  private static final String BOUNDS =
      """
      ; SELECT set_config(name, least(nullif(setting::bigint, 0),
          CASE name WHEN 'lock_timeout' THEN %d ELSE %d END)::text, false)
        FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout')
      """;

  /** Waits 5 s for a connection, and 30 s for an answer. */
  public static ConnectionPool of(String name, int size) {
    return new ConnectionPool(name, size, CONNECT, Duration.ofSeconds(30));
  }

  /**
   * For permits and tokens: a question to these takes milliseconds, and a call waits for it. With a
   * host that freezes a call to Tiny is over after some 15 s, not after what a report may take.
   */
  public static ConnectionPool forCalls(String name, int size) {
    return new ConnectionPool(name, size, Duration.ofSeconds(3), Duration.ofSeconds(10));
  }

  /** The same with another wait for a connection. */
  public ConnectionPool withConnectionTimeout(Duration timeout) {
    return new ConnectionPool(name, size, timeout, socketTimeout);
  }

  /** The same with another wait for an answer. */
  public ConnectionPool withSocketTimeout(Duration timeout) {
    return new ConnectionPool(name, size, connectionTimeout, timeout);
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
        SOCKET_TIMEOUT,
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
    config.setConnectionInitSql(QUIET + bounds(postgres));
    config.addDataSourceProperty("ApplicationName", name);
    waits().forEach(config::addDataSourceProperty);
    config.setMetricRegistry(meters);
    return config;
  }

  /**
   * Statements, not parameters of the connection: some connection poolers refuse those, and a
   * person may have given others there.
   */
  private String bounds(Postgres postgres) {
    String silence = postgres.parameter(SOCKET_TIMEOUT, seconds(socketTimeout));
    if (!SECONDS.matcher(silence).matches()) { // for ever, or nothing that the driver takes
      return "";
    }
    Duration patience = Duration.ofSeconds(Long.parseLong(silence));
    return BOUNDS.formatted(
        lockTimeout(patience).toMillis(), statementTimeout(patience).toMillis());
  }

  /** A wait for a lock is told as one. */
  static Duration lockTimeout(Duration patience) {
    return patience.multipliedBy(8).dividedBy(10);
  }

  static Duration statementTimeout(Duration patience) {
    return patience.multipliedBy(9).dividedBy(10);
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
