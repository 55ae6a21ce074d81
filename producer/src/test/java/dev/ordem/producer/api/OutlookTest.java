package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.HeaderPage;
import dev.ordem.tiny.HeaderQuery;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.TinyError;
import io.javalin.Javalin;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dry run and health over HTTP and a real Postgres. */
class OutlookTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String TABLES =
      """
      CREATE TABLE sync_run (id uuid, account text, mode text, status text,
        started_at timestamptz, request jsonb, cursor jsonb);
      CREATE TABLE os (account text, id bigint, situacao smallint, data date,
        details_synced boolean, detail_fetched_at timestamptz, removed_at timestamptz);
      CREATE TABLE os_sync_queue (account text, os_id bigint, state text, run_id uuid,
        updated_at timestamptz);
      CREATE TABLE tiny_quota_slot (account text, span smallint, slot int, free_at timestamptz);
      CREATE TABLE tiny_quota_use (account text, granted_at timestamptz);
      CREATE TABLE tiny_quota (account text, closed_until timestamptz, closed_reason text);
      INSERT INTO tiny_quota VALUES ('loja', '-infinity', null);
      """;

  /** 250 orders, one a day up to 2026-02-10, finished; the newest 10 open, 5 of those fresh. */
  private static final String ORDERS =
      """
      INSERT INTO os SELECT 'loja', n, CASE WHEN n > 240 THEN 0 ELSE 3 END,
        date '2026-02-10' - (250 - n), true,
        timestamptz '2026-02-10 11:00+00' - CASE WHEN n > 245 THEN interval '0' ELSE interval '2 days' END,
        null FROM generate_series(1, 250) AS n;
      UPDATE os SET details_synced = false, detail_fetched_at = null WHERE id <= 7;
      INSERT INTO sync_run VALUES (null, 'loja', 'full', 'COMPLETE', '2026-02-10 11:30+00', '{"max":null}',
        '{"pass":0,"ended":true,"highestId":250}');
      """;

  private static EmbeddedPostgres postgres;
  private static Javalin server;
  private static @Nullable DataSource source;
  private static AccountHealth account = account(30, null, null);
  private static ClientHealth client = new ClientHealth(true, null, null);
  private static Answer<HeaderPage> tiny = total(260);
  private static Optional<String> kafka = Optional.empty();
  private static final List<HeaderQuery> ASKED = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.builder().start();
    Api.Defaults defaults = new Api.Defaults("loja", null);
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    Outlook.World world =
        new Outlook.World(
            () -> Optional.ofNullable(source),
            () -> List.of(account),
            () -> Optional.of(client),
            (name, query) -> {
              ASKED.add(query);
              return tiny;
            },
            () -> kafka);
    Outlook.Rules rules =
        new Outlook.Rules(
            ZoneId.of("America/Sao_Paulo"), 100, 7, Duration.ofHours(2), Duration.ofHours(24));
    Api api =
        new Api(
            world.source(),
            world.accounts(),
            defaults,
            clock,
            new Door(Optional::empty, true, Optional.empty()));
    Outlook outlook = new Outlook(world, rules, defaults, clock);
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  api.routes(config.routes);
                  outlook.routes(config.routes);
                })
            .start("127.0.0.1", 0);
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
    postgres.close();
  }

  @BeforeEach
  void world() throws SQLException {
    source = postgres.getPostgresDatabase();
    execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + TABLES);
    account = account(30, null, null);
    client = new ClientHealth(true, null, null);
    tiny = total(260);
    kafka = Optional.empty();
    ASKED.clear();
  }

  @Test
  void theFirstFullRunIsCountedByOneCallToTiny() throws Exception {
    tiny = total(100_000);
    JsonNode plan = get("/api/plan?mode=auto");
    assertThat(ASKED).singleElement().extracting(HeaderQuery::limit).isEqualTo(1);
    assertThat(plan.path("mode").asText()).isEqualTo("full");
    assertThat(plan.path("basis").asText()).isEqualTo("tiny");
    assertThat(plan.path("listCalls").asLong()).isEqualTo(1011);
    assertThat(plan.path("detailCalls").asLong()).isEqualTo(100_000);
    assertThat(plan.path("calls").asLong()).isEqualTo(101_011);
    assertThat(plan.path("durationSeconds").asLong()).isEqualTo(3367 * 60);
    assertThat(plan.path("finishesAt").asText())
        .isEqualTo(NOW.plus(Duration.ofMinutes(3367)).toString());
    assertThat(get("/api/plan?mode=full&headersOnly=true").path("calls").asLong()).isEqualTo(1011);
    assertThat(get("/api/plan?mode=full&max=150").path("calls").asLong()).isEqualTo(152);
  }

  @ParameterizedTest
  @CsvSource({
    "full,3,22",
    "incremental,7,15",
    "period&from=2025-01-01&to=2026-02-28,14,22",
  })
  void aRunOfAKnownAccountReadsWhatIsNewBareOrOld(String mode, long lists, long details)
      throws Exception {
    execute(ORDERS);
    JsonNode plan = get("/api/plan?mode=" + mode);
    assertThat(plan.path("listCalls").asLong()).isEqualTo(lists);
    assertThat(plan.path("detailCalls").asLong()).isEqualTo(details);
    assertThat(plan.path("known").path("openOld").asLong()).isEqualTo(5);
    boolean period = mode.startsWith("period");
    assertThat(ASKED.get(0).dataInicial()).isEqualTo(period ? LocalDate.of(2025, 1, 1) : null);
  }

  @Test
  void whereTinyDoesNotAnswerPostgresIsCountedAndItIsSaid() throws Exception {
    execute(ORDERS);
    tiny = new Answer.Later<>(NOW.plusSeconds(30), "breaker");
    JsonNode plan = get("/api/plan?mode=full");
    assertThat(plan.path("basis").asText()).isEqualTo("postgres");
    assertThat(plan.path("detailCalls").asLong()).isEqualTo(12);
    assertThat(plan.path("assumptions").toString()).contains("breaker", "not seen");
    execute("DELETE FROM os");
    JsonNode none = get("/api/plan?mode=full");
    assertThat(none.path("basis").asText()).isEqualTo("none");
    assertThat(none.path("calls").isNull()).isTrue();
    assertThat(none.path("finishesAt").isNull()).isTrue();
  }

  @Test
  void autoThatReadsNothingCostsNothingAndAsksNobody() throws Exception {
    execute(ORDERS);
    JsonNode plan = get("/api/plan?mode=auto");
    assertThat(plan.path("calls").asLong(-1)).isZero();
    assertThat(plan.path("durationSeconds").asLong(-1)).isZero();
    assertThat(ASKED).isEmpty();
  }

  @Test
  void usedSlotsAndAClosedAccountDelayTheEndAndNoLimitHasNone() throws Exception {
    execute(
        "INSERT INTO tiny_quota_slot SELECT 'loja', 1, n, 'infinity' FROM generate_series(1, 30) n");
    tiny = total(5);
    assertThat(get("/api/plan").path("durationSeconds").asLong()).isEqualTo(62);
    account = account(30, null, NOW.plusSeconds(45));
    assertThat(get("/api/plan").path("durationSeconds").asLong()).isEqualTo(107);
    account =
        new AccountHealth(
            "loja", AccountHealth.State.READY, null, null, null, 0, 0, Duration.ofMinutes(1), 0);
    JsonNode unlimited = get("/api/plan");
    assertThat(unlimited.path("finishesAt").isNull()).isTrue();
    assertThat(unlimited.path("assumptions").toString()).contains("no limit");
  }

  @ParameterizedTest
  @CsvSource({
    "mode=often,400,mode",
    "mode=period,400,from",
    "limit=3,400,limit",
    "headersOnly=perhaps,400,headersOnly",
    "account=other,404,other",
  })
  void whatCannotBePlannedIsRefusedByName(String query, int status, String named) throws Exception {
    HttpResponse<String> answer = send("/api/plan?" + query);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(JSON.readTree(answer.body()).path("detail").asText()).contains(named);
    assertThat(ASKED).isEmpty();
  }

  @Test
  void healthNamesEachPartAndAsksTinyOnlyWhenToldTo() throws Exception {
    execute("UPDATE tiny_quota SET closed_until = 'infinity', closed_reason = 'quota'");
    JsonNode health = get("/api/health");
    assertThat(health.path("ok").asBoolean()).isTrue();
    assertThat(health.path("checks").findValuesAsText("name"))
        .containsExactly("api", "breaker", "keeper", "token", "kafka", "postgres");
    assertThat(ASKED).isEmpty();
    assertThat(get("/api/health?probe=true").path("checks").toString()).contains("it answered");
    assertThat(ASKED).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "api,forbidden",
    "api,probe",
    "breaker,breaker",
    "keeper,keeper",
    "token,token",
    "kafka,kafka",
    "postgres,postgres"
  })
  void whatIsBrokenIsNamedAndNotOk(String name, String broken) throws Exception {
    switch (broken) {
      case "forbidden" ->
          execute("UPDATE tiny_quota SET closed_until = 'infinity', closed_reason = 'account'");
      case "probe" ->
          tiny =
              new Answer.Failed<>(
                  new TinyError(TinyError.Cause.NOT_SENT, "no connection", null, null));
      case "breaker" -> client = new ClientHealth(true, "open since noon", null);
      case "keeper" -> client = new ClientHealth(true, null, "last at noon");
      case "token" -> account = account(30, "connect it again", null);
      case "kafka" -> kafka = Optional.of("does not answer");
      default -> source = null;
    }
    HttpResponse<String> answer = send("/api/health?probe=true");
    assertThat(answer.statusCode()).isEqualTo(503);
    List<String> bad = new ArrayList<>();
    JSON.readTree(answer.body())
        .path("checks")
        .forEach(
            check -> {
              if (!check.path("ok").asBoolean()) {
                bad.add(check.path("name").asText());
              }
            });
    if (broken.equals("postgres")) {
      assertThat(bad).containsExactlyInAnyOrder("api", "token", "postgres");
    } else {
      assertThat(bad).containsExactly(name);
    }
  }

  private static Answer<HeaderPage> total(long total) {
    return new Answer.Ok<>(
        new HeaderPage(List.of(), List.of(), 1, 0, total), new Interval(NOW, NOW));
  }

  private static AccountHealth account(
      int perMinute, @Nullable String problem, @Nullable Instant closedUntil) {
    return new AccountHealth(
        "loja",
        problem == null ? AccountHealth.State.READY : AccountHealth.State.AUTHORISATION_REQUIRED,
        problem,
        NOW.plusSeconds(600),
        closedUntil,
        4,
        perMinute,
        Duration.ofMinutes(1),
        0);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = send(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static HttpResponse<String> send(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
