package dev.ordem.tiny.quota;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A real Postgres for the tests of this module: one server, a new database for each test. */
public final class Postgres {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private Postgres() {}

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A pool on a new, empty database. */
  public static HikariDataSource database() throws SQLException {
    return database(16);
  }

  static HikariDataSource database(int connections) throws SQLException {
    String name = "test" + NUMBER.incrementAndGet();
    try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return pool(name, connections);
  }

  /** Another pool on the database of {@code other}, as another process would have. */
  public static HikariDataSource samePlace(HikariDataSource other) {
    return samePlace(other, other.getMaximumPoolSize());
  }

  static HikariDataSource samePlace(HikariDataSource other, int connections) {
    return pool(String.valueOf(other.getPoolName()), connections);
  }

  /** Where the server listens, on loopback. */
  public static int port() {
    return Server.RUNNING.getPort();
  }

  /**
   * Another pool on the database of {@code other}, by way of {@code port}; each statement is said
   * in full each time.
   */
  public static HikariDataSource through(HikariDataSource other, int port) {
    String name = String.valueOf(other.getPoolName());
    return pool(
        "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres&prepareThreshold=0".formatted(port, name),
        name,
        16);
  }

  private static HikariDataSource pool(String name, int connections) {
    return pool(Server.RUNNING.getJdbcUrl("postgres", name), name, connections);
  }

  private static HikariDataSource pool(String url, String name, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setPoolName(name);
    config.setMaximumPoolSize(connections);
    return new HikariDataSource(config);
  }

  /** Runs SQL. */
  public static void execute(HikariDataSource database, String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
