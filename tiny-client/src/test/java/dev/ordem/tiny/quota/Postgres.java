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

  private static HikariDataSource pool(String name, int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(Server.RUNNING.getJdbcUrl("postgres", name));
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
