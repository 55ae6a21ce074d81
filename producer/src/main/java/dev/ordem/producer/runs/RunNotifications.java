package dev.ordem.producer.runs;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from Postgres that a run was asked for, cancelled or resumed. Only a shortcut: whoever is
 * woken looks by itself now and then.
 */
public final class RunNotifications {
  private static final Logger LOG = LoggerFactory.getLogger(RunNotifications.class);
  private static final int WAIT_MILLIS = 500;

  private final DataSource source;
  private final Runnable wake;

  /** Does no I/O. */
  public RunNotifications(DataSource source, Runnable wake) {
    this.source = source;
    this.wake = wake;
  }

  /** Listens as long as {@code running} says so. */
  public void run(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean()) {
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("LISTEN ordem_runs");
        // Whatever was said while nobody listened.
        wake.run();
        listen(connection.unwrap(PGConnection.class), running);
        statement.execute("UNLISTEN ordem_runs");
      } catch (SQLException e) {
        LOG.debug("nobody listens for runs at the moment", e);
        TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS);
      }
    }
  }

  private void listen(PGConnection connection, BooleanSupplier running) throws SQLException {
    while (running.getAsBoolean()) {
      if (connection.getNotifications(WAIT_MILLIS).length > 0) {
        wake.run();
      }
    }
  }
}
