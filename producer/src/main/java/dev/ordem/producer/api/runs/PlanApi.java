package dev.ordem.producer.api.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.ApiSources;
import dev.ordem.producer.api.http.JsonResponse;
import dev.ordem.producer.api.http.RequestDefaults;
import dev.ordem.producer.api.http.TinyAnswerText;
import dev.ordem.producer.watch.Freshness;
import dev.ordem.runtime.http.Problem;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.Priority;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The dry run: calls, time and end of a run before it is asked for. */
public final class PlanApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiDatabase database;
  private final ApiSources world;
  private final RunRules rules;
  private final RequestDefaults defaults;
  private final InstantSource clock;

  public PlanApi(
      ApiDatabase database,
      ApiSources world,
      RunRules rules,
      RequestDefaults defaults,
      InstantSource clock) {
    this.database = database;
    this.world = world;
    this.rules = rules;
    this.defaults = defaults;
    this.clock = clock;
  }

  public void routes(RoutesConfig routes) {
    routes.post("/api/plan", http -> plan(http, http.body()));
  }

  private void plan(Context http, String body) throws InterruptedException {
    RunRequest request = request(RunRequestBody.read(body, defaults, database));
    Instant now = clock.instant();
    LocalDate recentFrom = LocalDate.ofInstant(now, rules.zone()).minusDays(rules.lookbackDays());
    AccountCounts known = AccountCounts.ask(database, request, rules, recentFrom, now);
    AccountHealth account = account(request.account());
    ObjectNode answer = JSON.createObjectNode().put("account", account.account());
    ArrayNode assumptions = JSON.createArrayNode();
    Optional<Mode> mode = known.mode(request.mode());
    answer.put("mode", mode.orElse(request.mode()).text());
    Optional<CallForecast> forecast =
        mode.isEmpty()
            ? nothing(answer, assumptions)
            : forecast(request, mode.get(), known, answer, assumptions);
    counts(answer, known);
    limits(answer, account);
    freshness(answer, account, known);
    time(answer, account, forecast.orElse(null), (int) known.count("used"), assumptions);
    if (forecast.isPresent() && mode.isPresent()) {
      assume(assumptions, request, known);
    }
    answer.set("assumptions", assumptions);
    JsonResponse.send(http, answer);
  }

  /** Checked as if it were asked for. */
  private RunRequest request(RunRequestBody asked) {
    JsonNode request =
        database
            .json(
                "SELECT ordem_request(?, ?, ?::date, ?::date, ?::bigint, ?)",
                asked.mode(),
                asked.account(),
                RunRequestBody.parameter(asked.from()),
                RunRequestBody.parameter(asked.to()),
                asked.max(),
                asked.headersOnly())
            .orElseThrow();
    return new RunRequest(
        asked.account(),
        Mode.valueOf(request.path("mode").asText().toUpperCase(Locale.ROOT)),
        asked.from(),
        asked.to(),
        asked.max(),
        asked.headersOnly(),
        false);
  }

  private AccountHealth account(String name) {
    return world.accounts().get().stream()
        .filter(known -> known.account().equals(name))
        .findFirst()
        .orElseThrow(
            () -> Problem.notFound("account " + name + " is not connected; ./ordem connect does"));
  }

  private Optional<CallForecast> nothing(ObjectNode answer, ArrayNode assumptions) {
    answer.put("basis", "postgres");
    assumptions.add("What is known is fresh, within " + rules.fresh() + ": auto reads nothing.");
    return Optional.of(CallForecast.NOTHING);
  }

  private Optional<CallForecast> forecast(
      RunRequest request, Mode mode, AccountCounts known, ObjectNode answer, ArrayNode assumptions)
      throws InterruptedException {
    if (mode == Mode.DETAILS) { // which asks for no list
      answer.put("basis", "postgres");
      return Optional.of(CallForecast.of(request, mode, known, 0, rules.pageSize()));
    }
    Optional<Long> total = tinysTotal(request, assumptions);
    if (total.isEmpty() && known.count("orders") == 0) {
      answer.put("basis", "none");
      assumptions.add("Nothing is known of this account yet, so its calls cannot be counted.");
      return Optional.empty();
    }
    answer.put("basis", total.isPresent() ? "tiny" : "postgres");
    long orders = known.count(mode == Mode.PERIOD ? "within" : "orders");
    if (total.isEmpty()) {
      assumptions.add("Orders that Postgres has not seen are not counted.");
    }
    return Optional.of(
        CallForecast.of(request, mode, known, total.orElse(orders), rules.pageSize()));
  }

  /** One page of one row says how many there are. */
  private Optional<Long> tinysTotal(RunRequest request, ArrayNode assumptions)
      throws InterruptedException {
    HeaderQuery one =
        new HeaderQuery(
            null, request.from(), request.to(), HeaderQuery.Order.ASC, 1, 0, Priority.REFRESH);
    Answer<HeaderPage> answer = world.tiny().read(request.account(), one);
    if (answer instanceof Answer.Ok<HeaderPage> ok && ok.value().total() != null) {
      return Optional.of(ok.value().total());
    }
    assumptions.add(
        "Tiny did not say how many orders there are: " + TinyAnswerText.of(answer) + ".");
    return Optional.empty();
  }

  private static void counts(ObjectNode answer, AccountCounts known) {
    ObjectNode counts = answer.putObject("known");
    for (String name : List.of("orders", "withoutDetails", "open", "openOld", "waiting")) {
      counts.put(name, known.count(name));
    }
  }

  private static void limits(ObjectNode answer, AccountHealth account) {
    answer
        .putObject("limits")
        .put("perSecond", account.perSecond())
        .put("perWindow", account.perWindow())
        .put("window", account.window().toString())
        .put("perHour", account.perHour());
  }

  /** What the quota buys where accounts are watched; absent where they are not. */
  private void freshness(ObjectNode answer, AccountHealth account, AccountCounts known) {
    if (rules.schedule().watches() && account.perWindow() > 0) {
      Freshness fresh =
          Freshness.of(
              account.perWindow(),
              account.window(),
              rules.watchShare(),
              CallForecast.openStatuses(known),
              known.count("orders"));
      answer
          .putObject("freshness")
          .put("openSeconds", fresh.open().toSeconds())
          .put("allSeconds", fresh.all().toSeconds());
    }
  }

  /** Nulls where it cannot be told. */
  private void time(
      ObjectNode answer,
      AccountHealth account,
      @Nullable CallForecast forecast,
      int used,
      ArrayNode assumptions) {
    answer.putNull("listCalls").putNull("detailCalls").putNull("calls");
    answer.putNull("durationSeconds").putNull("finishesAt");
    if (forecast == null) {
      return;
    }
    answer
        .put("listCalls", forecast.listCalls())
        .put("detailCalls", forecast.detailCalls())
        .put("calls", forecast.calls());
    QuotaTime quota = QuotaTime.of(account, used);
    if (quota.isUnlimited() && forecast.calls() > 0) {
      assumptions.add("The account has no limit: it takes as long as Tiny takes to answer.");
      return;
    }
    Instant now = clock.instant();
    Instant closed = account.closedUntil();
    Instant begin = forecast.calls() > 0 && closed != null && closed.isAfter(now) ? closed : now;
    Duration takes = Duration.between(now, begin.plus(quota.untilLastOf(forecast.calls())));
    answer.put("durationSeconds", (takes.toMillis() + 999) / 1000);
    answer.put("finishesAt", now.plus(takes).truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static void assume(ArrayNode assumptions, RunRequest request, AccountCounts known) {
    assumptions.add("Nothing else uses the account's quota meanwhile, and no call is repeated.");
    if (!request.headersOnly()) {
      assumptions.add(
          "Known orders that changed in Tiny cost one more call each; only the list will tell.");
    }
    long waiting = known.count("waiting");
    if (waiting > 0) {
      assumptions.add(
          waiting
              + " orders wait for their details already; calls that this run does not want"
              + " are not counted.");
    }
  }
}
