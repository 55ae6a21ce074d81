package dev.ordem.bench.pipeline.process;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.NoSuchElementException;
import java.util.UUID;

/** Questions to the pipeline's database. */
public final class DatabaseQueries {
  private DatabaseQueries() {}

  /**
   * A number.
   *
   * @throws NoSuchElementException if there is no row
   */
  public static long number(Connection connection, String sql, Object... parameters)
      throws SQLException {
    return one(connection, Long.class, sql, parameters);
  }

  /** The first column of the first row; there must be one, and it must not be null. */
  public static <T> T one(Connection connection, Class<T> type, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new NoSuchElementException(sql);
        }
        return row.getObject(1, type);
      }
    }
  }

  public static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Process id of the server, which has started the process that answers. */
  public static long postmaster(Connection connection) throws SQLException {
    long backend = number(connection, "SELECT pg_backend_pid()::bigint");
    return ProcessHandle.of(backend).flatMap(ProcessHandle::parent).orElseThrow().pid();
  }

  /** Asks for a run as people do in SQL. */
  public static UUID run(Connection connection, String mode) throws SQLException {
    return one(connection, UUID.class, "SELECT ordem_run(?)", mode);
  }

  public static String status(Connection connection, UUID run) throws SQLException {
    return one(connection, String.class, "SELECT status FROM sync_run WHERE id = ?", run);
  }

  /** Whether it has got its verdict. */
  public static boolean hasEnded(Connection connection, UUID run) throws SQLException {
    String status = status(connection, run);
    return !status.equals("QUEUED") && !status.equals("RUNNING");
  }
}
