package dev.ordem.sink.outbox;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * How far the relay is behind: the age of the oldest row that is still to be sent, and what the
 * slot makes Postgres keep of its log. What cannot be measured is not a number.
 */
final class OutboxLag {
  private static final String MEASURE =
      "SELECT (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)"
          + " FROM outbox WHERE refused_at IS NULL),"
          + " (SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), confirmed_flush_lsn)"
          + " FROM pg_replication_slots WHERE slot_name = ? AND database = current_database()),"
          + " (SELECT min(position) FROM outbox WHERE refused_at IS NULL)";

  private final DataSource database;
  private final String slot;
  private final StalledRow stalled;
  private volatile double seconds = Double.NaN;
  private volatile double bytes = Double.NaN;

  OutboxLag(DataSource database, String slot, StalledRow stalled, MeterRegistry meters) {
    this.database = database;
    this.slot = slot;
    this.stalled = stalled;
    Gauge.builder("ordem.outbox.lag.seconds", this, lag -> lag.seconds)
        .description("Age of the oldest row of the outbox that is still to be sent")
        .register(meters);
    Gauge.builder("ordem.slot.lag.bytes", this, lag -> lag.bytes)
        .description("Log that Postgres keeps because the replication slot has not read it")
        .register(meters);
  }

  /** Whether the first row stood still when it was last looked at, and did not move since. */
  boolean stands() {
    return stalled.stands();
  }

  /** Measures; whether the first row stands still, so that whoever relays is to begin anew. */
  boolean measure() {
    try (Connection connection = database.getConnection();
        PreparedStatement query = connection.prepareStatement(MEASURE)) {
      query.setString(1, slot);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        seconds = Math.max(0, row.getDouble(1));
        double kept = row.getDouble(2);
        bytes = row.wasNull() ? Double.NaN : kept;
        long first = row.getLong(3);
        return stalled.stays(row.wasNull() ? null : Long.valueOf(first));
      }
    } catch (SQLException e) {
      seconds = Double.NaN;
      bytes = Double.NaN;
      return stalled.stays(null);
    }
  }
}
