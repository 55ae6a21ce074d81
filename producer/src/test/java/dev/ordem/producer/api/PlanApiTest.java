package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.account.AccountFacts;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.quota.WaitReason;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dry run. */
class PlanApiTest {
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
    server.tiny = ApiServer.total(260);
  }

  @Test
  void theFirstFullRunIsCountedByOneCallToTiny() throws Exception {
    server.tiny = ApiServer.total(100_000);
    JsonNode plan = plan("mode=auto");
    assertThat(server.asked).singleElement().extracting(HeaderQuery::limit).isEqualTo(1);
    assertThat(plan.path("mode").asText()).isEqualTo("full");
    assertThat(plan.path("basis").asText()).isEqualTo("tiny");
    assertThat(plan.path("listCalls").asLong()).isEqualTo(1011);
    assertThat(plan.path("detailCalls").asLong()).isEqualTo(100_000);
    assertThat(plan.path("calls").asLong()).isEqualTo(101_011);
    assertThat(plan.path("durationSeconds").asLong()).isEqualTo(3367 * 60);
    assertThat(plan.path("finishesAt").asText())
        .isEqualTo(ApiServer.NOW.plus(Duration.ofMinutes(3367)).toString());
    assertThat(plan("mode=full&headersOnly=true").path("calls").asLong()).isEqualTo(1011);
    assertThat(plan("mode=full&max=150").path("calls").asLong()).isEqualTo(152);
  }

  @ParameterizedTest
  @CsvSource({
    "full,3,22",
    "incremental,7,15",
    "period&from=2025-01-01&to=2026-02-28,3,22",
    "reconcile,11,22",
  })
  void aRunOfAKnownAccountReadsWhatIsNewBareOrOld(String mode, long lists, long details)
      throws Exception {
    orders();
    JsonNode plan = plan("mode=" + mode);
    assertThat(plan.path("listCalls").asLong()).isEqualTo(lists);
    assertThat(plan.path("detailCalls").asLong()).isEqualTo(details);
    assertThat(plan.path("known").path("openOld").asLong()).isEqualTo(5);
    boolean period = mode.startsWith("period");
    assertThat(server.asked.get(0).dataInicial())
        .isEqualTo(period ? LocalDate.of(2025, 1, 1) : null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CANCELED", "RUNNING", "PARTIAL"})
  void whatACanceledRunDroppedIsCountedAfterItsResumeToo(String status) throws Exception {
    orders();
    server.database.execute(
        """
        INSERT INTO os_sync_queue (account, os_id, state, lane, run_id, attempts, updated_at,
          source_offset)
        SELECT 'loja', n, 'SETTLED', 'BACKFILL', (SELECT id FROM sync_run), 0, now(), 1
        FROM generate_series(1, 7) AS n;
        UPDATE sync_run SET status = '%s'
        """
            .formatted(status));
    assertThat(plan("mode=full").path("detailCalls").asLong()).isEqualTo(22);
  }

  @Test
  void whereTinyDoesNotAnswerPostgresIsCountedAndItIsSaid() throws Exception {
    orders();
    server.tiny = new Answer.Later<>(ApiServer.NOW.plusSeconds(30), WaitReason.BREAKER);
    JsonNode plan = plan("mode=full");
    assertThat(plan.path("basis").asText()).isEqualTo("postgres");
    assertThat(plan.path("detailCalls").asLong()).isEqualTo(12);
    assertThat(plan.path("assumptions").toString()).contains("breaker", "not seen");
    server.database.execute("DELETE FROM os");
    JsonNode none = plan("mode=full");
    assertThat(none.path("basis").asText()).isEqualTo("none");
    assertThat(none.path("calls").isNull()).isTrue();
    assertThat(none.path("finishesAt").isNull()).isTrue();
  }

  @Test
  void missingDetailsCostNoList() throws Exception {
    orders();
    JsonNode plan = plan("mode=details&max=5");
    assertThat(plan.path("listCalls").asLong(-1)).isZero();
    assertThat(plan.path("detailCalls").asLong()).isEqualTo(5);
    assertThat(plan("mode=details-only").path("detailCalls").asLong()).isEqualTo(7);
    assertThat(server.asked).isEmpty();
  }

  @Test
  void aPlanIsAskedForAsTheRunIsAndCostsNothingByLooking() throws Exception {
    orders();
    server.body(server.post("/api/plan", "{\"modus\":\"full\"}"), 400);
    HttpResponse<String> looked = server.send("GET", "/api/plan?mode=full", "");
    server.body(looked, 405);
    assertThat(looked.headers().firstValue("Allow")).hasValue("POST");
    assertThat(server.asked).isEmpty();
  }

  @Test
  void autoThatReadsNothingCostsNothingAndAsksNobody() throws Exception {
    orders();
    JsonNode plan = plan("mode=auto");
    assertThat(plan.path("calls").asLong(-1)).isZero();
    assertThat(plan.path("durationSeconds").asLong(-1)).isZero();
    assertThat(server.asked).isEmpty();
  }

  @Test
  void usedPermitsAndAClosedAccountDelayTheEndAndNoLimitHasNone() throws Exception {
    server.database.execute("SELECT tiny_quota_configure('loja', 0, 30, 60000, 0)");
    server.database.execute(
        "INSERT INTO tiny_quota_permit (id, account, kind, granted_at, held_until)"
            + " SELECT n, 'loja', 2, now(), 'infinity'"
            + " FROM generate_series(1, 30) n");
    server.tiny = ApiServer.total(5);
    assertThat(plan("").path("durationSeconds").asLong()).isEqualTo(62);
    server.account = ApiServer.account(30, null, ApiServer.NOW.plusSeconds(45));
    assertThat(plan("").path("durationSeconds").asLong()).isEqualTo(107);
    server.account =
        new AccountHealth(
            "loja",
            AccountHealth.State.READY,
            null,
            null,
            null,
            0,
            0,
            Duration.ofMinutes(1),
            0,
            AccountFacts.NONE);
    JsonNode unlimited = plan("");
    assertThat(unlimited.path("finishesAt").isNull()).isTrue();
    assertThat(unlimited.path("assumptions").toString()).contains("no limit");
  }

  @ParameterizedTest
  @CsvSource({
    "mode=often,400,mode",
    "mode=period&from=2000-01-01&to=9999-12-31,400,to",
    "mode=period,400,from",
    "limit=3,400,limit",
    "headersOnly=perhaps,400,headersOnly",
    "account=other,404,other",
  })
  void whatCannotBePlannedIsRefusedByName(String query, int status, String named) throws Exception {
    HttpResponse<String> answer = server.post("/api/plan", json(query));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(new ObjectMapper().readTree(answer.body()).path("detail").asText()).contains(named);
    assertThat(server.asked).isEmpty();
  }

  private static JsonNode plan(String fields) throws Exception {
    return server.body(server.post("/api/plan", json(fields)), 200);
  }

  /** {@code mode=full&max=5} as the JSON that it stands for. */
  private static String json(String fields) {
    ObjectNode body = new ObjectMapper().createObjectNode();
    for (String field : fields.isEmpty() ? new String[0] : fields.split("&")) {
      String[] parts = field.split("=", 2);
      if (parts[1].matches("\\d{1,18}")) {
        body.put(parts[0], Long.parseLong(parts[1]));
      } else if (parts[1].equals("true")) {
        body.put(parts[0], true);
      } else {
        body.put(parts[0], parts[1]);
      }
    }
    return body.toString();
  }

  /** 250 orders, one a day up to 2026-02-10, finished; the newest 10 open, 5 of those fresh. */
  private static void orders() throws SQLException {
    server.database.execute(
        """
        INSERT INTO os (account, id, situacao, data, details_synced, detail_fetched_at, marcadores,
          payload, updated_at, revision, source_at, source_offset)
        SELECT 'loja', n, CASE WHEN n > 240 THEN 0 ELSE 3 END, date '2026-02-10' - (250 - n), n > 7,
          CASE WHEN n > 7 THEN timestamptz '2026-02-10 11:00+00'
            - CASE WHEN n > 245 THEN interval '0' ELSE interval '2 days' END END,
          '{}', '{}', now(), 1, now(), 1
        FROM generate_series(1, 250) AS n;
        INSERT INTO generation (account, id, kafka_cluster, headers_topic, enriched_topic,
          postgres_system, partitions)
        VALUES ('loja', '00000000-0000-0000-0000-000000000001', 'k', 'h', 'e', 'p', 6);
        SELECT ordem_run('full', 'loja');
        UPDATE sync_run SET status = 'COMPLETE', phase = 'ENDED',
          generation = '00000000-0000-0000-0000-000000000001', started_at = clock_timestamp(),
          cursor = '{"pass":0,"ended":true,"highestId":250}';
        """);
  }
}
