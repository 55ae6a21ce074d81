package dev.ordem.producer.api.runs;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.api.http.NamedAccount;
import dev.ordem.producer.api.http.QueryParameters;
import dev.ordem.producer.api.http.RequestBody;
import dev.ordem.producer.api.http.RequestDefaults;
import dev.ordem.producer.api.runs.RunDetails.LogLine;
import dev.ordem.producer.certificate.CertificateCheck;
import dev.ordem.producer.certificate.Differences;
import dev.ordem.runtime.http.Problem;
import dev.ordem.tiny.AccountHealth;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs: asking for one, looking at them, and what may be done to one. What is allowed is decided by
 * the functions of Postgres that everybody uses.
 */
public final class RunsApi {
  private static final String ASK =
      "SELECT ordem_run(?, ?, ?::date, ?::date, ?::bigint, ?, ?, ?) AS id";
  private static final List<String> STATUSES =
      Stream.of(RunStatus.values()).map(RunStatus::name).toList();
  private static final List<String> MODES = Stream.of(Mode.values()).map(Mode::text).toList();
  private static final int MOST = 200;
  private static final int USUAL = 50;

  private final ApiDatabase database;
  private final Supplier<List<AccountHealth>> accounts;
  private final NamedAccount named;
  private final CurrentCertificates certificates;
  private final RequestDefaults defaults;
  private final InstantSource clock;

  /** Does no I/O. */
  public RunsApi(
      ApiDatabase database,
      Supplier<List<AccountHealth>> accounts,
      CurrentCertificates certificates,
      RequestDefaults defaults,
      InstantSource clock) {
    this.database = database;
    this.accounts = accounts;
    this.named = new NamedAccount(database, () -> ApiDatabase.known(accounts));
    this.certificates = certificates;
    this.defaults = defaults;
    this.clock = clock;
  }

  public void routes(RoutesConfig routes) {
    routes.post("/api/runs", this::ask);
    routes.get("/api/runs", this::list);
    routes.get("/api/runs/{id}", this::one);
    routes.get("/api/runs/{id}/log", this::log);
    routes.get("/api/runs/{id}/certificate", this::certificate);
    routes.post("/api/runs/{id}/start", http -> act(http, "SELECT ordem_start(?)"));
    routes.post("/api/runs/{id}/cancel", http -> act(http, "SELECT ordem_cancel(?)"));
    routes.post("/api/runs/{id}/resume", this::resume);
  }

  /** What became of a run. */
  record Accepted(UUID runId, String status) {}

  /**
   * A page of runs, newest first.
   *
   * @param next where the next page is; null: this is the last
   */
  record RunPage(List<RunAnswer> runs, @Nullable String next) {}

  /**
   * A page of a run's log, oldest first.
   *
   * @param next where the next page is; null: this is the last
   */
  record LogPage(UUID runId, List<LogLine> lines, @Nullable String next) {}

  /**
   * What was proved of a run.
   *
   * @param certificate partition by partition; null: nothing was
   */
  record Proof(UUID runId, String account, String status, @Nullable JsonNode certificate) {}

  /**
   * What was proved of a run, and what its account holds now.
   *
   * @param differences by the ids of what differs
   */
  record ProofAndPresent(
      @JsonUnwrapped Proof proof, CertificateCheck.Result current, Differences.Found differences) {}

  private void ask(Context http) {
    RunRequestBody asked = RunRequestBody.read(http.body(), defaults, database);
    accept(http, database.in(connection -> ask(connection, asked)));
  }

  private static Accepted ask(Connection connection, RunRequestBody asked) throws SQLException {
    List<UUID> ids =
        ApiDatabase.list(
            connection,
            row -> row.getObject("id", UUID.class),
            ASK,
            asked.mode(),
            asked.account(),
            RunRequestBody.parameter(asked.from()),
            RunRequestBody.parameter(asked.to()),
            asked.max(),
            asked.headersOnly(),
            !asked.start(),
            asked.requestedBy());
    return accepted(connection, ids.get(0));
  }

  private void act(Context http, String sql, @Nullable Object... more) {
    UUID runId = id(http);
    List<Object> parameters = new ArrayList<>(List.of(runId));
    for (Object each : more) {
      parameters.add(each);
    }
    Accepted accepted =
        database.in(
            connection -> {
              ApiDatabase.list(connection, row -> row.getString(1), sql, parameters.toArray());
              return accepted(connection, runId);
            });
    accept(http, accepted);
  }

  private void resume(Context http) {
    Boolean confirm =
        RequestBody.read(http.body(), Set.of("confirmAbsences")).flag("confirmAbsences");
    if (confirm == null) {
      act(http, "SELECT ordem_resume(?)");
    } else {
      act(http, "SELECT ordem_resume(?, ?)", confirm);
    }
  }

  private static Accepted accepted(Connection connection, UUID runId) throws SQLException {
    String sql = "SELECT status FROM sync_run WHERE id = ?";
    return new Accepted(
        runId, ApiDatabase.list(connection, row -> row.getString("status"), sql, runId).get(0));
  }

  private static void accept(Context http, Accepted accepted) {
    http.status(202).header("Location", "/api/runs/" + accepted.runId());
    JsonResponse.send(http, accepted);
  }

  private void one(Context http) {
    UUID runId = id(http);
    AccountPaces paces = new AccountPaces(accounts);
    JsonResponse.send(
        http,
        database
            .in(connection -> RunDetails.of(connection, runId, clock.instant(), paces))
            .orElseThrow(() -> unknown(runId)));
  }

  /** Newest first; {@code before} is the last run of the page before. */
  private void list(Context http) {
    int limit = limit(http);
    String before = http.queryParam("before");
    UUID last = before == null ? null : id("before", before);
    String status = QueryParameters.word(http, "status", STATUSES);
    String sql =
        RunAnswer.SELECT
            + """
             WHERE (?::text IS NULL OR r.account = ?) AND (?::text IS NULL OR r.mode = ?)
               AND (?::text IS NULL OR r.status = ?)
               AND (?::uuid IS NULL OR (r.created_at, r.id)
                 < (SELECT b.created_at, b.id FROM sync_run b WHERE b.id = ?))
             ORDER BY r.created_at DESC, r.id DESC LIMIT ?
            """;
    String account = http.queryParam("account");
    String mode = QueryParameters.word(http, "mode", MODES);
    AccountPaces paces = new AccountPaces(accounts);
    List<RunAnswer> runs =
        database.list(
            row -> RunAnswer.of(row, clock.instant(), paces),
            sql,
            account,
            account,
            mode,
            mode,
            status,
            status,
            last,
            last,
            limit);
    if (runs.isEmpty()) {
      named.require(account);
    }
    JsonResponse.send(http, new RunPage(runs, runs.size() < limit ? null : next(http, runs)));
  }

  private static String next(Context http, List<RunAnswer> runs) {
    StringBuilder next = new StringBuilder("/api/runs?before=");
    next.append(runs.get(runs.size() - 1).runId());
    for (String filter : List.of("account", "mode", "status", "limit")) {
      Optional.ofNullable(http.queryParam(filter))
          .ifPresent(
              value ->
                  next.append('&')
                      .append(filter)
                      .append('=')
                      .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    }
    return next.toString();
  }

  private void log(Context http) {
    UUID runId = id(http);
    int limit = limit(http);
    long after = QueryParameters.number(http, "after", 0, 0, Long.MAX_VALUE);
    if (database.first(row -> true, "SELECT FROM sync_run WHERE id = ?", runId).isEmpty()) {
      throw unknown(runId);
    }
    List<LogLine> lines =
        database.list(
            LogLine::of,
            "SELECT * FROM sync_run_log WHERE run_id = ? AND id > ? ORDER BY id LIMIT ?",
            runId,
            after,
            limit);
    String next =
        lines.size() < limit
            ? null
            : "/api/runs/%s/log?after=%d&limit=%d"
                .formatted(runId, lines.get(lines.size() - 1).id(), limit);
    JsonResponse.send(http, new LogPage(runId, lines, next));
  }

  private void certificate(Context http) {
    UUID runId = id(http);
    Proof proof =
        database
            .first(
                row ->
                    new Proof(
                        runId,
                        row.getString("account"),
                        row.getString("status"),
                        JsonResponse.read(row.getString("certificate"))),
                "SELECT account, status, certificate FROM sync_run WHERE id = ?",
                runId)
            .orElseThrow(() -> unknown(runId));
    CertificateCheck.Result current = certificates.compare(proof.account());
    JsonResponse.send(http, new ProofAndPresent(proof, current, certificates.differences(current)));
  }

  private static Problem unknown(UUID runId) {
    return Problem.notFound("there is no run " + runId + "; GET /api/runs lists them");
  }

  private static int limit(Context http) {
    return (int) QueryParameters.number(http, "limit", USUAL, 1, MOST);
  }

  private static UUID id(Context http) {
    return id("run", http.pathParam("id"));
  }

  private static UUID id(String what, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
          what + " \"" + text + "\" is no id of a run; GET /api/runs lists them", e);
    }
  }
}
