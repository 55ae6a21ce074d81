package dev.ordem.sink.outbox;

import dev.ordem.runtime.StartException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The replication slot of the outbox: only one process of a cluster can read it at a time. */
final class ReplicationSlot {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicationSlot.class);
  private static final String MAY_REPLICATE =
      "SELECT bool_or(rolreplication OR rolsuper) FROM pg_roles"
          + " WHERE rolname = current_user"
          + " OR (rolname = 'rds_replication' AND pg_has_role(current_user, oid, 'member'))";

  private final DataSource database;
  private final String name;

  ReplicationSlot(DataSource database, String name) {
    this.database = database;
    this.name = name;
  }

  /**
   * Looks whether this server can replicate at all.
   *
   * @throws StartException if a person must change a setting of it
   */
  void check() throws SQLException, StartException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      String level = text(statement, "SHOW wal_level");
      if (!level.equals("logical")) {
        throw new StartException(
            "Postgres has wal_level = "
                + level
                + ", but the outbox is read from its log: set wal_level = logical in"
                + " postgresql.conf (or with ALTER SYSTEM) and restart Postgres");
      }
      if (!text(statement, MAY_REPLICATE).equals("t")) {
        String user = text(statement, "SELECT current_user");
        throw new StartException(
            "the Postgres user "
                + user
                + " must not replicate, but the outbox is read from the log: run ALTER ROLE "
                + user
                + " REPLICATION as an administrator (on Amazon RDS: GRANT rds_replication TO "
                + user
                + ")");
      }
    }
    if (state() == State.FOREIGN) {
      throw new StartException(
          "the replication slot "
              + name
              + " belongs to another database of this server: set SINK_OUTBOX_SLOT to a name of its"
              + " own for each database");
    }
  }

  /** How it stands; a broken one is dropped first, as a new one with a snapshot replaces it. */
  State state() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT database = current_database(), active, wal_status = 'lost'"
                    + " FROM pg_replication_slots WHERE slot_name = ?")) {
      query.setString(1, name);
      try (ResultSet slot = query.executeQuery()) {
        if (!slot.next()) {
          return State.FREE;
        }
        if (!slot.getBoolean(1)) {
          return State.FOREIGN;
        }
        if (slot.getBoolean(2)) {
          return State.TAKEN;
        }
        if (slot.getBoolean(3)) {
          drop(connection);
        }
        return State.FREE;
      }
    }
  }

  /** Ends the connection that holds it, whosever it is: nothing comes through it any more. */
  void free() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement end =
            connection.prepareStatement(
                "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
                    + " WHERE slot_name = ? AND database = current_database() AND active")) {
      end.setString(1, name);
      end.execute();
    }
  }

  private void drop(Connection connection) throws SQLException {
    LOG.warn("Postgres has lost the log behind the replication slot {}; making it anew", name);
    try (PreparedStatement drop =
        connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
      drop.setString(1, name);
      drop.execute();
    }
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  /** Whether it can be read. */
  enum State {
    /** By us: no one holds it, or it is not there yet. */
    FREE,
    /** By another sink, just now. */
    TAKEN,
    /** By no one here: it is another database's. */
    FOREIGN
  }
}
