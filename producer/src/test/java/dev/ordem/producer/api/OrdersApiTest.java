package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders, failures, status and schedule over HTTP. */
class OrdersApiTest {
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
  void anOrderIsToldWithItsHistoryAndCanBeRefreshed() throws Exception {
    order(1, 3, true, "15");
    server.database.execute(
        "INSERT INTO os_status_history (account, os_id, sequence, id, from_situacao, to_situacao,"
            + " seen_at, source) VALUES ('loja', 1, 2, gen_random_uuid(), 0, 3, now(), 'HEADER'),"
            + " ('loja', 1, 1, gen_random_uuid(), null, 0, now(), 'HEADER')");
    JsonNode order = server.get("/api/os/loja/1");
    assertThat(order.path("numero").asText()).isEqualTo("101");
    assertThat(order.path("history").get(1).path("to_situacao").asInt()).isEqualTo(3);
    server.body(server.send("GET", "/api/os/loja/9", ""), 404);
    server.body(server.send("GET", "/api/os/loja/nine", ""), 400);
    JsonNode queued = server.body(server.post("/api/os/loja/1/refresh", ""), 202);
    assertThat(queued.path("status").asText()).isEqualTo("QUEUED");
    assertThat(server.database.texts("SELECT type || ' ' || aggregateid FROM outbox"))
        .containsExactly("refresh loja:1");
    server.body(server.post("/api/os/loja/9/refresh", ""), 404);
    server.body(server.post("/api/os/nobody/1/refresh", ""), 404);
  }

  @Test
  void anOrderIsFoundByTheNumberThatPeopleKnow() throws Exception {
    order(1, 3, true, "15");
    order(2, 3, true, "15");
    assertThat(server.get("/api/os/loja?numero=102").path("orders").findValuesAsText("osId"))
        .containsExactly("2");
    assertThat(server.get("/api/os/loja?numero=7").path("orders")).isEmpty();
    server.body(server.send("GET", "/api/os/outra?numero=102", ""), 404);
    server.body(server.send("GET", "/api/os/outra?order=102", ""), 404);
    server.body(server.send("GET", "/api/os/loja", ""), 400);
  }

  @Test
  void failuresAreListedAndTakenUp() throws Exception {
    failing(2, "PARKED", "http-500");
    failing(3, "RETRYING", "http-404");
    order(2, 3, true, "15");
    assertThat(server.get("/api/os/loja/2").path("failures").findValuesAsText("cause"))
        .containsExactly("http-500");
    JsonNode failures = server.get("/api/failures").path("failures");
    assertThat(failures.findValuesAsText("osId")).containsExactly("2", "3");
    assertThat(failures.get(0).path("cause").asText()).isEqualTo("http-500");
    assertThat(failures.get(1).path("nextAttemptAt").asText()).isEqualTo("2026-02-10T13:00:00Z");
    assertThat(server.get("/api/failures?cause=http-404").path("failures")).hasSize(1);
    assertThat(server.get("/api/failures?state=refused").path("failures")).isEmpty();
    assertThat(server.get("/api/failures?state=parked").path("failures")).hasSize(1);
    JsonNode state = server.body(server.send("GET", "/api/failures?state=X", ""), 400);
    assertThat(state.path("detail").asText()).contains("state: \"X\"", "RETRYING", "UNREADABLE");
    server.body(server.send("GET", "/api/failures?account=outra", ""), 404);
    assertThat(requeued("{\"cause\":\"http-404\"}")).isEqualTo(1);
    assertThat(requeued("{\"ids\":[2,3,4]}")).isEqualTo(2);
    assertThat(requeued("{\"all\":true,\"account\":\"outra\"}")).isZero();
    assertThat(server.database.texts("SELECT DISTINCT type FROM outbox"))
        .containsExactly("requeue");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | 400 | all",
        "{\"ids\":\"7\"} | 400 | ids",
        "{\"ids\":[\"7\"]} | 400 | ids",
        "{\"all\":true,\"account\":\"nobody\"} | 404 | nobody",
        "{\"every\":true} | 400 | every",
      })
  void whatCannotBeRequeuedIsRefusedByName(String body, int status, String named) throws Exception {
    JsonNode problem = server.body(server.post("/api/failures/requeue", body), status);
    assertThat(problem.path("detail").asText()).contains(named);
  }

  @Test
  void theStatusCountsOrdersQueueFailuresAndAccounts() throws Exception {
    order(1, 3, true, "15");
    order(2, 0, false, "null");
    order(3, 0, true, "2");
    server.database.execute("UPDATE os SET removed_at = now() WHERE id = 3");
    failing(2, "RETRYING", "http-500");
    server.account = ApiServer.using(15);
    server.database.run("'full', 'loja', requested_by => 'schedule'");
    server.database.execute(
        "UPDATE sync_run SET status = 'COMPLETE', finished_at = now() - interval '90 s'");
    JsonNode status = server.get("/api/status");
    assertThat(status.path("orders").toString())
        .isEqualTo(
            "{\"total\":2,\"withDetails\":1,\"withoutDetails\":1,\"totalServicos\":0,"
                + "\"totalPecas\":0,\"totalOrdens\":15}");
    assertThat(status.path("bySituacao")).hasSize(2);
    assertThat(status.path("queue").get(0).path("lane").asText()).isEqualTo("RETRY");
    assertThat(status.path("failures").toString())
        .isEqualTo("[{\"account\":\"loja\",\"state\":\"RETRYING\",\"orders\":1}]");
    assertThat(status.path("lastSuccess").get(0).path("ageSeconds").asLong()).isBetween(90L, 600L);
    assertThat(status.path("runs").path("COMPLETE").asLong()).isOne();
    JsonNode quota = status.path("accounts").get(0).path("quota");
    assertThat(quota.path("perWindow").asLong()).isEqualTo(30);
    assertThat(quota.path("usedInWindow").asLong()).isEqualTo(15);
    assertThat(quota.path("usedPercent").asLong()).isEqualTo(50);
    assertThat(server.get("/api/accounts").path("accounts")).isEqualTo(status.path("accounts"));
    assertThat(status.path("certificates").get(0).path("equal").asBoolean(true)).isFalse();
  }

  @Test
  void theAuditIsToldWithItsUncertainty() throws Exception {
    server.database.execute(
        "INSERT INTO account_certificate (account, partition, version, orders, orders_xor, changes,"
            + " changes_xor, by_situacao, suspects, audited, missed, updated_at, source_offset)"
            + " SELECT 'loja', n, 1, 0, 0, 0, 0, '{}', 0, 50, 1, now(), 1"
            + " FROM generate_series(0, 1) AS n");
    JsonNode audit = server.get("/api/status").path("audit").get(0);
    assertThat(audit.path("audited").asLong()).isEqualTo(100);
    assertThat(audit.path("missed").asLong()).isEqualTo(2);
    assertThat(audit.path("rate").asDouble()).isEqualTo(0.02);
    assertThat(audit.path("low").asDouble()).isBetween(0.0055, 0.0056);
    assertThat(audit.path("high").asDouble()).isBetween(0.0700, 0.0701);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    new AuditMeters(server.database.source(), meters).publish();
    assertThat(
            meters.get("ordem.audit.miss.ratio").tags("account", "loja").gauges().stream()
                .collect(Collectors.toMap(g -> g.getId().getTag("bound"), Gauge::value)))
        .containsEntry("estimate", 0.02)
        .containsEntry("low", audit.path("low").asDouble())
        .containsEntry("high", audit.path("high").asDouble());
    assertThat(StatusAnswer.Audit.of("loja", 0, 0).rate()).isNull();
    assertThat(StatusAnswer.Audit.of("loja", 30, 0).low()).isZero();
    assertThat(StatusAnswer.Audit.of("loja", 30, 0).high()).isBetween(0.113, 0.114);
  }

  @Test
  void theScheduleTellsItsNextTimesAndItsLastRuns() throws Exception {
    String run = server.database.run("'reconcile', 'loja', requested_by => 'schedule'").toString();
    server.database.run("'incremental', 'loja'");
    JsonNode schedule = server.get("/api/schedule");
    assertThat(schedule.path("watches").asBoolean()).isTrue();
    JsonNode entries = schedule.path("entries");
    assertThat(entries.findValuesAsText("mode")).containsExactly("incremental", "reconcile");
    assertThat(entries.get(0).path("next").get(0).asText()).isEqualTo("2026-02-10T12:05:00Z");
    assertThat(entries.get(0).path("last")).isEmpty();
    assertThat(entries.get(1).path("next").get(2).asText()).isEqualTo("2026-02-13T06:00:00Z");
    assertThat(entries.get(1).path("last").get(0).path("runId").asText()).isEqualTo(run);
    assertThat(server.get("/api/status").path("schedule")).isEqualTo(entries);
  }

  @Test
  void ofEachListItIsToldWhenItWasLookedAtAndHowOftenItChanges() throws Exception {
    server.database.execute(
        "INSERT INTO watch (account, looks, lease_until) VALUES ('loja', 9, now() + '5 s'),"
            + " ('gone', 1, NULL);"
            + " INSERT INTO watch_slice (account, slice, since, looked_at, per_second) VALUES"
            + " ('loja', 'status-6/0', now(), '2026-02-10T11:59:00Z', 0.01),"
            + " ('loja', 'status-6/1', now(), '2026-02-10T11:58:00Z', 0.02),"
            + " ('loja', 'range/0', now(), NULL, 0)");
    JsonNode watches = server.get("/api/status").path("watches");
    assertThat(watches).as("of connected accounts").hasSize(1);
    JsonNode watch = watches.get(0);
    assertThat(watch.path("watched").asBoolean()).isTrue();
    assertThat(watch.path("looks").asLong()).isEqualTo(9);
    JsonNode range = watch.path("lists").get(0);
    assertThat(range.path("lookedAt").isNull()).isTrue();
    JsonNode status = watch.path("lists").get(1);
    assertThat(status.path("list").asText()).isEqualTo("status-6");
    assertThat(status.path("pages").asLong()).isEqualTo(2);
    assertThat(status.path("lookedAt").asText()).isEqualTo("2026-02-10T11:58:00Z");
    assertThat(status.path("changesPerHour").asDouble()).isEqualTo(108);
  }

  @Test
  void thePageIsThere() throws Exception {
    HttpResponse<String> page = server.send("GET", "/", "");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.body()).contains("api/status");
  }

  @Test
  void everyErrorIsAProblem() throws Exception {
    assertThat(server.body(server.send("GET", "/api/nothing", ""), 404).path("detail").asText())
        .contains("nothing here");
  }

  @Test
  void withoutTablesOrDatabaseTheCallerIsToldToTryAgain() throws Exception {
    server.database.execute("ALTER TABLE outbox RENAME TO away");
    HttpResponse<String> noTable;
    try {
      noTable = server.post("/api/runs", "{}");
    } finally {
      server.database.execute("ALTER TABLE away RENAME TO outbox");
    }
    assertThat(server.body(noTable, 503).path("detail").asText()).contains("no tables yet");
    assertThat(noTable.headers().firstValue("Retry-After")).isPresent();
    assertThat(server.get("/api/runs").path("runs")).isEmpty();
    server.source = null;
    server.body(server.send("GET", "/api/status", ""), 503);
    server.body(server.send("GET", "/api/runs", ""), 503);
    server.body(server.send("GET", "/api/accounts", ""), 503);
  }

  @Test
  void aPoolThatWasClosedOnPurposeIsNoTroubleOfPostgres() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.database.source());
    try (HikariDataSource closed = new HikariDataSource(config)) {
      server.source = closed;
      server.get("/api/runs");
    }
    String told = server.body(server.send("GET", "/api/runs", ""), 503).path("detail").asText();
    assertThat(told).contains("is stopping").doesNotContain("Hikari", "POSTGRES_URL");
  }

  private static long requeued(String body) throws Exception {
    return server.body(server.post("/api/failures/requeue", body), 202).path("requeued").asLong();
  }

  private static void order(long id, int situacao, boolean details, String total)
      throws SQLException {
    server.database.execute(
        "INSERT INTO os (account, id, numero, situacao, total, marcadores, payload, details_synced,"
            + " updated_at, revision, source_at, source_offset) VALUES ('loja', %d, '%d', %d, %s,"
                .formatted(id, 100 + id, situacao, total)
            + " '{}', '{}', %b, now(), 1, now(), 1)".formatted(details));
  }

  private static void failing(long id, String state, String cause) throws SQLException {
    server.database.execute(
        "INSERT INTO os_sync_queue (account, os_id, state, lane, attempts, next_attempt_at,"
            + " last_error, last_error_cause, updated_at, source_offset) VALUES ('loja', %d, '%s',"
                .formatted(id, state)
            + " 'RETRY', 2, '2026-02-10T13:00:00Z', 'boom', '%s', now(), 1)".formatted(cause));
  }
}
