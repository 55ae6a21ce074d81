package dev.ordem.tiny;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.account.Postgres;
import dev.ordem.tiny.account.Time;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/** A client, a database of its own and a server that answers what the test says. */
final class Tiny implements AutoCloseable {
  /** 32 bytes, which need no stretching. */
  static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  final MockWebServer server = new MockWebServer();
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final HikariDataSource database;
  final TinyClient client;

  /** Answers to API calls, in order; the last one stays. */
  final Queue<MockResponse> answers = new ConcurrentLinkedQueue<>();

  /** Answers to token calls, in order; without any, every renewal succeeds. */
  final Queue<MockResponse> tokenAnswers = new ConcurrentLinkedQueue<>();

  final AtomicInteger apiCalls = new AtomicInteger();
  final AtomicInteger tokenCalls = new AtomicInteger();
  final Queue<RecordedRequest> requests = new ConcurrentLinkedQueue<>();

  Tiny() throws IOException, SQLException {
    this(0, Duration.ofSeconds(2));
  }

  Tiny(int perWindow, Duration callTimeout) throws IOException, SQLException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(request);
          }
        });
    server.start();
    database = Postgres.database();
    client =
        TinyClient.create(
            settings(perWindow, callTimeout),
            database,
            meters,
            Time.system(),
            new TinyClient.Pace(Duration.ofMillis(5), Duration.ofMillis(300)));
    client.start();
  }

  TinySettings settings(int perWindow, Duration callTimeout) {
    return new TinySettings(
        "default",
        server.url("/public-api/v3").uri(),
        server.url("/realms/tiny/protocol/openid-connect").uri(),
        "client",
        "secret",
        "refresh-0",
        List.of(KEY),
        0,
        perWindow,
        Duration.ofMinutes(1),
        0,
        callTimeout,
        Duration.ofSeconds(1));
  }

  private MockResponse answer(RecordedRequest request) {
    requests.add(request);
    if (String.valueOf(request.getTarget()).endsWith("/token")) {
      int number = tokenCalls.incrementAndGet();
      return Optional.ofNullable(tokenAnswers.poll()).orElseGet(() -> pair(number, 14400));
    }
    apiCalls.incrementAndGet();
    MockResponse answer = answers.size() > 1 ? answers.poll() : answers.peek();
    return answer == null ? json(500, "{\"mensagem\":\"the test gave no answer\"}") : answer;
  }

  static MockResponse pair(int number, int lifetime) {
    return json(
        200,
        "{\"access_token\":\"access-%d\",\"refresh_token\":\"refresh-%d\",\"expires_in\":%d}"
            .formatted(number, number, lifetime));
  }

  static MockResponse json(int status, String body) {
    return new MockResponse.Builder()
        .code(status)
        .addHeader("Content-Type", "application/json")
        .body(body)
        .build();
  }

  /** The next API calls are answered with these, in order, the last one for ever. */
  Tiny answering(MockResponse... responses) {
    answers.clear();
    answers.addAll(List.of(responses));
    return this;
  }

  /** The first page of everything. */
  static HeaderQuery query() {
    return new HeaderQuery(null, null, null, HeaderQuery.Order.ASC, 100, 0, Priority.PAGE);
  }

  double drift(String field, String kind) {
    var counter = meters.find("ordem.tiny.drift").tags("field", field, "kind", kind).counter();
    return counter == null ? 0 : counter.count();
  }

  @Override
  public void close() {
    client.close();
    database.close();
    server.close();
  }
}
