package dev.ordem.sink.tables;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches into Postgres: one transaction for each, or, when a row in it is refused, one for
 * each half, and so on down to the row, which is set aside. Whatever Postgres says that is not
 * plainly the time's is taken for a row's, if a transaction without any row goes through: people's
 * triggers and policies may say anything. Used by one thread.
 */
public final class Store {
  /** An order's failure is known to its queue row; {@code os} shows it where it differs. */
  private static final String SHOW_ERRORS =
      "UPDATE os t SET sync_error = q.last_error, sync_attempted_at = greatest(t.sync_attempted_at,"
          + " CASE WHEN q.last_error IS NOT NULL THEN q.updated_at END)"
          + " FROM (SELECT account, id FROM stage_os UNION SELECT account, os_id FROM"
          + " stage_os_sync_queue) s"
          + " JOIN os_sync_queue q ON q.account = s.account AND q.os_id = s.id"
          + " WHERE t.account = s.account AND t.id = s.id"
          + " AND t.sync_error IS DISTINCT FROM q.last_error";

  /** What somebody holds locked costs a batch so long, and not what the pool's statements may. */
  private static final String WAIT_LITTLE = atMost("lock_timeout", 1_000);

  /** Where the rows are looked for that are in the way, each step meets them once more. */
  private static final String WAIT_LEAST =
      atMost("lock_timeout", 100) + "; " + atMost("statement_timeout", 5_000);

  /** What is in the way so many times in a row is in the way of single rows. */
  private static final int STUBBORN = 5;

  /** Where a batch has just met such rows, the next one waits only so often. */
  private static final int KNOWN_STUBBORN = 2;

  private final DataSource database;
  private final DeadLetterWriter letters;
  private final RefusedRows refused;
  private final MeterRegistry meters;
  private int inTheWay;
  private boolean looking;
  private final List<Table<?>> tables =
      List.of(
          new OsTable(),
          new HistoryTable(),
          new QueueTable(),
          new ProgressTable(),
          new CertificateTable());

  /**
   * @param producer for dead letters
   */
  public Store(
      DataSource database, Producer<byte[], byte[]> producer, MeterRegistry meters, Clock clock) {
    this.database = database;
    this.letters = new DeadLetterWriter(producer, clock);
    this.refused = new RefusedRows(database, letters, meters);
    this.meters = meters;
  }

  /** The tables, by the topics that fill them. */
  Map<String, List<Table<?>>> tables() {
    return tables.stream().collect(Collectors.groupingBy(table -> table.topic().name()));
  }

  /**
   * The changes that these records are; what cannot be read is left out.
   *
   * @throws dev.ordem.contract.NewerSchemaException if a newer version wrote one of them
   */
  public List<Change<?>> read(List<ConsumerRecord<byte[], byte[]>> records) {
    Batch batch = Batch.of(records, tables());
    if (batch.newer() != null) {
      throw batch.newer();
    }
    return batch.open();
  }

  /**
   * Stores changes that were stored before, or should have been.
   *
   * @return how many rows changed
   * @throws SQLException if Postgres is away or other transactions are in the way; some may have
   *     been stored
   */
  public long restore(List<Change<?>> changes) throws SQLException, InterruptedException {
    try {
      return changes.isEmpty() ? 0 : write(Batch.of(changes));
    } finally {
      letters.await();
    }
  }

  /**
   * Stores what is open of a batch and sends the dead letters. If it cannot finish, what it did so
   * far is no longer open.
   */
  Outcome store(Batch batch) throws InterruptedException {
    Timer.Sample time = Timer.start(meters);
    for (Batch.Unreadable each : batch.takeUnreadable()) {
      letters.send(each.record(), each.reason());
      count(each.table(), "unreadable", 1);
    }
    Outcome outcome = written(batch);
    try {
      letters.await();
    } catch (RetriableException e) {
      return outcome instanceof Outcome.Stored ? new Outcome.LettersLate(e) : outcome;
    }
    if (outcome instanceof Outcome.Later) {
      return outcome;
    }
    time.stop(Timer.builder("ordem.sink.batch").register(meters));
    return outcome;
  }

  private Outcome written(Batch batch) throws InterruptedException {
    try {
      write(batch);
      inTheWay = looking ? STUBBORN - KNOWN_STUBBORN : 0;
      return new Outcome.Stored();
    } catch (SQLException e) {
      SqlFailure failure = SqlFailure.of(e);
      boolean rows = failure == SqlFailure.CONFLICT || SqlFailure.mayBeOfARow(e);
      inTheWay = rows ? inTheWay + 1 : 0;
      return new Outcome.Later(failure, e);
    }
  }

  private long write(Batch batch) throws SQLException, InterruptedException {
    int open = batch.open().size();
    looking = false;
    return open == 0 ? 0 : write(batch, open);
  }

  /** Stores the first so many of what is open. */
  private long write(Batch batch, int first) throws SQLException, InterruptedException {
    List<Change<?>> changes = batch.open().subList(0, first);
    long changed = 0;
    try {
      changed = transact(changes);
    } catch (SQLException e) {
      if (!isOfTheRows(e)) {
        throw e;
      }
      if (first > 1) {
        return write(batch, first / 2) + write(batch, first - first / 2);
      }
      return refuse(batch, changes, e);
    }
    batch.settled(first);
    return changed;
  }

  /** A failure of which the state says nothing may have been of the moment: once more. */
  private long refuse(Batch batch, List<Change<?>> row, SQLException first)
      throws SQLException, InterruptedException {
    long changed = 0;
    @Nullable SQLException why = first;
    if (SqlFailure.of(first) != SqlFailure.REFUSED) {
      why = null;
      try {
        changed = transact(row);
      } catch (SQLException e) {
        if (!isOfTheRows(e)) {
          throw e;
        }
        why = e;
      }
    }
    if (why != null) {
      refused.add(row.get(0), why);
      count(row.get(0).table(), "refused", 1);
    }
    batch.settled(1);
    return changed;
  }

  /** Whether the rows are at fault, as far as the state, or a transaction without them, tells. */
  private boolean isOfTheRows(SQLException e) throws SQLException {
    return switch (SqlFailure.of(e)) {
      case REFUSED -> true;
      case AWAY -> SqlFailure.mayBeOfARow(e) && isStubborn(e) && noneGoesThrough();
      case CONFLICT -> isStubborn(e) && noneGoesThrough();
      case UNTOLD -> noneGoesThrough();
    };
  }

  /** A statement that took too long has been waited for long enough. */
  private boolean isStubborn(SQLException e) {
    looking = looking || inTheWay >= STUBBORN || SqlFailure.tookTooLong(e);
    return looking;
  }

  private boolean noneGoesThrough() throws SQLException {
    try {
      transact(Table::place);
      return true;
    } catch (SQLException none) {
      if (SqlFailure.of(none) == SqlFailure.AWAY) {
        throw none;
      }
      return false;
    }
  }

  private long transact(List<Change<?>> changes) throws SQLException {
    Map<Table<?>, Integer> changed =
        transact((table, connection) -> table.write(connection, changes));
    Map<Table<?>, Long> given =
        changes.stream().collect(Collectors.groupingBy(Change::table, Collectors.counting()));
    given.forEach((table, rows) -> count(table, rows, changed.getOrDefault(table, 0)));
    return changed.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** What is done to a table within a transaction. */
  @FunctionalInterface
  private interface Work {
    /** Returns how many rows changed. */
    int on(Table<?> table, Connection connection) throws SQLException;
  }

  private Map<Table<?>, Integer> transact(Work work) throws SQLException {
    Map<Table<?>, Integer> changed = new LinkedHashMap<>();
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(looking ? WAIT_LEAST : WAIT_LITTLE);
        for (Table<?> table : tables) {
          table.prepare(statement);
        }
        for (Table<?> table : tables) {
          changed.put(table, work.on(table, connection));
        }
        statement.executeUpdate(SHOW_ERRORS);
        connection.commit();
      } catch (SQLException e) {
        rollback(connection, e);
        throw e;
      }
    }
    return changed;
  }

  /** For one transaction; where a person gave less, that stays. */
  private static String atMost(String timeout, int millis) {
    return """
        SELECT set_config(name, least(nullif(setting::bigint, 0), %d)::text, true)
        FROM pg_settings WHERE name = '%s'"""
        .formatted(millis, timeout);
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

    /** Postgres holds all of it, the brokers not yet all of the dead letters: to be waited for. */
    record LettersLate(RetriableException cause) implements Outcome {}

    /** To be tried again. */
    record Later(SqlFailure failure, SQLException cause) implements Outcome {}
  }
}
