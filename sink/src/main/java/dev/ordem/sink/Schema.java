package dev.ordem.sink;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The tables, and how they come to be. */
final class Schema {
  private Schema() {}

  /**
   * Brings the schema up to date. Safe to call from several processes at once, and beside tables of
   * others: the history has a table of its own.
   */
  static void migrate(DataSource database) {
    Flyway.configure()
        .dataSource(database)
        .locations("classpath:db/migration")
        .table("ordem_schema_history")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }
}
