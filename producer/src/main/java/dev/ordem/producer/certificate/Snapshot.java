package dev.ordem.producer.certificate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import javax.sql.DataSource;

/** Runs queries that all see Postgres at one moment. */
public final class Snapshot {
  private Snapshot() {}

  /** What is read in a snapshot. */
  @FunctionalInterface
  public interface Reading<T> {
    T read(Connection connection) throws SQLException;
  }

  public static <T> T of(DataSource database, Reading<T> reading) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      T result = reading.read(connection);
      connection.rollback();
      return result;
    }
  }

  /** The database's clock, as it goes on within a transaction. */
  public static Instant now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT clock_timestamp()")) {
      rows.next();
      return rows.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
