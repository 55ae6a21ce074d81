package dev.ordem.sink.repair;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The table {@code repair}, from which each sink takes rows under a lease: who dies with one, or
 * cannot go on, leaves it to the next when the lease ends.
 */
final class RepairQueue {
  private static final String LEASE = "clock_timestamp() + interval '10 seconds'";

  /** Within what a lease reaches, and long enough for another to be taken first. */
  private static final String REST = "clock_timestamp() + interval '5 seconds'";

  private static final String TAKE =
      "UPDATE repair SET taken_by = ?, taken_until = "
          + LEASE
          + " WHERE id = (SELECT id FROM repair WHERE done_at IS NULL"
          + " AND (taken_until IS NULL OR taken_until NOT BETWEEN clock_timestamp() AND "
          + LEASE
          + ")"
          + " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"
          + " RETURNING id, account, partitions, extras";

  private final DataSource database;
  private final UUID sink;

  RepairQueue(DataSource database, UUID sink) {
    this.database = database;
    this.sink = sink;
  }

  /** The oldest that nobody works on. */
  Optional<Repair> take() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(TAKE)) {
      update.setObject(1, sink);
      try (ResultSet row = update.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        Integer[] partitions = (Integer[]) row.getArray(3).getArray();
        return Optional.of(
            new Repair(row.getLong(1), row.getString(2), List.of(partitions), row.getBoolean(4)));
      }
    }
  }

  /** Whether it was still ours. */
  boolean renew(Repair repair) throws SQLException {
    return update(repair, "taken_until = " + LEASE) == 1;
  }

  /** Leaves it, once others had their turn, to whoever takes it next. */
  void release(Repair repair) throws SQLException {
    update(repair, "taken_until = " + REST);
  }

  /** Of one that was taken away meanwhile, the other's word counts. */
  void done(Repair repair, long restored, long extra) throws SQLException {
    update(
        repair,
        "done_at = clock_timestamp(), error = NULL, restored = " + restored + ", extra = " + extra);
  }

  /** It can never be carried out. */
  void failed(Repair repair, String why) throws SQLException {
    update(repair, "done_at = clock_timestamp(), error = ?", why.replace("\0", ""));
  }

  private int update(Repair repair, String set, String... texts) throws SQLException {
    String sql = "UPDATE repair SET " + set + " WHERE id = ? AND taken_by = ? AND done_at IS NULL";
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      int next = 1;
      for (String text : texts) {
        update.setString(next++, text);
      }
      update.setLong(next++, repair.id());
      update.setObject(next, sink);
      return update.executeUpdate();
    }
  }
}
