package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.tiny.http.RetryDecision;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people and dashboards see of the breaker while a server fails and comes back. */
class BreakerTest {
  private static final MockResponse GOOD = Tiny.json(200, "{\"id\":7,\"situacao\":\"3\"}");

  private Tiny tiny;

  @BeforeEach
  void start() throws Exception {
    tiny = new Tiny();
  }

  @AfterEach
  void stop() {
    tiny.close();
  }

  @Test
  void aBreakerThatOpensAndClosesIsSeenToDoSo() throws Exception {
    tiny.answering(GOOD);
    detail();
    assertThat(tiny.client.health()).isEqualTo(new ClientHealth(true, null, null, null, false, Map.of()));
    assertThat(tiny.client.health().notes("worker")).isEmpty();
    assertThat(stateInMetrics()).isEqualTo("closed");

    tiny.answering(Tiny.json(503, ""));
    open();
    assertThat(stateInMetrics()).isEqualTo("open");
    assertThat(tiny.client.health().notes("worker"))
        .containsOnlyKeys("worker breaker")
        .extractingByKey("worker breaker")
        .asString()
        .contains("open since", "calls wait", "TINY_API_URL");
    await().atMost(Duration.ofSeconds(20)).until(() -> probes() > 0);
    assertThat(tiny.client.health().breaker()).as("a probe that failed").isNotNull();

    tiny.answering(GOOD);
    await().atMost(Duration.ofSeconds(20)).until(() -> closedBy(detail()));
    assertThat(stateInMetrics()).isEqualTo("closed");
    assertThat(tiny.client.health().notes("worker")).isEmpty();
  }

  @Test
  void breakersOfOneProcessAreToldApart() throws Exception {
    tiny.answering(GOOD);
    try (TinyClient one = client("producer");
        TinyClient two = client("detail-worker")) {
      one.start();
      two.start();
      one.detail("default", 7, Priority.DETAIL);
      two.detail("default", 7, Priority.DETAIL);
      assertThat(one.health()).isEqualTo(two.health());
      assertThat(tiny.meters.scrape())
          .contains(
              "resilience4j_circuitbreaker_state{name=\"producer/default\",state=\"open\"} 0",
              "resilience4j_circuitbreaker_state{name=\"detail-worker/default\",state=\"open\"} 0");
    }
  }

  @Test
  void eachAccountHasABreakerOfItsOwn() throws Exception {
    RetryAndBreaker guard =
        new RetryAndBreaker("tiny", TinyClient.Backoff.NORMAL, Clock.systemUTC());
    fail(guard.of("loja"), 10);
    assertThat(guard.of("loja").lets(order(99), 0)).isFalse();
    assertThat(guard.of("filial").lets(order(99), 0)).isTrue();
    assertThat(guard.trouble()).contains("account loja: open since").doesNotContain("filial");
  }

  @Test
  void whatIsAtFaultItselfDoesNotProbe() throws Exception {
    RetryAndBreaker guard = guard();
    AccountBreaker breaker = guard.of("loja");
    judge(breaker, order(1), BAD);
    judge(breaker, order(50), new RetryDecision.Read(new byte[0]));
    judge(breaker, order(1), BAD);
    for (long id = 2; guard.trouble() == null; id++) {
      judge(breaker, order(id), BAD);
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> breaker.lets(order(90), 1));
    assertThat(breaker.lets(order(1), 1)).as("failed while another was answered").isFalse();
    assertThat(breaker.lets(order(2), 1)).as("the second probe").isTrue();
    breaker.judge(order(2), BAD, 0, 1);
    breaker.forgo();
    assertThat(breaker.lets(order(1), Duration.ofSeconds(61).toNanos()))
        .as("nobody else asked for a minute")
        .isTrue();
  }

  @Test
  void aRowThatNoPageCanHoldOpensNoBreakerHoweverSmallThePagesGet() {
    RetryAndBreaker guard = guard();
    AccountBreaker breaker = guard.of("loja");
    for (int limit = 100; limit > 1; limit /= 2) {
      judge(breaker, page(limit, 0), BAD);
    }
    for (int i = 0; i < 6; i++) {
      judge(breaker, page(1, 0), BAD);
    }
    judge(breaker, page(1, 1), new RetryDecision.Read(new byte[0]));
    for (int i = 0; i < 30; i++) {
      judge(breaker, page(1, 0), BAD);
    }
    assertThat(guard.trouble()).isNull();
  }

  @Test
  void aListThatShowsNothingOpensTheBreaker() {
    RetryAndBreaker guard = guard();
    AccountBreaker breaker = guard.of("loja");
    for (int i = 0; i < 10; i++) {
      judge(breaker, page(1, 0), BAD);
    }
    assertThat(guard.trouble()).isNotNull();
    RetryAndBreaker slow = guard();
    for (int i = 0; i < 10; i++) {
      AccountBreaker other = slow.of("loja");
      long at = Duration.ofSeconds(11L * i).toNanos();
      other.lets(page(100, 0), at);
      other.judge(page(100, 0), BAD, at, at);
    }
    assertThat(slow.trouble()).as("for minutes").isNotNull();
  }

  @Test
  void manyPlacesThatFailWhileOthersAreServedOpenNothing() {
    RetryAndBreaker guard = guard();
    AccountBreaker breaker = guard.of("loja");
    judge(breaker, page(100, 0), READ);
    for (int limit = 100; limit > 1; limit /= 2) {
      judge(breaker, page(limit, 99), BAD);
    }
    for (int place = 99; place < 300; place++) {
      for (int attempt = 0; attempt < 3; attempt++) {
        judge(breaker, page(1, place), BAD);
      }
      if (place % 3 == 0) {
        judge(breaker, page(1, 0), READ);
      }
    }
    assertThat(guard.trouble()).isNull();
  }

  @Test
  void aListThatWasServedAndIsDownOpensTheBreaker() {
    RetryAndBreaker guard = guard();
    AccountBreaker breaker = guard.of("loja");
    for (int i = 0; i < 30; i++) {
      judge(breaker, page(100, 99L * i), READ);
    }
    int calls = 0;
    for (int place = 0; guard.trouble() == null; place++) {
      judge(breaker, page(1, place), BAD);
      calls++;
    }
    assertThat(calls).isLessThanOrEqualTo(30);
  }

  @Test
  void whereAPlaceOfAListIsKnownToFailTheBeginningOfTheListIsTheProbe() throws Exception {
    tiny.shortestList = Tiny.json(503, "");
    tiny.answering(Tiny.json(503, ""));
    HeaderQuery bad =
        new HeaderQuery(null, null, null, HeaderQuery.Order.ASC, 2, 197, Priority.PAGE);
    for (int row = 0; tiny.client.health().breaker() == null; row++) {
      tiny.client.headers(
          "default",
          new HeaderQuery(null, null, null, HeaderQuery.Order.ASC, 2, 197 + row, Priority.PAGE));
    }
    int before = tiny.apiCalls.get();
    tiny.shortestList = Tiny.json(200, "{\"itens\":[],\"paginacao\":{\"total\":0}}");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              tiny.client.headers("default", bad);
              return tiny.client.health().breaker() == null;
            });
    assertThat(tiny.apiCalls.get() - before).as("once it is closed").isLessThanOrEqualTo(1);
  }

  @Test
  void twoMinutesAfterTheLastFailureOneHasAskedAgain() {
    for (int openings = 1; openings < 8; openings++) {
      TurnedClock clock = new TurnedClock();
      RetryAndBreaker guard = new RetryAndBreaker("tiny", TinyClient.Backoff.NORMAL, clock);
      AccountBreaker breaker = guard.of("loja");
      judge(breaker, order(1), BAD);
      judge(breaker, order(50), READ);
      for (long id = 2; guard.trouble() == null; id++) {
        judge(breaker, order(id), BAD);
      }
      Instant last = clock.instant();
      for (int opened = 1; opened < openings; opened++) {
        askedAgain(breaker, clock, order(90 + opened));
        breaker.judge(order(90 + opened), BAD, 0, 1);
        assertThat(breaker.lets(order(80 + opened), clock.nanos())).isTrue();
        breaker.judge(order(80 + opened), BAD, 0, 1);
        last = clock.instant();
      }
      askedAgain(breaker, clock, order(1));
      assertThat(Duration.between(last, clock.instant()))
          .as("opened %d times", openings)
          .isLessThanOrEqualTo(Duration.ofMinutes(2));
    }
  }

  /** Looks as often as whoever waits for the breaker does. */
  private static void askedAgain(AccountBreaker breaker, TurnedClock clock, ApiCall<?> call) {
    while (!breaker.lets(call, clock.nanos())) {
      clock.turn(breaker.pause());
    }
  }

  /** Shows what the test lets it. */
  private static final class TurnedClock extends Clock {
    private Instant now = Instant.EPOCH;

    void turn(Duration time) {
      now = now.plus(time);
    }

    long nanos() {
      return Duration.between(Instant.EPOCH, now).toNanos();
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static final RetryDecision READ = new RetryDecision.Read(new byte[0]);

  private static final RetryDecision BAD =
      new RetryDecision.Now(new TinyError(TinyError.Cause.SERVER, "status 500", null, 500));

  private static RetryAndBreaker guard() {
    return new RetryAndBreaker(
        "tiny",
        new TinyClient.Backoff(Duration.ofMillis(5), Duration.ofMillis(50)),
        Clock.systemUTC());
  }

  private static void fail(AccountBreaker breaker, int orders) {
    for (long id = 1; id <= orders; id++) {
      judge(breaker, order(id), BAD);
    }
  }

  private static void judge(AccountBreaker breaker, ApiCall<?> call, RetryDecision verdict) {
    assertThat(breaker.lets(call, 0)).isTrue();
    breaker.judge(call, verdict, 0, 1);
  }

  private static ApiCall<String> order(long id) {
    return call("detail", "order " + id, true);
  }

  private static ApiCall<String> page(int limit, long offset) {
    return call("list", "row " + offset, limit < 2);
  }

  private static ApiCall<String> call(String endpoint, String place, boolean patient) {
    return new ApiCall<>(
        "loja",
        endpoint,
        Priority.DETAIL,
        place,
        patient,
        place,
        (api, authorization, journey) -> {
          throw new IllegalStateException("is not sent");
        },
        body -> "");
  }

  private TinyClient client(String name) {
    return TinyClient.create(
        name, tiny.settings(0, Duration.ofSeconds(2)), tiny.database, tiny.meters);
  }

  private void open() throws InterruptedException {
    Answer<OrderDetail> answer = detail(101);
    for (long id = 102; !(answer instanceof Answer.Later); id++) {
      answer = detail(id);
    }
  }

  private boolean closedBy(Answer<OrderDetail> answer) {
    return answer instanceof Answer.Ok && tiny.client.health().breaker() == null;
  }

  /** Requests that a half-open breaker let through: one was good, ten orders opened it. */
  private int probes() throws InterruptedException {
    detail();
    return tiny.apiCalls.get() - 29;
  }

  /** The one state whose gauge says 1, as Prometheus reads it. */
  private String stateInMetrics() {
    Matcher state =
        Pattern.compile(
                "resilience4j_circuitbreaker_state\\{name=\"tiny/default\",state=\"(\\w+)\"} 1\\.0")
            .matcher(tiny.meters.scrape());
    assertThat(state.find()).isTrue();
    return state.group(1);
  }

  private Answer<OrderDetail> detail() throws InterruptedException {
    return detail(7);
  }

  private Answer<OrderDetail> detail(long id) throws InterruptedException {
    return tiny.client.detail("default", id, Priority.DETAIL);
  }
}
