package dev.ordem.tiny.account;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Brings the tables of this package to their newest form, under Flyway's lock. */
final class Schema {
  private Schema() {}

  static void migrate(DataSource dataSource) {
    Flyway.configure()
        .dataSource(dataSource)
        .table("tiny_schema_history")
        .locations("classpath:db/tiny")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .validateMigrationNaming(true)
        .load()
        .migrate();
  }
}
