package dev.ordem.producer.verdict;

import dev.ordem.contract.RunState.Module;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.RunLog;
import dev.ordem.producer.verdict.Evidence.Run;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was judged, and only while the run is as it was when it was judged: held under the
 * same lease, in the same state and reading. Each write is one transaction with its log lines.
 * Thread safe.
 */
final class RunWriter {
  private static final String FENCE =
      """
      SELECT FROM sync_run WHERE id = ? AND lease_holder = ? AND lease_epoch = ? AND status = ?
        AND phase = ? AND reading = ? FOR NO KEY UPDATE
      """;
  private static final String PROGRESS =
      """
      UPDATE sync_run SET details = ?::jsonb, store = ?::jsonb, waits_for = ?,
        progressed_at = greatest(progressed_at, ?),
        stuck = stuck AND progressed_at >= ?, updated_at = clock_timestamp() WHERE id = ?
      """;
  private static final String VERDICT =
      """
      UPDATE sync_run SET status = ?, phase = ?, error = ?, details = ?::jsonb, store = ?::jsonb,
        report = coalesce(?::jsonb, report), limited = coalesce((SELECT bool_or(p.details_left)
          FROM sync_run_progress p WHERE p.run_id = sync_run.id AND p.reading = sync_run.reading),
          limited), finished_at = coalesce(finished_at, clock_timestamp()),
        healed_at = CASE WHEN ? THEN clock_timestamp() END, waits_for = NULL, stuck = false,
        progressed_at = clock_timestamp(), updated_at = clock_timestamp()
      WHERE id = ?
      """;
  private static final String REPAIR =
      """
      INSERT INTO repair (account, partitions, extras, requested_by)
      SELECT ?, ?, true, ? WHERE NOT EXISTS (
        SELECT FROM repair WHERE account = ? AND requested_by = ?)
      """;

  private final DataSource database;

  RunWriter(DataSource database) {
    this.database = database;
  }

  /** What is written behind the fence. */
  @FunctionalInterface
  interface Change {
    void write(Connection connection) throws SQLException;
  }

  /** A line for the run's log. */
  record Line(RunLog.Level level, RunLog.Module module, String message, Map<String, ?> metadata) {
    static Line info(RunLog.Module module, String message, Map<String, ?> metadata) {
      return new Line(RunLog.Level.INFO, module, message, metadata);
    }

    static Line warn(RunLog.Module module, String message, Map<String, ?> metadata) {
      return new Line(RunLog.Level.WARN, module, message, metadata);
    }
  }

  /**
   * A run's end.
   *
   * @param report null: keeps the one it has
   */
  record Ending(
      String status,
      String phase,
      @Nullable String error,
      Module details,
      Module store,
      @Nullable String report,
      boolean healed) {}

  /** Whether {@code change} was written; not, if the run is not as it was judged. */
  boolean fenced(HeldRun held, Run run, Change change) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        boolean still = still(connection, held, run);
        if (still) {
          change.write(connection);
        }
        connection.commit();
        return still;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private static boolean still(Connection connection, HeldRun held, Run run) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(FENCE)) {
      query.setObject(1, held.id());
      query.setObject(2, held.holder());
      query.setLong(3, held.epoch());
      query.setString(4, run.status().name());
      query.setString(5, run.phase().name());
      query.setLong(6, run.reading());
      try (ResultSet row = query.executeQuery()) {
        return row.next();
      }
    }
  }

  static void log(Connection connection, Run run, Line line) throws SQLException {
    RunLog.add(connection, run.id(), line.level(), line.module(), line.message(), line.metadata());
  }

  static void proofs(Connection connection, Run run, Collection<Proof> proofs) throws SQLException {
    String sql = "UPDATE sync_run SET certificate = ?::jsonb WHERE id = ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setString(1, RunRow.json(proofs));
      update.setObject(2, run.id());
      update.executeUpdate();
    }
  }

  /**
   * How it goes.
   *
   * @param movedAt when its numbers last moved
   */
  static void progress(
      Connection connection,
      Run run,
      ModuleProgress modules,
      @Nullable String waitsFor,
      Instant movedAt)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(PROGRESS)) {
      update.setString(1, RunRow.json(modules.details()));
      update.setString(2, RunRow.json(modules.store()));
      update.setString(3, waitsFor);
      update.setObject(4, movedAt.atOffset(ZoneOffset.UTC));
      update.setObject(5, movedAt.atOffset(ZoneOffset.UTC));
      update.setObject(6, run.id());
      update.executeUpdate();
    }
  }

  static void ask(Connection connection, Run run) throws SQLException {
    String sql = "UPDATE sync_run SET absences = 'ASKED' WHERE id = ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setObject(1, run.id());
      update.executeUpdate();
    }
  }

  static void end(Connection connection, Run run, Ending ending) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(VERDICT)) {
      update.setString(1, ending.status());
      update.setString(2, ending.phase());
      update.setString(3, ending.error());
      update.setString(4, RunRow.json(ending.details()));
      update.setString(5, RunRow.json(ending.store()));
      update.setString(6, ending.report());
      update.setBoolean(7, ending.healed());
      update.setObject(8, run.id());
      update.executeUpdate();
    }
  }

  static void repair(Connection connection, Run run, SortedSet<Integer> partitions)
      throws SQLException {
    String verdict = EvidenceStore.verdict(run);
    try (PreparedStatement insert = connection.prepareStatement(REPAIR)) {
      insert.setString(1, run.account());
      insert.setArray(2, connection.createArrayOf("integer", partitions.toArray()));
      insert.setString(3, verdict);
      insert.setString(4, run.account());
      insert.setString(5, verdict);
      insert.executeUpdate();
    }
  }

  /**
   * Whether the account may be asked to hold now. Of two runs that ask at the same time the second
   * waits here for the first to have written it down.
   */
  static boolean mayHold(Connection connection, String account) throws SQLException {
    String sql = "SELECT pg_advisory_xact_lock(hashtextextended('ordem hold ' || ?, 0))";
    try (PreparedStatement lock = connection.prepareStatement(sql)) {
      lock.setString(1, account);
      lock.execute();
    }
    return EvidenceStore.heldAt(connection, account) == null;
  }
}
