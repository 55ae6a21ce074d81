package dev.ordem.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Writes batches into Postgres: one transaction for each, or, when a row in it is refused, one for
 * each half, and so on down to the row, which becomes a dead letter. Used by one thread.
 */
final class Store {
  /** An order's failure is known to its queue row; {@code os} shows it where it differs. */
  private static final String SHOW_ERRORS =
      "UPDATE os t SET sync_error = q.last_error, sync_attempted_at = greatest(t.sync_attempted_at,"
          + " CASE WHEN q.last_error IS NOT NULL THEN q.updated_at END)"
          + " FROM (SELECT account, id FROM stage_os UNION SELECT account, os_id FROM"
          + " stage_os_sync_queue) s"
          + " JOIN os_sync_queue q ON q.account = s.account AND q.os_id = s.id"
          + " WHERE t.account = s.account AND t.id = s.id"
          + " AND t.sync_error IS DISTINCT FROM q.last_error";

  private final DataSource database;
  private final DeadLetters letters;
  private final MeterRegistry meters;
  private final RunStates runs;
  private final List<Table<?>> tables =
      List.of(
          new OsTable(), new HistoryTable(), new QueueTable(), new RunTable(), new ProgressTable());

  Store(DataSource database, DeadLetters letters, MeterRegistry meters) {
    this.database = database;
    this.letters = letters;
    this.meters = meters;
    this.runs = new RunStates(meters);
  }

  /** The tables, by the topics that fill them. */
  Map<String, Table<?>> tables() {
    return tables.stream().collect(Collectors.toMap(table -> table.topic().name(), table -> table));
  }

  RunStates runs() {
    return runs;
  }

  /**
   * Stores what is open of a batch and sends the dead letters. If it cannot finish, what it did so
   * far is no longer open.
   */
  Outcome write(Batch batch) throws InterruptedException {
    Timer.Sample time = Timer.start(meters);
    for (Batch.Unreadable each : batch.takeUnreadable()) {
      letters.send(each.record(), each.reason());
      count(each.table(), "unreadable", 1);
    }
    try {
      if (!batch.open().isEmpty()) {
        runs.loadIfStale(database);
        write(batch, batch.open().size());
      }
    } catch (SQLException e) {
      SqlFailure failure = SqlFailure.of(e);
      if (failure == SqlFailure.DEFECT) {
        throw new IllegalStateException(
            "Postgres cannot be written to as it is: " + e.getMessage(), e);
      }
      return new Outcome.Later(failure, e);
    } finally {
      letters.await();
    }
    time.stop(Timer.builder("ordem.sink.batch").register(meters));
    return new Outcome.Stored();
  }

  /** Stores the first so many of what is open. */
  private void write(Batch batch, int first) throws SQLException {
    List<Change<?>> changes = batch.open().subList(0, first);
    try {
      transact(changes);
    } catch (SQLException e) {
      if (SqlFailure.of(e) != SqlFailure.REFUSED) {
        throw e;
      }
      if (first > 1) {
        write(batch, first / 2);
        write(batch, first - first / 2);
        return;
      }
      Change<?> refused = changes.get(0);
      letters.send(refused.record(), SqlFailure.describe(refused.table().name(), e));
      count(refused.table(), "refused", 1);
    }
    batch.settled(first);
  }

  private void transact(List<Change<?>> changes) throws SQLException {
    Map<Table<?>, Integer> changed = new LinkedHashMap<>();
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        for (Table<?> table : tables) {
          table.prepare(statement);
        }
        for (Table<?> table : tables) {
          changed.put(table, table.write(connection, changes));
        }
        statement.executeUpdate(SHOW_ERRORS);
        connection.commit();
      } catch (SQLException e) {
        rollback(connection, e);
        throw e;
      }
    }
    Map<Table<?>, Long> given =
        changes.stream().collect(Collectors.groupingBy(Change::table, Collectors.counting()));
    given.forEach((table, rows) -> count(table, rows, changed.getOrDefault(table, 0)));
    runs.stored(changes.stream());
  }

  private static void rollback(Connection connection, SQLException cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private void count(Table<?> table, long given, int changed) {
    count(table, "written", changed);
    count(table, "unchanged", Math.max(0, given - changed));
  }

  private void count(Table<?> table, String outcome, long rows) {
    meters
        .counter("ordem.sink.rows", "table", table.name(), "outcome", outcome)
        .increment((double) rows);
  }

  /** How writing a batch ended. */
  sealed interface Outcome {
    /** Postgres and the dead letters hold all of it. */
    record Stored() implements Outcome {}

    /** To be tried again. */
    record Later(SqlFailure failure, SQLException cause) implements Outcome {}
  }
}
