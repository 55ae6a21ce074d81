package dev.ordem.producer.looking;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.runs.Sql;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets nobody look while a run's proof needs the account to stand still, whichever producer watches
 * it. Thread safe.
 */
public final class WatchHolds {
  private static final Logger LOG = LoggerFactory.getLogger(WatchHolds.class);

  private static final String HOLD =
      """
      UPDATE watch SET held_until = clock_timestamp() + make_interval(secs => ?) WHERE account = ?
      """;

  private final DataSource source;

  /** Does no I/O. */
  public WatchHolds(DataSource source) {
    this.source = source;
  }

  /** A marker is about to be written; if it asks the ledger to hold, the watch holds, too. */
  public void heed(HeaderEvent.Marker marker) {
    if (marker instanceof HeaderEvent.Hold hold) {
      try {
        Sql.update(source, HOLD, Duration.ofMillis(hold.millis()), hold.account());
      } catch (SQLException e) {
        LOG.debug("the watch of {} goes on beside the proof", hold.account(), e);
      }
    }
  }
}
