package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import dev.ordem.tiny.simulator.TinySimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole producer on a real broker and database, as people and dashboards see it. */
class ProducerHealthTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path directory;
  private static TestBroker broker;
  private static EmbeddedPostgres postgres;
  private static TinySimulator tiny;
  private static ServiceProcess producer;

  @BeforeAll
  static void start() throws Exception {
    broker = new TestBroker(directory);
    postgres = EmbeddedPostgres.builder().start();
    tiny =
        new TinySimulator(SimulatorSettings.inProcess().withOrders(3).withLimits(Limits.none()))
            .start();
    producer = producer();
    producer.start();
  }

  private static ServiceProcess producer() {
    return new ServiceProcess(Environment.of(variables()), 0, List.of(ProducerService::new));
  }

  @BeforeEach
  void ready() {
    await().atMost(PATIENCE).until(() -> get("/health/ready").statusCode() == 200);
  }

  private static Map<String, String> variables() {
    return Map.ofEntries(
        Map.entry("KAFKA_BOOTSTRAP_SERVERS", broker.properties().get("bootstrap.servers") + ""),
        Map.entry("KAFKA_TOPIC_PARTITIONS", String.valueOf(TestBroker.PARTITIONS)),
        Map.entry("POSTGRES_URL", postgres.getJdbcUrl("postgres", "postgres")),
        Map.entry("POSTGRES_USER", "postgres"),
        Map.entry("POSTGRES_PASSWORD", "postgres"),
        Map.entry("TINY_API_URL", tiny.apiUrl().toString()),
        Map.entry("TINY_AUTH_URL", tiny.authUrl().toString()),
        Map.entry("TINY_CLIENT_ID", tiny.account().clientId()),
        Map.entry("TINY_CLIENT_SECRET", tiny.account().clientSecret()),
        Map.entry("TINY_REFRESH_TOKEN", tiny.account().refreshToken()),
        Map.entry("TINY_REQUESTS_PER_SECOND", "0"),
        Map.entry("TINY_REQUESTS_PER_MINUTE", "600"),
        Map.entry("SYNC_SCHEDULE", "off"),
        Map.entry("ORDEM_SECRET_KEY", "a passphrase of the test, long enough to be one"));
  }

  @AfterAll
  static void stop() throws Exception {
    producer.close();
    tiny.close();
    postgres.close();
    broker.close();
  }

  @Test
  void anOutageOfTinyIsSeenWithoutAskingAndMakesNothingUnready() throws Exception {
    assertThat(check(HTTP.send(probe(), BodyHandlers.ofString()), "api").path("said").asText())
        .contains("open");
    assertThat(check(get("/api/health"), "breaker").path("said").asText()).isEqualTo("closed");

    tiny.account().outage(true);
    await().atMost(PATIENCE).until(() -> !breakerAfterProbes());
    HttpResponse<String> health = get("/api/health");
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(check(health, "breaker").path("said").asText())
        .contains("open since", "out of order");
    HttpResponse<String> ready = get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(ready.body()).path("details").path("producer breaker").asText())
        .contains("calls wait");
    assertThat(get("/metrics").body())
        .contains(
            "resilience4j_circuitbreaker_state{name=\"producer/default\",state=\"open\"} 1.0");

    tiny.account().outage(false);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                check(HTTP.send(probe(), BodyHandlers.ofString()), "breaker")
                    .path("ok")
                    .asBoolean());
    assertThat(get("/api/health").statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(get("/health/ready").body()).path("details")).isEmpty();
    assertThat(get("/metrics").body())
        .contains(
            "resilience4j_circuitbreaker_state{name=\"producer/default\",state=\"closed\"} 1.0");
  }

  @Test
  void theMetricsOfTheClientHaveTheirPromisedNames() throws Exception {
    assertThat(check(HTTP.send(probe(), BodyHandlers.ofString()), "api").path("ok").asBoolean())
        .isTrue();
    String account = "{account=\"default\"";
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get("/metrics").body())
                    .contains(
                        "ordem_tiny_requests_total"
                            + account
                            + ",endpoint=\"list\",outcome=\"ok\"}",
                        "ordem_tiny_request_seconds_count{endpoint=\"list\"}",
                        "ordem_quota_limit" + account + ",window=\"window\"} 600.0",
                        "ordem_quota_used_max" + account + ",window=\"window\"}",
                        "ordem_quota_wait_seconds_count",
                        "ordem_token_expires_seconds" + account + "} 1",
                        "ordem_token_failures_total 0.0",
                        "ordem_token_upkeep_age_seconds{client=\"producer\"}"));
  }

  @Test
  void aProducerWhoseTokensNobodyLooksAfterEnds() throws Exception {
    Set<Thread> others = keepers();
    try (ServiceProcess another = producer()) {
      another.start();
      Set<Thread> its = keepers();
      its.removeAll(others);
      assertThat(its).hasSize(1);
      its.forEach(Thread::interrupt);
      await().atMost(PATIENCE).until(() -> !another.health().live());
      assertThat(another.awaitEnd()).isFalse();
      assertThat(another.health().details().get("producer keeper"))
          .contains("InterruptedException");
    }
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    assertThat(check(get("/api/health"), "keeper").path("ok").asBoolean()).isTrue();
  }

  private static Set<Thread> keepers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("tiny-token-keeper"))
        .collect(Collectors.toSet());
  }

  /** Asks Tiny more often than it takes to open the breaker; whether it is closed after that. */
  private static boolean breakerAfterProbes() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> probes =
        Stream.generate(() -> HTTP.sendAsync(probe(), BodyHandlers.ofString())).limit(12).toList();
    probes.forEach(CompletableFuture::join);
    return check(get("/api/health"), "breaker").path("ok").asBoolean();
  }

  private static JsonNode check(HttpResponse<String> health, String name)
      throws JsonProcessingException {
    JsonNode checks = JSON.readTree(health.body()).path("checks");
    return StreamSupport.stream(checks.spliterator(), false)
        .filter(check -> check.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(request(path), BodyHandlers.ofString());
  }

  private static HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + producer.port() + path)).build();
  }

  /** Asks Tiny, too. */
  private static HttpRequest probe() {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + producer.port() + "/api/health"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString("{}"))
        .build();
  }
}
