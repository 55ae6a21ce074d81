package dev.ordem.tiny.account;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the tables of this package to their newest form. */
final class Schema {
  /** "ordem" in ASCII, and a one: this installation's, for these tables. */
  private static final long LOCK = 0x6f7264656d01L;

  private Schema() {}

  /**
   * Migrates, one process at a time. Flyway's own lock covers migrations but not the moment in
   * which it makes its history table on a database that already holds other tables, so that two
   * first starts at once would fail.
   */
  static void migrate(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_advisory_lock(" + LOCK + ")");
      try {
        flyway(dataSource).migrate();
      } finally {
        statement.execute("select pg_advisory_unlock(" + LOCK + ")");
      }
    }
  }

  private static Flyway flyway(DataSource dataSource) {
    return Flyway.configure()
        .dataSource(dataSource)
        .table("tiny_schema_history")
        .locations("classpath:db/tiny")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .validateMigrationNaming(true)
        .load();
  }
}
