package dev.ordem.runtime;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Brings the tables, views and functions of the whole installation to their newest form: the files
 * beside this class. Tables change in versioned files, which never change once released; functions
 * stand in repeatable ones, where a diff shows what changed.
 *
 * <p>Whichever service starts first does it, beside tables of others: the history has a table of
 * its own.
 */
public final class Migrations {
  /**
   * "ordem" in ASCII, and a one. The tiny-client that migrated by itself took the same, so the two
   * wait for each other.
   */
  private static final long LOCK = 0x6f7264656d01L;

  /**
   * For a migration to end, ours or another process's: longer than a pool lets a statement take,
   * since an index over a million rows may need it, and not for ever, since a host can freeze.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final Duration LOCK_TIMEOUT = ConnectionPool.lockTimeout(PATIENCE);
  private static final Duration STATEMENT_TIMEOUT = ConnectionPool.statementTimeout(PATIENCE);

  private Migrations() {}

  /**
   * Migrates, one process at a time; without effect where nothing is to be done. Flyway's own lock
   * covers migrations but not the moment in which it makes its history table, so that two first
   * starts at once would fail, one of them with the advice to delete the history. Needs three
   * connections at the same time.
   *
   * @throws SQLException if the database cannot be reached or refuses a migration; the message says
   *     which
   */
  public static void run(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      lock(connection, statement);
      try {
        flyway(database).migrate();
      } catch (FlywayException e) {
        throw new SQLException(e.getMessage(), e);
      } finally {
        statement.execute("select pg_advisory_unlock(" + LOCK + ")");
      }
    }
  }

  /** Longer than its transaction, whose own is the time that the wait for it may take. */
  private static void lock(Connection connection, Statement statement) throws SQLException {
    connection.setAutoCommit(false);
    try {
      giveTime(connection);
      statement.execute("select pg_advisory_lock(" + LOCK + ")");
      connection.commit();
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static Flyway flyway(DataSource database) {
    return Flyway.configure()
        .dataSource(database)
        .locations("classpath:dev/ordem/runtime/migration")
        .table("ordem_schema_history")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .validateMigrationNaming(true)
        .callbacks(new Unhurried())
        .load();
  }

  /** A pool gives the connection its own timeout back, and Postgres its own at the commit. */
  private static void giveTime(Connection connection) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = " + LOCK_TIMEOUT.toMillis());
      statement.execute("SET LOCAL statement_timeout = " + STATEMENT_TIMEOUT.toMillis());
    }
  }

  /** Lets each migration take its time on the connection that it runs on. */
  private static final class Unhurried implements Callback {
    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      try {
        giveTime(context.getConnection());
      } catch (SQLException e) {
        throw new FlywayException("A migration cannot be given its time", e);
      }
    }

    @Override
    public String getCallbackName() {
      return "unhurried";
    }
  }
}
