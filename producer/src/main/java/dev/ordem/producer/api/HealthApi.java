package dev.ordem.producer.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.ApiSources;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.api.http.NamedAccount;
import dev.ordem.producer.api.http.RequestBody;
import dev.ordem.producer.api.http.ServicePresence;
import dev.ordem.producer.api.http.TinyAnswerText;
import dev.ordem.runtime.http.Problem;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.WaitReason;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether Tiny, its tokens, Kafka, Postgres and the other services can be used, one line each. */
final class HealthApi {
  private static final String TINY =
      """
      SELECT coalesce(jsonb_agg(jsonb_build_object('account', q.account,
        'lastCall', date_trunc('second', tiny_shown(q, (SELECT max(u.granted_at)
          FROM tiny_quota_permit u WHERE u.account = q.account))),
        'closedUntil', CASE WHEN q.closed_until > tiny_quota_now(q)
          THEN date_trunc('second', tiny_shown(q, q.closed_until)) END,
        'closedReason', q.closed_reason,
        'starved', coalesce(q.starved_at < tiny_quota_now(q) - tiny_span(q, 1), false))
        ORDER BY q.account), '[]')::text FROM tiny_quota q
      """;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiDatabase database;
  private final ApiSources world;
  private final String account;
  private final InstantSource clock;
  private final ClockCheck hostClock;

  /**
   * Does no I/O.
   *
   * @param account asked for by a probe that names none
   */
  HealthApi(ApiDatabase database, ApiSources world, String account, InstantSource clock) {
    this.database = database;
    this.world = world;
    this.account = account;
    this.clock = clock;
    this.hostClock = new ClockCheck(database, InstantSource.system());
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/health", http -> health(http, Optional.empty()));
    // Costs a call, so it is no GET.
    routes.post("/api/health", this::probe);
  }

  private void probe(Context http) throws InterruptedException {
    RequestBody body = RequestBody.read(http.body(), Set.of("account"));
    health(http, probed(body.text("account")));
  }

  /** Who names none means the producer's own, or else the only one; empty: there is none. */
  private Optional<String> probed(@Nullable String named) {
    List<String> names;
    try {
      names = world.accounts().get().stream().map(AccountHealth::account).toList();
    } catch (IllegalStateException e) { // without Postgres nobody knows, which is said anyway
      return Optional.of(named == null ? account : named);
    }
    if (names.isEmpty() && named == null) {
      return Optional.empty();
    }
    String only = names.size() == 1 ? names.get(0) : account;
    String wanted = named == null ? only : named;
    if (!names.contains(wanted)) {
      throw NamedAccount.unknown(wanted);
    }
    return Optional.of(wanted);
  }

  /** Asks Tiny, too, if an account is {@code probed}. */
  private void health(Context http, Optional<String> probed) throws InterruptedException {
    ArrayNode checks = JSON.createArrayNode();
    Optional<String> postgres = postgres();
    if (postgres.isEmpty()) {
      api(checks);
    } else {
      add(checks, "api", false, "not known without Postgres");
    }
    if (probed.isPresent()) {
      ask(checks, probed.get());
    }
    client(checks);
    if (postgres.isEmpty()) {
      tokens(checks);
    } else {
      add(checks, "token", false, "not known without Postgres");
    }
    Optional<String> kafka = world.kafka().get();
    add(checks, "kafka", kafka.isEmpty(), kafka.orElse("answers"));
    add(checks, "postgres", postgres.isEmpty(), postgres.orElse("answers"));
    for (ServicePresence each : world.services().get()) {
      add(checks, each.name(), !each.missing(), each.said());
    }
    if (postgres.isEmpty()) {
      Optional<String> wrong = hostClock.trouble();
      add(checks, "clock", wrong.isEmpty(), wrong.orElse("agrees with Postgres'"));
    }
    boolean ok = true;
    for (JsonNode check : checks) {
      ok &= check.path("ok").asBoolean();
    }
    ObjectNode answer = JSON.createObjectNode().put("ok", ok);
    answer.set("checks", checks);
    if (ok) {
      JsonResponse.send(http, answer);
      return;
    }
    List<String> wrong = new ArrayList<>();
    for (JsonNode check : checks) {
      if (!check.path("ok").asBoolean()) {
        wrong.add(check.path("name").asText() + ": " + check.path("said").asText());
      }
    }
    Problem.answer(http, 503, String.join("; ", wrong), Map.of("ok", ok, "checks", checks));
  }

  private Optional<String> postgres() {
    try {
      database.json("SELECT '1'");
      return Optional.empty();
    } catch (Problem e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * A quota that is used up is nothing to complain of; an account that Tiny forbids is, and one of
   * which another application takes everything.
   */
  private void api(ArrayNode checks) {
    try {
      for (JsonNode tiny : database.json(TINY).orElseThrow()) {
        String closed = tiny.path("closedUntil").asText("");
        boolean closing = tiny.path("closedUntil").isTextual();
        String reason = tiny.path("closedReason").asText("quota");
        String last =
            tiny.path("lastCall").isTextual()
                ? "last asked at " + tiny.path("lastCall").asText()
                : "not asked of late";
        add(
            checks,
            "api",
            !(closing && reason.equals(WaitReason.ACCOUNT.label()))
                && !tiny.path("starved").asBoolean(),
            tiny.path("account").asText()
                + ": "
                + (closing ? "closed until " + closed + " (" + reason + "), " : "open, ")
                + (tiny.path("starved").asBoolean()
                    ? "another application takes the whole quota, "
                    : "")
                + last);
      }
    } catch (Problem e) {
      add(checks, "api", false, String.valueOf(e.getMessage()));
    }
  }

  private void ask(ArrayNode checks, String of) throws InterruptedException {
    HeaderQuery one =
        new HeaderQuery(null, null, null, HeaderQuery.Order.ASC, 1, 0, Priority.REFRESH);
    Answer<HeaderPage> answer = world.tiny().read(of, one);
    boolean busy = answer instanceof Answer.Later<?> later && later.reason() == WaitReason.QUOTA;
    boolean answered = answer instanceof Answer.Ok<?>;
    String said = answered ? "it answered" : TinyAnswerText.of(answer);
    add(checks, "api", answered || busy, of + ": asked just now: " + said);
  }

  /** Only this process's own: each worker tells of its own at {@code /health/ready}. */
  private void client(ArrayNode checks) {
    Optional<ClientHealth> client = world.client().get();
    if (client.isEmpty()) {
      add(checks, "breaker", false, "the producer has not started");
      add(checks, "keeper", false, "the producer has not started");
      return;
    }
    String breaker = client.get().breaker();
    String keeper = client.get().keeper();
    add(checks, "breaker", breaker == null, breaker == null ? "closed" : breaker);
    add(checks, "keeper", keeper == null, keeper == null ? "looks after the tokens" : keeper);
  }

  private void tokens(ArrayNode checks) {
    List<AccountHealth> accounts;
    try {
      accounts = world.accounts().get();
    } catch (IllegalStateException e) { // Postgres went away in between
      add(checks, "token", false, String.valueOf(e.getMessage()));
      return;
    }
    if (accounts.isEmpty()) {
      add(checks, "token", false, ClientHealth.NO_ACCOUNT);
    }
    for (AccountHealth known : accounts) {
      boolean ready = known.state() == AccountHealth.State.READY;
      String problem = known.problem();
      String said =
          switch (known.state()) {
            case READY -> expiry(known.tokenExpiresAt());
            case AUTHORISATION_REQUIRED -> "authorisation required";
            case APPLICATION_REFUSED -> "application refused, " + expiry(known.tokenExpiresAt());
          };
      add(
          checks,
          "token",
          ready && (problem == null || good(known.tokenExpiresAt())),
          known.account() + ": " + said + (problem == null ? "" : " (" + problem + ")"));
    }
  }

  private boolean good(@Nullable Instant expires) {
    return expires != null && expires.isAfter(clock.instant());
  }

  private String expiry(@Nullable Instant expires) {
    return expires != null && good(expires)
        ? "good until " + expires.truncatedTo(ChronoUnit.SECONDS)
        : "renewed by the next call";
  }

  private static void add(ArrayNode checks, String name, boolean ok, String said) {
    checks.addObject().put("name", name).put("ok", ok).put("said", said);
  }
}
