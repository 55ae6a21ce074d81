package dev.ordem.producer.runs;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Statements: prepared, filled, carried out, read. A parameter is null, a text, number, truth value
 * or UUID, an {@link Instant}, a {@link Duration}, or an array of numbers, texts or UUIDs.
 */
public final class Sql {
  private Sql() {}

  /** Reads one row. */
  @FunctionalInterface
  public interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** What is done in one transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Changes rows, in a transaction of its own; returns how many. */
  public static int update(DataSource source, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      return update(connection, sql, parameters);
    }
  }

  /** Changes rows; returns how many. */
  public static int update(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      return statement.executeUpdate();
    }
  }

  /** All rows of a query, in a transaction of its own. */
  public static <T> List<T> list(
      DataSource source, String sql, Row<T> row, @Nullable Object... parameters)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      return list(connection, sql, row, parameters);
    }
  }

  /** All rows of a query. */
  public static <T> List<T> list(
      Connection connection, String sql, Row<T> row, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      try (ResultSet rows = statement.executeQuery()) {
        List<T> result = new ArrayList<>();
        while (rows.next()) {
          result.add(row.read(rows));
        }
        return result;
      }
    }
  }

  /** The first row of a query, in a transaction of its own. */
  public static <T> Optional<T> first(
      DataSource source, String sql, Row<T> row, @Nullable Object... parameters)
      throws SQLException {
    return list(source, sql, row, parameters).stream().findFirst();
  }

  /** Does {@code work} in one transaction. */
  public static <T> T in(DataSource source, Work<T> work) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.on(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  /** Fills a statement's parameters, in order. */
  public static void bind(PreparedStatement statement, @Nullable Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, value(statement.getConnection(), parameters[i]));
    }
  }

  /** A moment of the database; null where the column is. */
  public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    java.sql.Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }

  /** A number; null where the column is. */
  public static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  private static @Nullable Object value(Connection connection, @Nullable Object parameter)
      throws SQLException {
    if (parameter instanceof Instant time) {
      return time.atOffset(ZoneOffset.UTC);
    }
    if (parameter instanceof Duration time) {
      return time.toMillis() / 1000.0;
    }
    if (parameter instanceof Object[] array) {
      return connection.createArrayOf(type(array), array);
    }
    if (parameter instanceof String text) { // which Postgres would refuse for a NUL
      return text.replace("\0", "");
    }
    return parameter;
  }

  private static String type(Object[] array) {
    if (array instanceof Long[]) {
      return "bigint";
    }
    if (array instanceof Integer[]) {
      return "integer";
    }
    return array instanceof String[] ? "text" : "uuid";
  }
}
