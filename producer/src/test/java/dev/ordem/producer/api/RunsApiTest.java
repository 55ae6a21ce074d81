package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunsApiTest {
  private static ApiServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new ApiServer();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    server.clear();
  }

  @Test
  void askingForARunQueuesIt() throws Exception {
    HttpResponse<String> answer =
        server.post(
            "/api/runs",
            "{\"mode\":\"full\",\"max\":7,\"headersOnly\":true,\"start\":false,"
                + "\"requestedBy\":\"up\"}");
    JsonNode said = server.body(answer, 202);
    String runId = said.path("runId").asText();
    assertThat(answer.headers().firstValue("Location")).contains("/api/runs/" + runId);
    assertThat(said.path("status").asText()).isEqualTo("QUEUED");
    JsonNode run = server.get("/api/runs/" + runId);
    assertThat(run.path("account").asText()).isEqualTo("loja");
    assertThat(run.path("mode").asText()).isEqualTo("full");
    assertThat(run.path("request").path("max").asLong()).isEqualTo(7);
    assertThat(run.path("request").path("startLater").asBoolean()).isTrue();
    assertThat(run.path("requestedBy").asText()).isEqualTo("up");
    assertThat(run.path("limited").asBoolean()).isTrue();
    assertThat(server.get("/api/runs").path("runs")).hasSize(1);
  }

  @Test
  void anEmptyBodyAsksForAnIncrementalRun() throws Exception {
    server.body(server.post("/api/runs", ""), 202);
    assertThat(server.database.text("SELECT mode || requested_by FROM sync_run"))
        .isEqualTo("incrementalapi");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"mode\":\"often\"} | 400 | mode",
        "{\"mode\":7} | 400 | mode",
        "{\"mode\":\"period\",\"from\":\"2026-01-01\"} | 400 | to",
        "{\"mode\":\"period\",\"from\":\"01/02/2026\",\"to\":\"2026-01-01\"} | 400 | from",
        "{\"mode\":\"period\",\"from\":\"-999999999-01-01\",\"to\":\"+999999999-12-31\"} | 400 |"
            + " from -999999999-01-01: must be from 2000-01-01",
        "{\"mode\":\"fu\\u0000ll\"} | 400 | mode: ",
        "{\"account\":\"\\u0000\"} | 400 | account: ",
        "{\"mode\":\"period\",\"from\":\"1999-12-31\",\"to\":\"2026-01-01\"} | 400 | 2000-01-01",
        "{\"mode\":\"full\",\"to\":\"2026-01-01\"} | 400 | to",
        "{\"max\":0} | 400 | max",
        "{\"max\":1.5} | 400 | max",
        "{\"headersOnly\":\"yes\"} | 400 | headersOnly",
        "{\"requestedBy\":\"schedule\"} | 400 | requestedBy",
        "{\"account\":\"Loja 1\"} | 400 | account",
        "{\"account\":\"nobody\"} | 404 | nobody",
        "{\"modus\":\"full\"} | 400 | modus",
        "[1] | 400 | object",
        "{ | 400 | JSON",
        "{\"mode\":\"full\"} trailing | 400 | JSON",
        "{\"mode\":\"full\"}{} | 400 | JSON",
        "{\"mode\":\"full\",\"mode\":\"incremental\"} | 400 | mode",
      })
  void whatCannotBeIsRefusedByName(String body, int status, String named) throws Exception {
    JsonNode problem = server.body(server.post("/api/runs", body), status);
    assertThat(problem.path("detail").asText()).contains(named);
    assertThat(server.get("/api/runs").path("runs")).isEmpty();
  }

  @Test
  void theRunInTheWayIsNamed() throws Exception {
    UUID first = server.database.run("'full', 'loja'");
    JsonNode problem = server.body(server.post("/api/runs", "{\"mode\":\"full\"}"), 409);
    assertThat(problem.path("runId").asText()).isEqualTo(first.toString());
    assertThat(problem.path("detail").asText()).contains(first.toString());
  }

  @Test
  void whatIsDoneToARunIsDoneWhenTheAnswerIsThere() throws Exception {
    UUID run = server.database.run("'full', 'loja', start_later => true");
    String path = "/api/runs/" + run;
    assertThat(server.body(server.post(path + "/start", ""), 202).path("status").asText())
        .isEqualTo("QUEUED");
    server.body(server.post(path + "/start", ""), 409);
    assertThat(server.body(server.post(path + "/cancel", "{}"), 202).path("status").asText())
        .isEqualTo("CANCELED");
    JsonNode again = server.body(server.post(path + "/cancel", "{}"), 409);
    assertThat(again.path("detail").asText()).contains("CANCELED");
    assertThat(again.has("runId")).isFalse();
    assertThat(server.body(server.post(path + "/resume", ""), 202).path("status").asText())
        .isEqualTo("QUEUED");
    server.database.execute(
        "UPDATE sync_run SET status = 'PARTIAL', absences = 'ASKED', cursor = '{\"ended\": true}'");
    server.body(server.post(path + "/resume", "{\"confirmAbsences\":1}"), 400);
    assertThat(
            server
                .body(server.post(path + "/resume", "{\"confirmAbsences\":true}"), 202)
                .path("status")
                .asText())
        .isEqualTo("RUNNING");
    assertThat(server.get(path).path("absences").asText()).isEqualTo("CONFIRMED");
  }

  @ParameterizedTest
  @CsvSource({"start", "cancel", "resume"})
  void anUnknownRunIsNotFoundAndABadIdRefused(String verb) throws Exception {
    server.body(server.post("/api/runs/" + UUID.randomUUID() + "/" + verb, ""), 404);
    server.body(server.post("/api/runs/7/" + verb, ""), 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/log", "/certificate"})
  void anUnknownRunHasNothingToShow(String path) throws Exception {
    server.body(server.send("GET", "/api/runs/" + UUID.randomUUID() + path, ""), 404);
    server.body(server.send("GET", "/api/runs/7" + path, ""), 400);
  }

  @Test
  void aRunIsToldWithItsCountsItsRateAndTheTimeLeft() throws Exception {
    UUID run = server.database.run("'full', 'loja'");
    server.database.execute(
        "UPDATE sync_run SET status = 'RUNNING', started_at = '2026-02-10T11:58:00Z',"
            + " waits_for = 'quota', details = '{\"status\":\"RUNNING\",\"done\":60,\"total\":120}'");
    server.database.execute(
        "INSERT INTO sync_run_progress (run_id, partition, account, ended, seen, fresh, changed,"
            + " unchanged, requested, settled, parked, open, dropped, updated_at, source_offset)"
            + " SELECT '"
            + run
            + "', n, 'loja', true, 9, 1, 2, 6, 60, 30, 0, 29, 1, now(), 1"
            + " FROM generate_series(0, 1) AS n");
    JsonNode told = server.get("/api/runs/" + run);
    assertThat(told.path("ratePerMinute").asDouble()).isEqualTo(30.0);
    assertThat(told.path("etaSeconds").asLong()).isEqualTo(120);
    assertThat(told.path("counts").toString())
        .isEqualTo(
            "{\"seen\":18,\"fresh\":2,\"changed\":4,\"unchanged\":12,\"requested\":120,"
                + "\"settled\":60,\"open\":58,\"parked\":0,\"dropped\":2}");
    assertThat(told.path("modules").path("details").path("done").asLong()).isEqualTo(60);
    assertThat(told.path("waitsFor").asText()).isEqualTo("quota");
    assertThat(told.path("startedAt").asText()).isEqualTo("2026-02-10T11:58:00Z");
    assertThat(told.path("finishedAt").isNull()).isTrue();
  }

  @Test
  void aRunNamesTheFirstOfTheOrdersItLeftAndCountsTheOthers() throws Exception {
    UUID run = server.database.run("'full', 'loja'");
    server.database.execute(
        "INSERT INTO os_sync_queue (account, os_id, state, lane, run_id, attempts,"
            + " last_error, last_error_cause, updated_at, source_offset)"
            + " SELECT 'loja', n, CASE WHEN n = 2 THEN 'SETTLED' ELSE 'PARKED' END, 'HOT',"
            + " CASE WHEN n = 3 THEN null ELSE '"
            + run
            + "'::uuid END, 1, 'GET /ordem-servico/' || n || ': 500', 'http-500', now(), 1"
            + " FROM generate_series(1, 26) AS n;"
            + " INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error,"
            + " run_ids) VALUES ('os', 'loja', 0, 'REFUSED', 0, 'index', 'too large', '{"
            + run
            + "}')");
    JsonNode parked = server.get("/api/runs/" + run).path("parked");
    assertThat(parked.path("total").asLong()).isEqualTo(25);
    assertThat(parked.path("orders").findValuesAsText("osId"))
        .hasSize(20)
        .startsWith("0", "1", "4");
    assertThat(parked.path("orders").get(0).path("state").asText()).isEqualTo("REFUSED");
    assertThat(parked.path("orders").get(1).path("cause").asText()).isEqualTo("http-500");
    UUID other = server.database.run("'incremental', 'loja'");
    assertThat(server.get("/api/runs/" + other).path("parked").toString())
        .isEqualTo("{\"orders\":[],\"total\":0}");
  }

  @Test
  void runsAreListedByKeyAndFilter() throws Exception {
    List<String> newestFirst = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      newestFirst.add(0, server.database.run("'full', 'loja', max => " + (n + 1)).toString());
    }
    server.database.run("'full', 'outra'");
    server.database.run("'incremental', 'loja'");
    server.database.execute(
        "UPDATE sync_run SET created_at = '2026-02-10T12:00:00Z' WHERE account = 'loja'");
    List<String> seen = new ArrayList<>();
    String next = "/api/runs?account=loja&mode=full&status=queued&limit=2";
    while (next != null) {
      JsonNode page = server.get(next);
      page.path("runs").forEach(run -> seen.add(run.path("runId").asText()));
      assertThat(page.path("runs").size()).isLessThanOrEqualTo(2);
      next = page.path("next").isNull() ? null : page.path("next").asText();
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(newestFirst);
    assertThat(server.get("/api/runs?status=COMPLETE").path("runs")).isEmpty();
    server.body(server.send("GET", "/api/runs?limit=0", ""), 400);
    server.body(server.send("GET", "/api/runs?before=x", ""), 400);
    server.body(server.send("GET", "/api/runs?account=%00", ""), 400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "status=X | 400 | QUEUED, RUNNING",
        "mode=X | 400 | incremental, full",
        "account=nosuch | 404 | there is no account nosuch",
      })
  void aFilterThatNothingCanPassIsRefusedByName(String filter, int status, String named)
      throws Exception {
    JsonNode problem = server.body(server.send("GET", "/api/runs?" + filter, ""), status);
    assertThat(problem.path("detail").asText()).contains(named);
  }

  @Test
  void anAccountThatWasDisconnectedIsThereAsLongAsItsRunsAre() throws Exception {
    server.database.run("'full', 'outra'");
    assertThat(server.get("/api/runs?account=outra&mode=period").path("runs")).isEmpty();
    assertThat(server.get("/api/runs?account=loja").path("runs")).isEmpty();
  }

  @Test
  void aRunsLogIsReadPageByPage() throws Exception {
    UUID run = server.database.run("'full', 'loja'");
    server.database.execute(
        "INSERT INTO sync_run_log (run_id, level, module, message, metadata) SELECT '"
            + run
            + "', 'INFO', 'run', 'line ' || n, '{\"page\": 1}' FROM generate_series(1, 25) AS n");
    JsonNode first = server.get("/api/runs/" + run + "/log?limit=20");
    assertThat(first.path("lines")).hasSize(20);
    assertThat(first.path("lines").get(0).path("message").asText()).isEqualTo("line 1");
    assertThat(first.path("lines").get(0).path("metadata").path("page").asInt()).isOne();
    JsonNode second = server.get(first.path("next").asText());
    assertThat(second.path("lines").findValuesAsText("message"))
        .containsExactly("line 21", "line 22", "line 23", "line 24", "line 25");
    assertThat(second.path("next").isNull()).isTrue();
    assertThat(server.get("/api/runs/" + run).path("log").findValuesAsText("message"))
        .hasSize(20)
        .startsWith("line 6")
        .endsWith("line 25");
  }

  @Test
  void aCertificateIsComparedWithWhatTheAccountHoldsNow() throws Exception {
    UUID run = server.database.run("'full', 'loja'");
    server.database.execute(
        "UPDATE sync_run SET certificate = '[{\"partition\": 0}]', report = '{\"seen\": 1}';"
            + " INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,"
            + " postgres_system, partitions) VALUES ('loja', '"
            + run
            + "', 'k', 'h', 'e', 'p', 1);"
            + " INSERT INTO account_certificate (account, partition, generation, version, orders,"
            + " orders_xor, changes, changes_xor, by_situacao, suspects, audited, missed,"
            + " updated_at, source_offset) VALUES ('loja', 0, '"
            + run
            + "', 1, 0, 0, 0, 0, '{}', 0, 0, 0, now(), 1)");
    JsonNode proof = server.get("/api/runs/" + run + "/certificate");
    assertThat(proof.path("certificate").get(0).path("partition").asInt(-1)).isZero();
    assertThat(proof.path("current").path("equal").asBoolean()).isTrue();
    server.database.execute(
        "INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error)"
            + " VALUES ('os', 'loja', 7, 'REFUSED', 0, 'index', 'too large')");
    JsonNode current = server.get("/api/runs/" + run + "/certificate").path("current");
    assertThat(current.path("equal").asBoolean()).isFalse();
    assertThat(current.path("rows").findValuesAsText("osId")).containsExactly("7");
    assertThat(server.get("/api/runs/" + run).path("report").path("seen").asInt()).isOne();
    server.database.execute("UPDATE account_certificate SET orders = 1");
    assertThat(
            server
                .get("/api/runs/" + run + "/certificate")
                .path("differences")
                .path("trouble")
                .asText())
        .contains("no broker");
  }
}
