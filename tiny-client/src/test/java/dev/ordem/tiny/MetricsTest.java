package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.tiny.order.Priority;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Names, labels and values as Prometheus reads them: dashboards rely on them. */
class MetricsTest {
  @Test
  void whatHappensShows() throws Exception {
    try (Tiny tiny = new Tiny(5, Duration.ofSeconds(2))) {
      tiny.answering(
          Tiny.json(200, "{\"id\":7,\"situacao\":\"3\",\"novo\":1}"), Tiny.json(404, ""));
      tiny.client.detail("default", 7, Priority.DETAIL);
      tiny.client.detail("default", 7, Priority.DETAIL);

      assertThat(tiny.meters.scrape().lines())
          .contains(
              requests("ok"),
              requests("not_found"),
              "ordem_tiny_request_seconds_count{endpoint=\"detail\"} 2",
              "ordem_quota_wait_seconds_count 2",
              "ordem_token_failures_total 0.0",
              "ordem_tiny_drift_total{field=\"novo\",kind=\"unknown\"} 1.0")
          .anyMatch(line -> line.startsWith("ordem_tiny_request_seconds_sum{endpoint="))
          .anyMatch(line -> line.startsWith("ordem_token_upkeep_age_seconds{client=\"tiny\"} "));
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(tiny.meters.scrape().lines())
                      .contains(
                          "ordem_quota_limit{account=\"default\",window=\"window\"} 5.0",
                          "ordem_quota_used_max{account=\"default\",window=\"window\"} 2.0")
                      .anyMatch(
                          line ->
                              line.matches(
                                  "ordem_token_expires_seconds\\{account=\"default\"} 14[0-4].*")));
    }
  }

  @Test
  void aRenewalThatFailsIsCounted() throws Exception {
    try (Tiny tiny = new Tiny()) {
      tiny.tokenAnswers.add(Tiny.json(503, ""));
      tiny.client.detail("default", 7, Priority.DETAIL);
      assertThat(tiny.meters.scrape().lines()).contains("ordem_token_failures_total 1.0");
    }
  }

  private static String requests(String outcome) {
    return "ordem_tiny_requests_total{account=\"default\",endpoint=\"detail\",outcome=\"%s\"} 1.0"
        .formatted(outcome);
  }
}
