package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Fleet;
import dev.ordem.bench.pipeline.process.Waiting;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Runs that are over and young enough to be remembered. In Postgres they are copies of the newest
 * complete run, with a log; the ledger meets the end of each in every partition, as of a run that
 * found nothing, and its progress goes the usual way.
 */
final class OldRuns {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int BATCH = 2000;

  private static final String INSERT =
      """
      INSERT INTO sync_run (id, account, mode, status, phase, requested_by, created_at, started_at,
        finished_at, began_at, updated_at, request, reading, generation, cursor, headers, details,
        store, certificate)
      SELECT gen_random_uuid(), account, mode, status, phase, 'schedule', at, at, at, at, at,
        request, 1, generation, cursor, headers, details, store, certificate
      FROM (SELECT * FROM sync_run WHERE status = 'COMPLETE' AND mode = 'incremental'
          ORDER BY created_at DESC LIMIT 1) AS newest,
        LATERAL (SELECT now() - (n * interval '69 seconds') AS at
          FROM generate_series(%d, %d) n) AS times
      RETURNING id
      """;
  private static final String LOG =
      """
      INSERT INTO sync_run_log (run_id, at, level, module, message)
      SELECT id, created_at, 'INFO', 'headers', 'line ' || line
      FROM sync_run, generate_series(1, 5) line WHERE reading = 1
      """;

  private OldRuns() {}

  static void make(Fleet fleet, Connection connection, int count) throws Exception {
    try (HeadersTopic topic = new HeadersTopic(fleet.broker().address())) {
      for (int first = 1; first <= count; first += BATCH) {
        int last = Math.min(count, first + BATCH - 1);
        for (UUID run : insert(connection, first, last)) {
          topic.mark(
              new HeaderEvent.EndOfHeaders(
                  "default", run, Mode.INCREMENTAL, Instant.now(), 1L, false, Instant.now()));
        }
        topic.flush();
      }
      DatabaseQueries.execute(connection, LOG);
      topic.awaitRead(PATIENCE);
      long rows = (long) count * topic.partitions();
      Waiting.until(
          "the progress of old runs",
          PATIENCE,
          LOOK,
          () ->
              DatabaseQueries.number(connection, "SELECT count(*) FROM sync_run_progress") >= rows);
    }
    Waiting.until(
        "the outbox to be empty",
        PATIENCE,
        LOOK,
        () -> DatabaseQueries.number(connection, "SELECT count(*) FROM outbox") == 0);
    DatabaseQueries.execute(connection, "VACUUM ANALYZE");
  }

  private static List<UUID> insert(Connection connection, int first, int last) throws SQLException {
    List<UUID> runs = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(INSERT.formatted(first, last))) {
      while (rows.next()) {
        runs.add(rows.getObject(1, UUID.class));
      }
    }
    return runs;
  }
}
