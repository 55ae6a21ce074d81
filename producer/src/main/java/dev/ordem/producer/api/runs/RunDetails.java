package dev.ordem.producer.api.runs;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that is told of one run.
 *
 * @param certificate what was proved, partition by partition; null: nothing yet
 * @param report of a reconcile: Tiny, ledger and Postgres by status; null of other modes
 * @param log the newest lines, oldest first
 */
record RunDetails(
    @JsonUnwrapped RunAnswer run,
    @Nullable JsonNode certificate,
    @Nullable JsonNode report,
    Parked parked,
    List<LogLine> log) {
  private static final int NAMED = 20;

  /**
   * What waits for a person, or was refused by Postgres: an order that an earlier run parked is
   * that run's in the queue, so the counts may know of more than can be named.
   */
  private static final String PARKED =
      """
      SELECT q.os_id, o.numero, q.state, q.cause, q.error, count(*) OVER () AS total
      FROM sync_run r CROSS JOIN LATERAL (
        SELECT os_id, state, last_error_cause AS cause, last_error AS error
        FROM os_sync_queue WHERE account = r.account AND run_id = r.id AND state = 'PARKED'
        UNION ALL
        SELECT os_id, state, cause, error
        FROM os_refused WHERE account = r.account AND r.id = ANY (run_ids)) AS q
      LEFT JOIN os o ON o.account = r.account AND o.id = q.os_id
      WHERE r.id = ? ORDER BY q.os_id LIMIT ?
      """;

  /** Orders that the run left undone, the first of them by name. */
  record Parked(List<Order> orders, long total) {}

  /** One of them. */
  record Order(
      long osId,
      @Nullable String numero,
      String state,
      @Nullable String cause,
      @Nullable String error) {}

  /** A line of the run's log. */
  record LogLine(
      long id,
      Instant at,
      String level,
      String module,
      String message,
      @Nullable JsonNode metadata) {
    static LogLine of(ResultSet row) throws SQLException {
      return new LogLine(
          row.getLong("id"),
          row.getTimestamp("at").toInstant(),
          row.getString("level"),
          row.getString("module"),
          row.getString("message"),
          JsonResponse.read(row.getString("metadata")));
    }
  }

  static Optional<RunDetails> of(
      Connection connection, UUID runId, Instant now, AccountPaces accounts) throws SQLException {
    String sql = RunAnswer.SELECT + " WHERE r.id = ?";
    List<RunDetails> found =
        ApiDatabase.list(
            connection,
            row -> {
              RunAnswer run = RunAnswer.of(row, now, accounts);
              return new RunDetails(
                  run,
                  JsonResponse.read(row.getString("certificate")),
                  JsonResponse.read(row.getString("report")),
                  parked(connection, run),
                  newest(connection, runId));
            },
            sql,
            runId);
    return found.stream().findFirst();
  }

  private static Parked parked(Connection connection, RunAnswer run) throws SQLException {
    long[] total = {0};
    List<Order> orders =
        ApiDatabase.list(
            connection,
            row -> {
              total[0] = row.getLong("total");
              return new Order(
                  row.getLong("os_id"),
                  row.getString("numero"),
                  row.getString("state"),
                  row.getString("cause"),
                  row.getString("error"));
            },
            PARKED,
            run.runId(),
            NAMED);
    return new Parked(orders, Math.max(run.counts().parked(), total[0]));
  }

  private static List<LogLine> newest(Connection connection, UUID runId) throws SQLException {
    String sql =
        "SELECT * FROM (SELECT * FROM sync_run_log WHERE run_id = ? ORDER BY id DESC LIMIT ?) AS l"
            + " ORDER BY id";
    return ApiDatabase.list(connection, LogLine::of, sql, runId, NAMED);
  }
}
