package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import dev.ordem.tiny.AccountHealth;
import io.javalin.Javalin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API over HTTP and a real Postgres that has the tables which the sink promises. */
class ApiTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00.123456Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TABLES =
      """
      CREATE TABLE sync_run (id uuid PRIMARY KEY, account text, mode text, status text,
        created_at timestamptz, started_at timestamptz, finished_at timestamptz, error text,
        request jsonb, cursor jsonb, headers jsonb, details jsonb, store jsonb,
        updated_at timestamptz);
      CREATE TABLE sync_run_progress (run_id uuid, partition int, seen bigint, fresh bigint,
        changed bigint, unchanged bigint, requested bigint, settled bigint, parked bigint);
      CREATE TABLE outbox (id uuid PRIMARY KEY, aggregatetype text, aggregateid text, type text,
        payload jsonb, created_at timestamptz DEFAULT now());
      CREATE TABLE tiny_quota_slot (account text, span smallint, slot int, free_at timestamptz);
      CREATE TABLE os (account text, id bigint, numero text, situacao smallint,
        details_synced boolean, total_servicos numeric, total_pecas numeric, total numeric,
        removed_at timestamptz);
      CREATE TABLE os_status_history (account text, os_id bigint, sequence bigint,
        from_situacao smallint, to_situacao smallint, seen_before timestamptz,
        seen_at timestamptz, source text, run_id uuid);
      CREATE TABLE os_sync_queue (account text, os_id bigint, state text, lane text, run_id uuid,
        attempts int, next_attempt_at timestamptz, last_error text, last_error_cause text,
        last_error_excerpt text, failing_since timestamptz, updated_at timestamptz);
      """;

  private static EmbeddedPostgres postgres;
  private static Javalin server;
  private static @Nullable DataSource source;
  private static Api api;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    api =
        new Api(
            () -> Optional.ofNullable(source),
            () -> List.of(account()),
            new Api.Defaults("loja", null),
            Clock.fixed(NOW, ZoneOffset.UTC),
            new Door(Optional::empty, true, Optional.empty()));
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  api.routes(config.routes);
                })
            .start("127.0.0.1", 0);
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
    postgres.close();
  }

  @BeforeEach
  void tables() throws SQLException {
    source = postgres.getPostgresDatabase();
    execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + TABLES);
  }

  @Test
  void askingForARunQueuesItAndItsCommandTogether() throws Exception {
    HttpResponse<String> answer =
        post("/api/runs", "{\"mode\":\"full\",\"max\":7,\"headersOnly\":true,\"start\":false}");
    assertThat(answer.statusCode()).isEqualTo(202);
    UUID runId = UUID.fromString(JSON.readTree(answer.body()).path("runId").asText());
    assertThat(answer.headers().firstValue("Location")).contains("/api/runs/" + runId);
    assertThat(JSON.readTree(answer.body()).path("status").asText()).isEqualTo("QUEUED");
    RunRequest request = new RunRequest("loja", Mode.FULL, null, null, 7L, true, true);
    assertThat(outbox()).containsExactly(new SyncCommand.Run("loja", runId, request, NOW));

    JsonNode run = get("/api/runs/" + runId);
    assertThat(run.path("status").asText()).isEqualTo("QUEUED");
    assertThat(run.path("mode").asText()).isEqualTo("full");
    assertThat(run.path("request").path("max").asLong()).isEqualTo(7);
    assertThat(get("/api/runs").path("runs")).hasSize(1);
  }

  @Test
  void anEmptyBodyAsksForAnIncrementalRun() throws Exception {
    assertThat(post("/api/runs", "").statusCode()).isEqualTo(202);
    assertThat(outbox())
        .singleElement()
        .satisfies(
            command ->
                assertThat(((SyncCommand.Run) command).request())
                    .isEqualTo(RunRequest.of("loja", Mode.INCREMENTAL)));
  }

  @Test
  void askingTwiceForTheSameRunAsksOnce() throws Exception {
    SyncCommand.Run run =
        new SyncCommand.Run("loja", new UUID(1, 2), RunRequest.of("loja", Mode.FULL), NOW);
    api.ask(run);
    api.ask(run);
    assertThat(outbox()).containsExactly(run);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"mode\":\"often\"} | mode",
        "{\"mode\":7} | mode",
        "{\"mode\":\"period\",\"from\":\"2026-01-01\"} | to",
        "{\"mode\":\"period\",\"from\":\"01/02/2026\",\"to\":\"2026-01-01\"} | from",
        "{\"mode\":\"full\",\"to\":\"2026-01-01\"} | to",
        "{\"max\":0} | max",
        "{\"max\":1.5} | max",
        "{\"headersOnly\":\"yes\"} | headersOnly",
        "{\"account\":\"Loja 1\"} | account",
        "{\"modus\":\"full\"} | modus",
        "[1] | object",
        "{ | JSON",
      })
  void whatCannotBeIsRefusedByName(String body, String named) throws Exception {
    HttpResponse<String> answer = post("/api/runs", body);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(JSON.readTree(answer.body()).path("detail").asText()).contains(named);
    assertThat(outbox()).isEmpty();
  }

  @Test
  void aRunIsToldWithItsCountsItsRateAndTheTimeLeft() throws Exception {
    UUID runId = run("RUNNING", "false");
    execute(
        "UPDATE sync_run SET started_at = '2026-02-10T11:58:00.123456Z',"
            + " details = '{\"status\":\"RUNNING\",\"done\":60,\"total\":120}'");
    execute("INSERT INTO sync_run_progress VALUES ('" + runId + "', 0, 9, 1, 2, 6, 120, 60, 0)");
    JsonNode run = get("/api/runs/" + runId);
    assertThat(run.path("ratePerMinute").asDouble()).isEqualTo(30.0);
    assertThat(run.path("etaSeconds").asLong()).isEqualTo(120);
    assertThat(run.path("counts").path("unchanged").asLong()).isEqualTo(6);
    assertThat(run.path("modules").path("details").path("done").asLong()).isEqualTo(60);
  }

  @Test
  void aRunNamesTheFirstOfItsParkedOrdersAndCountsTheOthers() throws Exception {
    UUID runId = run("PARTIAL", "false");
    execute(
        "INSERT INTO sync_run_progress VALUES ('"
            + runId
            + "', 0, 9, 0, 0, 9, 30, 5, 25);"
            + " INSERT INTO os_sync_queue SELECT 'loja', n, CASE WHEN n = 2 THEN 'SETTLED'"
            + " ELSE 'PARKED' END, 'HOT', CASE WHEN n = 3 THEN null ELSE '"
            + runId
            + "'::uuid END,"
            + " 1, null, 'GET /ordem-servico/' || n || ': 500', 'http-500', null, now(), now()"
            + " FROM generate_series(1, 26) AS n");
    JsonNode parked = get("/api/runs/" + runId).path("parked");
    assertThat(parked.path("total").asLong()).isEqualTo(25);
    assertThat(parked.path("orders").findValuesAsText("osId"))
        .hasSize(20)
        .startsWith("1", "4")
        .endsWith("22");
    assertThat(parked.path("orders").get(0).path("cause").asText()).isEqualTo("http-500");
    assertThat(parked.path("orders").get(0).path("error").asText())
        .isEqualTo("GET /ordem-servico/1: 500");

    assertThat(get("/api/runs/" + run("COMPLETE", "false")).path("parked"))
        .isEqualTo(JSON.readTree("{\"orders\": [], \"total\": 0}"));
  }

  @ParameterizedTest
  @CsvSource({
    "cancel,QUEUED,false,202",
    "cancel,RUNNING,false,202",
    "cancel,COMPLETE,false,409",
    "resume,FAILED,false,202",
    "resume,PARTIAL,false,202",
    "resume,CANCELED,false,202",
    "resume,RUNNING,false,409",
    "resume,COMPLETE,false,409",
    "start,QUEUED,true,202",
    "start,QUEUED,false,409",
    "start,RUNNING,true,409",
  })
  void whatMayBeDoneDependsOnTheState(String verb, String status, String later, int expected)
      throws Exception {
    UUID runId = run(status, later);
    assertThat(post("/api/runs/" + runId + "/" + verb, "{}").statusCode()).isEqualTo(expected);
    assertThat(outbox()).hasSize(expected == 202 ? 1 : 0);
  }

  @Test
  void anUnknownRunIsNotFoundAndABadIdRefused() throws Exception {
    assertThat(post("/api/runs/" + UUID.randomUUID() + "/cancel", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/api/runs/7", "").statusCode()).isEqualTo(400);
    assertThat(send("GET", "/api/runs?limit=0", "").statusCode()).isEqualTo(400);
  }

  @Test
  void theStatusCountsOrdersQueueAndAccounts() throws Exception {
    execute("INSERT INTO os VALUES ('loja', 1, '1', 3, true, 10, 5, 15, null)");
    execute("INSERT INTO os VALUES ('loja', 2, '2', 0, false, null, null, null, null)");
    execute("INSERT INTO os VALUES ('loja', 3, '3', 0, true, 1, 1, 2, now())");
    failing(2);
    execute(
        "INSERT INTO tiny_quota_slot VALUES ('loja', 1, 1, now() + interval '1 hour'),"
            + " ('loja', 1, 2, '-infinity'), ('loja', 0, 1, now() + interval '1 hour')");
    run("COMPLETE", "false");
    execute("UPDATE sync_run SET finished_at = now() - interval '90 s'");
    JsonNode status = get("/api/status");
    assertThat(status.path("orders").path("total").asLong()).isEqualTo(2);
    assertThat(status.path("orders").path("withDetails").asLong()).isEqualTo(1);
    assertThat(status.path("orders").path("totalOrdens").asLong()).isEqualTo(15);
    assertThat(status.path("queue")).hasSize(1);
    assertThat(status.path("queue").get(0).path("lane").asText()).isEqualTo("RETRY");
    assertThat(status.path("lastSuccess").get(0).path("ageSeconds").asLong()).isBetween(90L, 600L);
    JsonNode quota = status.path("accounts").get(0).path("quota");
    assertThat(quota.path("perWindow").asLong()).isEqualTo(30);
    assertThat(quota.path("usedInWindow").asLong()).isEqualTo(1);
    assertThat(get("/api/accounts").path("accounts")).isEqualTo(status.path("accounts"));
    JsonNode failures = get("/api/failures").path("failures");
    assertThat(failures.get(0).path("cause").asText()).isEqualTo("http-500");
  }

  @Test
  void anOrderIsToldWithItsHistoryAndCanBeRefreshed() throws Exception {
    execute("INSERT INTO os VALUES ('loja', 1, '1', 3, true, 10, 5, 15, null)");
    execute(
        "INSERT INTO os_status_history VALUES ('loja', 1, 2, 0, 3, now(), now(), 'HEADER', null),"
            + " ('loja', 1, 1, null, 0, null, now(), 'HEADER', null)");
    JsonNode order = get("/api/os/loja/1");
    assertThat(order.path("numero").asText()).isEqualTo("1");
    assertThat(order.path("history").get(1).path("to_situacao").asInt()).isEqualTo(3);
    assertThat(send("GET", "/api/os/loja/9", "").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/api/os/loja/nine", "").statusCode()).isEqualTo(400);
    assertThat(post("/api/os/loja/1/refresh", "").statusCode()).isEqualTo(202);
    assertThat(outbox()).containsExactly(new SyncCommand.Refresh("loja", 1, NOW));
  }

  @Test
  void thePageIsThere() throws Exception {
    HttpResponse<String> page = send("GET", "/", "");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.body()).contains("api/status");
  }

  @Test
  void withoutTablesOrDatabaseTheCallerIsToldToTryAgain() throws Exception {
    execute("DROP TABLE outbox");
    HttpResponse<String> noTable = post("/api/runs", "{}");
    assertThat(noTable.statusCode()).isEqualTo(503);
    assertThat(noTable.headers().firstValue("Retry-After")).isPresent();
    assertThat(JSON.readTree(noTable.body()).path("detail").asText()).contains("the sink creates");
    assertThat(get("/api/runs").path("runs")).isEmpty();
    source = null;
    assertThat(send("GET", "/api/status", "").statusCode()).isEqualTo(503);
  }

  private static void failing(long osId) throws SQLException {
    execute(
        "INSERT INTO os_sync_queue VALUES ('loja', "
            + osId
            + ", 'RETRYING', 'RETRY', null, 2, now(), 'boom', 'http-500', '<html>', now(), now())");
  }

  private static UUID run(String status, String startLater) throws SQLException {
    UUID runId = UUID.randomUUID();
    execute(
        "INSERT INTO sync_run (id, account, mode, status, created_at, request) VALUES ('"
            + runId
            + "', 'loja', 'full', '"
            + status
            + "', now(), '{\"startLater\":"
            + startLater
            + "}')");
    return runId;
  }

  private static List<SyncCommand> outbox() throws SQLException {
    List<SyncCommand> commands = new ArrayList<>();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT payload::text FROM outbox")) {
      while (rows.next()) {
        byte[] value = rows.getString(1).getBytes(StandardCharsets.UTF_8);
        commands.add(
            Topics.SYNC_COMMANDS.value(
                new ConsumerRecord<>("sync-commands", 0, 0, new byte[0], value)));
      }
    }
    return commands;
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static AccountHealth account() {
    return new AccountHealth(
        "loja", AccountHealth.State.READY, null, null, null, 4, 30, Duration.ofMinutes(1), 0);
  }
}
