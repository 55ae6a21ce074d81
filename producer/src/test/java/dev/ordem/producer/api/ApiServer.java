package dev.ordem.producer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.producer.api.connect.ConnectSettings;
import dev.ordem.producer.api.http.ApiSources;
import dev.ordem.producer.api.http.RequestDefaults;
import dev.ordem.producer.api.http.ServicePresence;
import dev.ordem.producer.api.runs.RunRules;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.runs.Schedule;
import dev.ordem.runtime.http.AccessFilter;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.account.AccountFacts;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The API over HTTP and a real Postgres, in a world that the test decides. */
final class ApiServer implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  final MigratedDatabase database = new MigratedDatabase();
  final List<HeaderQuery> asked = new ArrayList<>();
  @Nullable DataSource source;
  AccountHealth account = account(30, null, null);
  boolean connected = true;
  ClientHealth client = new ClientHealth(true, null, null, null, false, Map.of());
  Answer<HeaderPage> tiny = failed();
  Optional<String> kafka = Optional.empty();
  List<ServicePresence> services = List.of();
  private final Javalin server;

  ApiServer() throws IOException, SQLException {
    ZoneId zone = ZoneId.of("America/Sao_Paulo");
    ApiSources world =
        new ApiSources(
            () -> Optional.ofNullable(source),
            () -> {
              if (source == null) { // as the client of Tiny has it
                throw new IllegalStateException("The accounts cannot be read: refused");
              }
              return connected ? List.of(account) : List.of();
            },
            () -> Optional.of(client),
            (name, query) -> {
              asked.add(query);
              return tiny;
            },
            () -> kafka,
            () -> services,
            () -> {
              throw new KafkaException("no broker");
            });
    RunRules rules =
        new RunRules(
            zone,
            100,
            7,
            Duration.ofHours(2),
            Duration.ofHours(24),
            Schedule.parse(
                "watch; incremental */5 * * * *; reconcile 0 3 * * *", zone, AssertionError::new),
            0.8);
    Api api =
        new Api(
            world,
            rules,
            new RequestDefaults("loja", null),
            new ConnectSettings(Optional::empty, true, Optional.empty()),
            Clock.fixed(NOW, ZoneOffset.UTC));
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  new AccessFilter(Optional.empty(), Optional.empty(), Set.of()).addTo(config);
                  api.routes(config.routes);
                })
            .start("127.0.0.1", 0);
    clear();
  }

  /** As it was at the start. */
  void clear() throws SQLException {
    source = database.source();
    database.clear();
    account = account(30, null, null);
    client = new ClientHealth(true, null, null, null, false, Map.of());
    connected = true;
    tiny = failed();
    kafka = Optional.empty();
    services = List.of(new ServicePresence("sink", false, "is at work"));
    asked.clear();
  }

  JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return send("POST", path, body);
  }

  /** What an answer with this status says. */
  JsonNode body(HttpResponse<String> answer, int status) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith(status < 300 ? "application/json" : "application/problem+json");
    return JSON.readTree(answer.body());
  }

  HttpResponse<String> send(String method, String path, String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", "application/json")
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  static AccountHealth account(
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
        0,
        AccountFacts.NONE);
  }

  /** An account of 30 calls a minute, of which so many are used. */
  static AccountHealth using(int used) {
    return new AccountHealth(
        "loja",
        AccountHealth.State.READY,
        null,
        NOW.plusSeconds(600),
        null,
        4,
        30,
        Duration.ofMinutes(1),
        0,
        new AccountFacts(null, "id", 30, true, used, null, NOW, AccountFacts.NONE.owner()));
  }

  /** An account whose token is over, and could not be renewed. */
  static AccountHealth expired(String problem) {
    return new AccountHealth(
        "loja",
        AccountHealth.State.READY,
        problem,
        NOW.minusSeconds(60),
        null,
        4,
        30,
        Duration.ofMinutes(1),
        0,
        AccountFacts.NONE);
  }

  static Answer<HeaderPage> failed() {
    return new Answer.Failed<>(
        new TinyError(TinyError.Cause.NOT_SENT, "no connection", null, null));
  }

  /** A page of one row, which tells how many there are. */
  static Answer<HeaderPage> total(long total) {
    return new Answer.Ok<>(
        new HeaderPage(List.of(), List.of(), 1, 0, total), new Interval(NOW, NOW));
  }

  @Override
  public void close() throws IOException {
    server.stop();
    database.close();
  }
}
