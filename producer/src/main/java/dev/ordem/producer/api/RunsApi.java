package dev.ordem.producer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Runs: asking for one, looking at them, and what may be done to one. */
final class RunsApi {
  private static final String ONE =
      """
      SELECT jsonb_build_object(
        'runId', r.id, 'account', r.account, 'mode', r.mode, 'status', r.status,
        'createdAt', r.created_at, 'startedAt', r.started_at, 'finishedAt', r.finished_at,
        'updatedAt', r.updated_at, 'error', r.error, 'request', r.request,
        'modules', jsonb_build_object('headers', r.headers, 'details', r.details, 'store', r.store),
        'counts', (SELECT jsonb_build_object(
            'seen', coalesce(sum(p.seen), 0), 'fresh', coalesce(sum(p.fresh), 0),
            'changed', coalesce(sum(p.changed), 0), 'unchanged', coalesce(sum(p.unchanged), 0),
            'requested', coalesce(sum(p.requested), 0), 'settled', coalesce(sum(p.settled), 0),
            'parked', coalesce(sum(p.parked), 0))
          FROM sync_run_progress p WHERE p.run_id = r.id)) AS run
      FROM sync_run r
      """;

  /**
   * The first of those that wait for a person. An order that an earlier run parked is that run's
   * there, so the counts may know of more.
   */
  private static final String PARKED =
      """
      SELECT jsonb_build_object(
        'orders', coalesce((SELECT jsonb_agg(to_jsonb(q)) FROM (
            SELECT os_id AS "osId", last_error_cause AS cause, last_error AS error
            FROM os_sync_queue WHERE account = r.account AND run_id = r.id AND state = 'PARKED'
            ORDER BY os_id LIMIT ?) AS q), '[]'),
        'total', greatest(
            (SELECT coalesce(sum(p.parked), 0) FROM sync_run_progress p WHERE p.run_id = r.id),
            (SELECT count(*) FROM os_sync_queue q
              WHERE q.account = r.account AND q.run_id = r.id AND q.state = 'PARKED')))::text
      FROM sync_run r WHERE r.id = ?
      """;

  private static final int NAMED = 20;
  private static final int MOST = 200;
  private static final int USUAL = 50;

  private final Database database;
  private final Outbox outbox;
  private final String account;
  private final @Nullable Long max;
  private final Clock clock;

  /**
   * Does no I/O.
   *
   * @param account of a run that names none
   * @param max of a run that names none; null: no limit
   */
  RunsApi(Database database, String account, @Nullable Long max, Clock clock) {
    this.database = database;
    this.outbox = new Outbox(database);
    this.account = account;
    this.max = max;
    this.clock = clock;
  }

  void routes(RoutesConfig routes) {
    routes.post("/api/runs", this::ask);
    routes.get("/api/runs", this::list);
    routes.get("/api/runs/{id}", this::one);
    routes.post("/api/runs/{id}/start", http -> act(http, Verb.START));
    routes.post("/api/runs/{id}/cancel", http -> act(http, Verb.CANCEL));
    routes.post("/api/runs/{id}/resume", http -> act(http, Verb.RESUME));
  }

  void ask(SyncCommand.Run run) {
    outbox.ask(run);
  }

  private void ask(Context http) {
    RunRequest request = RunBody.read(http.body(), account, max);
    UUID runId = UUID.randomUUID();
    outbox.ask(new SyncCommand.Run(request.account(), runId, request, now()));
    http.status(202)
        .header("Location", "/api/runs/" + runId)
        .json(Map.of("runId", runId.toString(), "status", RunStatus.QUEUED.toString()));
  }

  private void one(Context http) {
    ObjectNode run = run(id(http));
    run.set("parked", database.json(PARKED, NAMED, id(http)).orElseThrow());
    http.json(Pace.added(run, clock.instant()));
  }

  private void list(Context http) {
    int limit = limit(http);
    String sql =
        "SELECT coalesce(jsonb_agg(newest.run), '[]')::text FROM ("
            + ONE
            + " ORDER BY r.created_at DESC, r.id LIMIT ?) AS newest";
    http.json(Map.of("runs", database.json(sql, limit).orElseThrow()));
  }

  private static int limit(Context http) {
    String text = http.queryParam("limit");
    try {
      int limit = text == null ? USUAL : Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException e) {
      throw Problem.invalid("limit: \"" + text + "\" is no number from 1 to " + MOST, e);
    }
    throw Problem.invalid("limit: " + text + " is not from 1 to " + MOST);
  }

  private void act(Context http, Verb verb) {
    UUID runId = id(http);
    JsonNode run = run(runId);
    RunStatus status = RunStatus.valueOf(run.path("status").asText());
    if (!verb.goesWith(status, run.path("request").path("startLater").asBoolean())) {
      throw Problem.conflict("run " + runId + " is " + status + ": " + verb.rule);
    }
    outbox.send(verb.command(run.path("account").asText(), runId, now()));
    http.status(202)
        .header("Location", "/api/runs/" + runId)
        .json(Map.of("runId", runId.toString(), "status", status.toString()));
  }

  private ObjectNode run(UUID runId) {
    String sql = "SELECT run::text FROM (" + ONE + " WHERE r.id = ?) AS one";
    return database
        .json(sql, runId)
        .map(ObjectNode.class::cast)
        .orElseThrow(
            () -> Problem.notFound("there is no run " + runId + "; GET /api/runs lists them"));
  }

  private static UUID id(Context http) {
    String text = http.pathParam("id");
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("run \"" + text + "\" is no id; GET /api/runs lists them", e);
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /** What may be done to a run. */
  private enum Verb {
    START("only a QUEUED run that was asked for with start:false can be started"),
    CANCEL("only a QUEUED or RUNNING run can be cancelled"),
    RESUME("only a PARTIAL, FAILED or CANCELED run can be resumed");

    final String rule;

    Verb(String rule) {
      this.rule = rule;
    }

    boolean goesWith(RunStatus status, boolean startLater) {
      return switch (this) {
        case START -> status == RunStatus.QUEUED && startLater;
        case CANCEL -> !status.ended();
        case RESUME -> status.ended() && status != RunStatus.COMPLETE;
      };
    }

    SyncCommand.OfRun command(String account, UUID runId, Instant now) {
      return switch (this) {
        case START -> new SyncCommand.Start(account, runId, now);
        case CANCEL -> new SyncCommand.Cancel(account, runId, now);
        case RESUME -> new SyncCommand.Resume(account, runId, now);
      };
    }
  }
}
