package dev.ordem.producer.verdict;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.verdict.Evidence.Progress;
import dev.ordem.producer.verdict.Evidence.Run;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a reconcile found: column {@code sync_run.report}. Counts are of orders.
 *
 * @param bySituacao Tiny, ledger and Postgres, status by status
 * @param all the same of all statuses
 * @param seen distinct orders that Tiny's lists showed
 * @param recovered rows that a repair put right
 * @param found orders that were not known before
 * @param failing how many wait for a person
 * @param failingIds the first 20 of them
 * @param stale orders that are not over and whose detail is missing or older than allowed
 * @param suspects orders that neither the list nor their detail showed
 * @param removed orders found to be deleted while it ran
 * @param calls to Tiny that the account made while it ran, those of others included; null: not
 *     known, as calls are not counted, or it took longer than they are remembered
 * @param seconds that it took
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record ReconcileReport(
    Map<Integer, Sides> bySituacao,
    Sides all,
    long seen,
    long recovered,
    long found,
    long failing,
    List<Long> failingIds,
    long stale,
    long suspects,
    long removed,
    @Nullable Long calls,
    long seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Permits are kept for two hours. */
  private static final Duration CALLS_KEPT = Duration.ofHours(2);

  /** One pass over the table; statuses that are over are 3, 4 and 7. */
  private static final String POSTGRES =
      """
      SELECT situacao, count(*) FILTER (WHERE removed_at IS NULL) AS there,
        count(*) FILTER (WHERE removed_at IS NULL AND (NOT details_synced OR (
          situacao NOT IN (3, 4, 7) AND detail_fetched_at < clock_timestamp() - ?::interval)))
          AS stale,
        count(*) FILTER (WHERE removed_at >= ?) AS removed
      FROM os WHERE account = ? GROUP BY situacao
      """;

  private static final String COUNTED = "SELECT to_regclass('tiny_quota_permit') IS NOT NULL";
  private static final String CALLS =
      """
      SELECT nullif(count(*), 0) FROM tiny_quota_permit p LEFT JOIN tiny_quota q USING (account)
      WHERE account = ? AND tiny_shown(q, p.granted_at) BETWEEN ? AND clock_timestamp()
      """;

  /**
   * The same number on three sides.
   *
   * @param tiny null: its list was not counted
   */
  record Sides(@Nullable Long tiny, long ledger, long postgres) {}

  /** What Postgres holds of one status. */
  private record Held(long there, long stale, long removed) {}

  /**
   * Makes the report.
   *
   * @param oldest what a detail of an order that is not over may be
   */
  static ReconcileReport of(DataSource database, Evidence evidence, Duration oldest)
      throws SQLException {
    try (Connection connection = database.getConnection()) {
      Map<Integer, Held> postgres = postgres(connection, evidence.run(), oldest);
      return of(evidence, postgres, calls(connection, evidence));
    }
  }

  private static ReconcileReport of(
      Evidence evidence, Map<Integer, Held> postgres, @Nullable Long calls) {
    Run run = evidence.run();
    Cursor cursor = run.cursor() == null ? Cursor.START : run.cursor();
    Evidence.Repair repair = evidence.repair();
    Map<Integer, Sides> sides = sides(evidence, cursor, postgres);
    return new ReconcileReport(
        sides,
        new Sides(
            cursor.total() == null ? Long.valueOf(cursor.seen()) : cursor.total(),
            sides.values().stream().mapToLong(Sides::ledger).sum(),
            sides.values().stream().mapToLong(Sides::postgres).sum()),
        cursor.seen(),
        repair == null || repair.restored() == null ? 0 : repair.restored(),
        evidence.sum(Progress::fresh),
        evidence.sum(Progress::parked),
        evidence.parked().ids(),
        postgres.values().stream().mapToLong(Held::stale).sum(),
        evidence.certificates().values().stream().mapToLong(one -> one.suspects()).sum(),
        postgres.values().stream().mapToLong(Held::removed).sum(),
        calls,
        Duration.between(run.startedAt(), evidence.now()).toSeconds());
  }

  private static Map<Integer, Sides> sides(
      Evidence evidence, Cursor cursor, Map<Integer, Held> postgres) {
    Map<Integer, Long> ledger = new TreeMap<>();
    evidence
        .certificates()
        .values()
        .forEach(one -> one.bySituacao().forEach((code, n) -> ledger.merge(code, n, Long::sum)));
    Map<Integer, Sides> result = new TreeMap<>();
    cursor.totals().keySet().forEach(code -> result.put(code, new Sides(0L, 0, 0)));
    ledger.keySet().forEach(code -> result.put(code, new Sides(0L, 0, 0)));
    postgres.keySet().forEach(code -> result.put(code, new Sides(0L, 0, 0)));
    result.replaceAll(
        (code, none) ->
            new Sides(
                cursor.totals().get(code),
                ledger.getOrDefault(code, 0L),
                postgres.getOrDefault(code, new Held(0, 0, 0)).there()));
    return result;
  }

  private static Map<Integer, Held> postgres(Connection connection, Run run, Duration oldest)
      throws SQLException {
    Map<Integer, Held> result = new TreeMap<>();
    try (PreparedStatement query = connection.prepareStatement(POSTGRES)) {
      query.setString(1, oldest.toSeconds() + " seconds");
      query.setObject(2, run.startedAt().atOffset(ZoneOffset.UTC));
      query.setString(3, run.account());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          result.put(row.getInt(1), new Held(row.getLong(2), row.getLong(3), row.getLong(4)));
        }
      }
    }
    return result;
  }

  private static @Nullable Long calls(Connection connection, Evidence evidence)
      throws SQLException {
    Run run = evidence.run();
    if (run.startedAt().plus(CALLS_KEPT).isBefore(evidence.now()) || !counted(connection)) {
      return null;
    }
    try (PreparedStatement query = connection.prepareStatement(CALLS)) {
      query.setString(1, run.account());
      query.setObject(2, run.startedAt().atOffset(ZoneOffset.UTC));
      try (ResultSet row = query.executeQuery()) {
        return row.next() ? row.getObject(1, Long.class) : null;
      }
    }
  }

  private static boolean counted(Connection connection) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(COUNTED);
        ResultSet row = query.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + this, e);
    }
  }
}
