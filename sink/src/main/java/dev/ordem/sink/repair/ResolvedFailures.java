package dev.ordem.sink.repair;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** {@code import_failures_resolved}, which is kept for 90 days. */
final class ResolvedFailures {
  private static final int STEP = 10_000;
  private static final String FORGET =
      "DELETE FROM import_failures_resolved WHERE ctid = ANY (ARRAY(SELECT ctid"
          + " FROM import_failures_resolved WHERE resolved_at < now() - interval '90 days'"
          + " ORDER BY resolved_at LIMIT "
          + STEP
          + "))";

  private final DataSource database;

  ResolvedFailures(DataSource database) {
    this.database = database;
  }

  /** One step; whether there may be more to forget. */
  boolean forgetOld() throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(FORGET) == STEP;
    }
  }
}
