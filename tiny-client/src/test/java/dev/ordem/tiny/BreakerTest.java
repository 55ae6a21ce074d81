package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import java.time.Duration;
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
    assertThat(tiny.client.health()).isEqualTo(new ClientHealth(true, null, null));
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
  void breakersOfOneProcessAreToldApart() {
    try (TinyClient one = client("producer");
        TinyClient two = client("detail-worker")) {
      assertThat(one.health()).isEqualTo(two.health());
      assertThat(tiny.meters.scrape())
          .contains(
              "resilience4j_circuitbreaker_state{name=\"producer\",state=\"open\"} 0",
              "resilience4j_circuitbreaker_state{name=\"detail-worker\",state=\"open\"} 0");
    }
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
        Pattern.compile("resilience4j_circuitbreaker_state\\{name=\"tiny\",state=\"(\\w+)\"} 1\\.0")
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
