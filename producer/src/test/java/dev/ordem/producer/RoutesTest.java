package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Service;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.TinySimulator;
import io.javalin.config.RoutesConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every route of a real producer, as its server lists them, so that a new one is looked at by
 * itself: who may not be answered is not, and who may not see persons sees none. Worker and sink
 * serve those of every process, and no others.
 */
class RoutesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String ALL = "the-t0ken-of-who-may-all";
  private static final String READ = "the-t0ken-of-who-may-look";
  private static final String BODY = "{\"clientId\":\"other\",\"clientSecret\":\"other\"}";
  private static final Set<String> CHANGING = Set.of("POST", "PUT", "DELETE", "PATCH");

  /** In the place of every name: of who authorised, of customers and of whoever Tiny speaks of. */
  private static final String PERSON = "marked";

  private static final String SEEDS =
      """
      INSERT INTO os (account, id, numero, situacao, total, cliente_id, cliente_nome, tecnico,
        equipamento, marcadores, payload, details_synced, updated_at, revision, source_at,
        source_offset) VALUES ('default', 1, '101', 3, 1, 7, 'marked', 'marked', 'marked', '{}',
        '{"contato": {"nome": "marked"}}', true, now(), 1, now(), 1);
      INSERT INTO os_sync_queue (account, os_id, state, lane, attempts, last_error,
        last_error_cause, run_id, updated_at, source_offset) VALUES ('default', 1, 'PARKED', 'HOT',
        2, 'GET 1: marked', 'http-500', '%1$s', now(), 1);
      INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error, run_ids)
        VALUES ('os', 'default', 1, 'REFUSED', 0, 'index', 'marked', '{%1$s}');
      INSERT INTO sync_run_log (run_id, level, module, message) VALUES ('%1$s', 'INFO', 'run', 'x');
      UPDATE sync_run SET error = 'marked', headers = '{"status": "FAILED", "error": "marked"}'
      """;

  @TempDir static Path directory;
  private static TestBroker broker;
  private static EmbeddedPostgres postgres;
  private static TinySimulator tiny;
  private static ServiceProcess guarded;
  private static ServiceProcess open;
  private static List<Route> routes;
  private static final Map<String, String> parameters = new HashMap<>();

  /** As a server has it. */
  private record Route(String method, String path) {
    String filled() {
      String text = path.contains("{attempt}") ? path.replace("{account}", "second") : path;
      text = path.startsWith("/api/os/") ? text.replace("{id}", "1") : text;
      for (Map.Entry<String, String> each : parameters.entrySet()) {
        text = text.replace("{" + each.getKey() + "}", each.getValue());
      }
      return path.equals("/api/os/{account}") ? text + "?numero=101" : text;
    }

    boolean isHealth() {
      return path.startsWith("/health/");
    }

    /** What wants no token. */
    boolean isOpen() {
      return isHealth()
          || path.equals("/metrics")
          || path.equals("/login")
          || path.startsWith("/oauth/");
    }

    boolean changes() {
      return CHANGING.contains(method);
    }
  }

  /** A service that does nothing but look at the server that it is part of. */
  private static final class Witness implements Service {
    private @Nullable RoutesConfig seen;

    @Override
    public String name() {
      return "witness";
    }

    @Override
    public void start() {}

    @Override
    public Health health() {
      return Health.up();
    }

    @Override
    public void routes(RoutesConfig routes) {
      seen = routes;
    }

    @Override
    public void close() {}

    List<Route> all() {
      return Objects.requireNonNull(seen, "no server yet").getCfg$javalin().internalRouter.allHttpHandlers().stream()
          .map(parsed -> new Route(parsed.endpoint.method.name(), parsed.endpoint.path))
          .filter(route -> !route.method().contains("BEFORE") && !route.method().contains("AFTER"))
          .toList();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    broker = new TestBroker(directory);
    postgres = EmbeddedPostgres.builder().start();
    tiny =
        new TinySimulator(SimulatorSettings.inProcess().withOrders(3).withLimits(Limits.none()))
            .start();
    tiny.account().addApplication(new Client("other", "other", "other"));
    tiny.account().person(PERSON + "-1");
    Witness witness = new Witness();
    guarded = process(Map.of("ORDEM_API_TOKEN", ALL, "ORDEM_READ_TOKEN", READ), witness);
    open = process(Map.of(), new Witness());
    guarded.start();
    open.start();
    routes = witness.all();
    await().atMost(PATIENCE).until(() -> get("/health/ready", null).statusCode() == 200);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              send(guarded, "POST", "/api/health", "{}", "Bearer " + ALL);
              return get("/api/accounts", ALL).body().contains(PERSON);
            });
    parameters.put("account", "default");
    refuseAnAttempt();
    refuseARenewal();
    seed();
  }

  private static ServiceProcess process(Map<String, String> more, Witness witness) {
    Map<String, String> variables = new HashMap<>(more);
    variables.put("KAFKA_BOOTSTRAP_SERVERS", broker.properties().get("bootstrap.servers") + "");
    variables.put("KAFKA_TOPIC_PARTITIONS", String.valueOf(TestBroker.PARTITIONS));
    variables.put("POSTGRES_URL", postgres.getJdbcUrl("postgres", "postgres"));
    variables.put("POSTGRES_USER", "postgres");
    variables.put("POSTGRES_PASSWORD", "postgres");
    variables.put("TINY_API_URL", tiny.apiUrl().toString());
    variables.put("TINY_AUTH_URL", tiny.authUrl().toString());
    variables.put("TINY_CLIENT_ID", tiny.account().clientId());
    variables.put("TINY_CLIENT_SECRET", tiny.account().clientSecret());
    variables.put("TINY_REFRESH_TOKEN", tiny.account().refreshToken());
    variables.put("TINY_REQUESTS_PER_SECOND", "0");
    variables.put("TINY_REQUESTS_PER_MINUTE", "600");
    variables.put("SYNC_SCHEDULE", "off");
    variables.put("ORDEM_SECRET_KEY", "a passphrase of the test, long enough to be one");
    return new ServiceProcess(
        Environment.of(variables),
        0,
        List.of(ProducerService::new, (environment, meters) -> witness));
  }

  /** The company of the account, under a second name: what the person at the browser is shown. */
  private static void refuseAnAttempt() throws Exception {
    HttpResponse<String> begun =
        send(guarded, "POST", "/api/accounts/second/connect", BODY, "Bearer " + ALL);
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
    JsonNode told = JSON.readTree(begun.body());
    URI page = URI.create(told.path("url").asText());
    HttpRequest form =
        HttpRequest.newBuilder(URI.create(tiny.authUrl() + "/auth"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(page.getRawQuery() + "&username=demo&password=demo"))
            .build();
    String back =
        HTTP.send(form, BodyHandlers.ofString()).headers().firstValue("Location").orElseThrow();
    HttpResponse<String> refused =
        HTTP.send(HttpRequest.newBuilder(URI.create(back)).build(), BodyHandlers.ofString());
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
    assertThat(refused.body()).contains("The same company").doesNotContain(PERSON);
    parameters.put("attempt", told.path("attempt").asText());
    String attempt = "/api/accounts/second/connect/" + told.path("attempt").asText();
    assertThat(get(attempt, ALL).body()).contains("The same company", PERSON);
    assertThat(get(attempt, READ).body()).contains("The same company").doesNotContain(PERSON);
  }

  /** The account's token is renewed with one of another person, which is refused. */
  private static void refuseARenewal() {
    tiny.account().person(PERSON + "-2");
    tiny.account().expireAccessTokens();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              send(guarded, "POST", "/api/health", "{}", "Bearer " + ALL);
              return get("/health/ready", null).body().contains("another person");
            });
  }

  private static void seed() throws Exception {
    HttpResponse<String> run =
        send(guarded, "POST", "/api/runs", "{\"start\":false}", "Bearer " + ALL);
    parameters.put("id", JSON.readTree(run.body()).path("runId").asText());
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(SEEDS.formatted(parameters.get("id")));
    } catch (SQLException e) {
      throw new IllegalStateException(run.body(), e);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    guarded.close();
    open.close();
    tiny.close();
    postgres.close();
    broker.close();
  }

  @Test
  void theServersOwnListIsLookedAt() {
    assertThat(routes)
        .contains(
            new Route("GET", "/health/ready"),
            new Route("GET", "/metrics"),
            new Route("GET", "/api/accounts/{account}/connect/{attempt}"),
            new Route("POST", "/api/runs/{id}/cancel"))
        .hasSizeGreaterThan(25);
  }

  @Test
  void whoHasNoTokenIsToldOfNobodyAndChangesNothing() throws Exception {
    for (Route route : routes) {
      HttpResponse<String> answer = send(guarded, route.method(), route.filled(), "", null);
      assertThat(answer.body()).as("%s", route).doesNotContain(PERSON);
      if (!route.isOpen()) {
        assertThat(answer.statusCode())
            .as("%s", route)
            .isEqualTo(route.path().equals("/") ? 303 : 401);
      }
    }
    assertThat(get("/health/ready", null).body())
        .contains("another person", "./ordem connect --account default");
  }

  @Test
  void whoMayLookIsToldOfNobodyAndChangesNothing() throws Exception {
    for (Route route : routes) {
      HttpResponse<String> answer =
          send(guarded, route.method(), route.filled(), "", "Bearer " + READ);
      assertThat(answer.body()).as("%s", route).doesNotContain(PERSON);
      if (route.changes() && !route.isOpen()) {
        assertThat(answer.statusCode()).as("%s", route).isEqualTo(403);
      }
    }
  }

  @Test
  void whoMayAllSeesWhatAPersonNeeds() throws Exception {
    for (Route route : routes) {
      if (route.method().equals("GET") && route.path().startsWith("/api/")) {
        HttpResponse<String> answer = get(route.filled(), ALL);
        assertThat(answer.statusCode()).as("%s: %s", route, answer.body()).isIn(200, 503);
      }
    }
    assertThat(get("/api/accounts", ALL).body()).contains(PERSON + "-1", PERSON + "-2");
    assertThat(get("/api/os/default/1", ALL).body()).contains(PERSON);
    assertThat(get("/api/failures", ALL).body()).contains(PERSON);
    assertThat(get("/api/runs/" + parameters.get("id"), ALL).body()).contains(PERSON);
  }

  @Test
  void noOtherSiteReachesAnything() throws Exception {
    for (Route route : routes) {
      if (!route.isHealth()) {
        for (ServiceProcess each : List.of(open, guarded)) {
          HttpResponse<String> answer =
              send(
                  each,
                  route.method(),
                  route.filled(),
                  "",
                  "Bearer " + ALL,
                  "Origin",
                  "https://evil.example");
          assertThat(answer.statusCode()).as("%s", route).isEqualTo(403);
        }
        String foreign = raw(route.method() + " " + route.filled(), "evil.example");
        assertThat(foreign).as("%s", route).startsWith("HTTP/1.1 403");
      }
    }
  }

  @Test
  void noFormChangesAnything() throws Exception {
    for (Route route : routes) {
      if (route.changes() && !route.path().equals("/login")) {
        HttpResponse<String> answer =
            send(
                open,
                route.method(),
                route.filled(),
                "a=b",
                "Bearer " + ALL,
                "Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(answer.statusCode()).as("%s", route).isEqualTo(415);
      }
    }
  }

  private static HttpResponse<String> get(String path, @Nullable String token) throws Exception {
    return send(guarded, "GET", path, "", token == null ? null : "Bearer " + token);
  }

  private static HttpResponse<String> send(
      ServiceProcess to, String method, String path, String body, @Nullable String authorization)
      throws Exception {
    return body.isEmpty()
        ? send(to, method, path, body, authorization, "Accept", "*/*")
        : send(to, method, path, body, authorization, "Content-Type", "application/json");
  }

  private static HttpResponse<String> send(
      ServiceProcess to,
      String method,
      String path,
      String body,
      @Nullable String authorization,
      String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .headers(headers);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  /** To who has no token, from a browser that was made to believe that this is another machine. */
  private static String raw(String what, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open.port())) {
      socket.setSoTimeout(10_000);
      String head = what + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
