package dev.ordem.sink.tables;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of a row that Postgres refuses: a dead letter, and, of an order's row, a row of
 * {@code os_refused}, which goes when that row or a newer one is stored. Used by one thread.
 */
final class RefusedRows {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedRows.class);
  private static final int EXCERPT = 500;

  private static final String KNOWN =
      "SELECT FROM os_refused WHERE table_name = ? AND account = ? AND os_id = ? AND sequence = ?"
          + " AND revision IS NOT DISTINCT FROM ? AND cause = ? AND state = 'REFUSED'";

  /** A row that is stored in this or a newer form is refused only when it comes late. */
  private static final String ADD =
      "INSERT INTO os_refused AS r (table_name, account, os_id, sequence, state, partition,"
          + " revision, checksum, run_ids, cause, error, excerpt, source_offset, source_at,"
          + " source_topic) SELECT n.*, ?, ?, ?, ?::uuid[], ?, ?, ?, ?, ?, "
          + Table.number("?")
          + " FROM (VALUES (?, ?, ?::bigint, ?::bigint, 'REFUSED')) n (table_name, account,"
          + " os_id, sequence, state) WHERE NOT EXISTS (SELECT FROM os WHERE n.table_name = 'os'"
          + " AND account = n.account AND id = n.os_id AND revision >= ?) AND NOT EXISTS (SELECT"
          + " FROM os_status_history h WHERE n.table_name = 'os_status_history' AND h.account ="
          + " n.account AND h.os_id = n.os_id AND h.sequence = n.sequence) ON CONFLICT (table_name,"
          + " account, os_id, sequence) DO UPDATE SET state = excluded.state, partition ="
          + " excluded.partition, revision = excluded.revision, checksum = excluded.checksum,"
          + " run_ids = CASE WHEN r.run_ids @> excluded.run_ids THEN r.run_ids ELSE r.run_ids ||"
          + " excluded.run_ids END, cause = excluded.cause, error = excluded.error, excerpt ="
          + " excluded.excerpt, source_offset = excluded.source_offset, source_at ="
          + " excluded.source_at, source_topic = excluded.source_topic, attempts = r.attempts + 1, last_at = clock_timestamp() WHERE"
          + " r.state = 'EXTRA' OR excluded.revision IS NULL OR r.revision IS NULL OR"
          + " excluded.revision >= r.revision";

  private final DataSource database;
  private final DeadLetterWriter letters;
  private final MeterRegistry meters;

  RefusedRows(DataSource database, DeadLetterWriter letters, MeterRegistry meters) {
    this.database = database;
    this.letters = letters;
    this.meters = meters;
  }

  /** Returns when the brokers have the letter and Postgres the row. */
  void add(Change<?> change, SQLException why) throws SQLException, InterruptedException {
    String table = change.table().name();
    String cause = SqlFailure.cause(why);
    String error = PostgresValues.text(SqlFailure.describe(table, why));
    meters.counter("ordem.refused", "table", table, "cause", cause).increment();
    Refusal refusal = change.refusal();
    if (refusal == null) {
      letters.send(change.record(), error);
      return;
    }
    try (Connection connection = database.getConnection()) {
      if (!known(connection, table, refusal, cause)) {
        letters.send(change.record(), error);
        letters.await();
      }
      add(connection, change, refusal, cause, error);
    } catch (SQLException e) {
      boolean itself =
          SqlFailure.of(e) == SqlFailure.REFUSED
              || (SqlFailure.of(e) == SqlFailure.UNTOLD && takesRows());
      if (!itself) {
        throw e;
      }
      LOG.error("the refused row of {} is in the dead letters only", change.key(), e);
    }
  }

  /** Whether the table is there and may be written to: then it is the row that it does not take. */
  private boolean takesRows() {
    try (Connection connection = database.getConnection();
        PreparedStatement none =
            connection.prepareStatement(
                "INSERT INTO os_refused SELECT * FROM os_refused WHERE false")) {
      none.executeUpdate();
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** One letter is enough for a row, however often it is tried. */
  private static boolean known(Connection connection, String table, Refusal refusal, String cause)
      throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(KNOWN)) {
      query.setString(1, table);
      query.setString(2, refusal.account());
      query.setLong(3, refusal.osId());
      query.setLong(4, refusal.sequence());
      query.setObject(5, refusal.revision(), Types.BIGINT);
      query.setString(6, cause);
      return query.executeQuery().next();
    }
  }

  private static void add(
      Connection connection, Change<?> change, Refusal refusal, String cause, String error)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(ADD)) {
      insert.setInt(1, change.partition());
      insert.setObject(2, refusal.revision(), Types.BIGINT);
      insert.setObject(3, refusal.checksum(), Types.BIGINT);
      insert.setString(4, refusal.runId() == null ? "{}" : "{" + refusal.runId() + "}");
      insert.setString(5, cause);
      insert.setString(6, error);
      insert.setString(7, excerpt(change.record().value()));
      insert.setLong(8, change.offset());
      insert.setObject(9, change.at().atOffset(ZoneOffset.UTC));
      insert.setString(10, change.record().topic());
      insert.setString(11, change.table().name());
      insert.setString(12, refusal.account());
      insert.setLong(13, refusal.osId());
      insert.setLong(14, refusal.sequence());
      insert.setObject(15, refusal.revision(), Types.BIGINT);
      insert.executeUpdate();
    }
  }

  private static @Nullable String excerpt(byte @Nullable [] value) {
    if (value == null) {
      return null;
    }
    String text = new String(value, 0, Math.min(value.length, EXCERPT), StandardCharsets.UTF_8);
    return PostgresValues.text(text);
  }

  /**
   * How a row that Postgres refuses stands in {@code os_refused}.
   *
   * @param sequence of a transition; else 0
   * @param revision of an order; else null
   * @param checksum what the row counts in the ledger's certificate; null: nothing
   * @param runId the run that brought it; null: none did
   */
  record Refusal(
      String account,
      long osId,
      long sequence,
      @Nullable Long revision,
      @Nullable Long checksum,
      @Nullable UUID runId) {}
}
