package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.tiny.account.owner.StoreIdentity;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.Postgres;
import dev.ordem.tiny.quota.Time;
import dev.ordem.tiny.quota.WaitReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;

/** A client, a database of its own and a server that answers what the test says. */
final class Tiny implements AutoCloseable {
  /** 32 bytes, which need no stretching. */
  static final StoreIdentity IDENTITY = new StoreIdentity("test", "default", true, false);

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

  /** Calls for the shortest list, which are none of {@link #apiCalls}. */
  final AtomicInteger shortestLists = new AtomicInteger();

  final AtomicInteger tokenCalls = new AtomicInteger();

  /** The answer to the shortest list; null: what the last API call was answered. */
  volatile @Nullable MockResponse shortestList;

  private volatile MockResponse lastAnswer = json(500, "");

  /** Told of each API call when it has arrived. */
  volatile Runnable arriving = () -> {};

  final Queue<RecordedRequest> requests = new ConcurrentLinkedQueue<>();

  Tiny() throws IOException, SQLException {
    this(0, Duration.ofSeconds(2));
  }

  Tiny(int perWindow, Duration callTimeout) throws IOException, SQLException {
    this(perWindow, callTimeout, null);
  }

  /**
   * A server.
   *
   * @param tls its certificate, with which it speaks HTTP/2; null: plain HTTP/1.1
   */
  Tiny(int perWindow, Duration callTimeout, @Nullable SSLSocketFactory tls)
      throws IOException, SQLException {
    if (tls != null) {
      server.useHttps(tls);
    }
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return answer(request);
          }

          @Override
          public MockResponse peek() { // what HTTP/2 does to a stream before it is read
            MockResponse next = tls == null ? null : answers.peek();
            return next == null ? super.peek() : next;
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
            new TinyClient.Backoff(Duration.ofMillis(5), Duration.ofMillis(300)));
    client.start();
  }

  TinySettings settings(int perWindow, Duration callTimeout) {
    return new TinySettings(
        IDENTITY,
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
    if (String.valueOf(request.getTarget()).contains("limit=1&")) {
      shortestLists.incrementAndGet();
      return shortestList == null ? lastAnswer : shortestList;
    }
    apiCalls.incrementAndGet();
    arriving.run();
    MockResponse answer = answers.size() > 1 ? answers.poll() : answers.peek();
    lastAnswer = answer == null ? json(500, "{\"mensagem\":\"the test gave no answer\"}") : answer;
    return lastAnswer;
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

  /** The order that answers are for. */
  Answer<OrderDetail> detail() throws InterruptedException {
    return client.detail("default", 7, Priority.DETAIL);
  }

  /** Why a call is to be made later, which is what it came to. */
  static WaitReason reason(Answer<?> answer) {
    assertThat(answer).isInstanceOf(Answer.Later.class);
    return ((Answer.Later<?>) answer).reason();
  }

  /** A moment of the accounts lies so long ago. */
  void makeOlder(String column, String interval) throws Exception {
    Postgres.execute(
        database,
        "update tiny_account set %s = tiny_now() - interval '%s'".formatted(column, interval));
  }

  /** The first page of everything. */
  static HeaderQuery query() {
    return new HeaderQuery(null, null, null, HeaderQuery.Order.ASC, 100, 0, Priority.PAGE);
  }

  double drift(String field, String kind) {
    var counter = meters.find("ordem.tiny.drift").tags("field", field, "kind", kind).counter();
    return counter == null ? 0 : counter.count();
  }

  /** A process of its own, as far as a test can have one in this: started, to be closed. */
  TinyClient another(HikariDataSource pool, List<String> keys, @Nullable String refreshToken) {
    TinySettings base = settings(0, Duration.ofSeconds(2));
    TinyClient client =
        TinyClient.create(
            new TinySettings(
                base.identity(),
                base.apiUrl(),
                base.authUrl(),
                base.clientId(),
                base.clientSecret(),
                refreshToken,
                keys,
                0,
                0,
                base.window(),
                0,
                base.callTimeout(),
                base.permitWait()),
            pool,
            new SimpleMeterRegistry(),
            Time.system(),
            TinyClient.Backoff.NORMAL);
    client.start();
    return client;
  }

  /** The refresh tokens that the token endpoint was sent, in order. */
  List<String> refreshTokensUsed() {
    return tokenForms().stream().map(form -> String.valueOf(form.get("refresh_token"))).toList();
  }

  /** What the token endpoint was sent, in order. */
  List<Map<String, String>> tokenForms() {
    return requests.stream()
        .filter(request -> request.getTarget().endsWith("/token"))
        .map(RecordedRequest::getBody)
        .map(body -> form(body == null ? "" : body.utf8()))
        .toList();
  }

  /** The fields of a form or a query. */
  static Map<String, String> form(String encoded) {
    return Arrays.stream(encoded.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  @Override
  public void close() {
    client.close();
    database.close();
    server.close();
  }
}
