package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.search.MeterNotFoundException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetricsTest {
  @Test
  void whatHappensShows() throws Exception {
    try (Tiny tiny = new Tiny(5, Duration.ofSeconds(2))) {
      tiny.answering(Tiny.json(200, "{\"id\":7,\"situacao\":\"3\"}"), Tiny.json(404, ""));
      tiny.client.detail("default", 7, Priority.DETAIL);
      tiny.client.detail("default", 7, Priority.DETAIL);

      assertThat(requests(tiny, "ok")).isEqualTo(1);
      assertThat(requests(tiny, "not_found")).isEqualTo(1);
      assertThat(tiny.meters.timer("ordem.tiny.request", "endpoint", "detail").count())
          .isEqualTo(2);
      assertThat(tiny.meters.timer("ordem.quota.wait").count()).isEqualTo(2);
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(MeterNotFoundException.class)
          .untilAsserted(
              () -> {
                assertThat(gauge(tiny, "ordem.quota.limit")).isEqualTo(5);
                assertThat(gauge(tiny, "ordem.quota.used.max")).isEqualTo(2);
                assertThat(tiny.meters.get("ordem.token.expires").gauge().value())
                    .isBetween(14_000.0, 14_400.0);
              });
    }
  }

  private static double gauge(Tiny tiny, String name) {
    return tiny.meters.get(name).tags("account", "default", "window", "window").gauge().value();
  }

  private static double requests(Tiny tiny, String outcome) {
    return tiny.meters
        .get("ordem.tiny.requests")
        .tags("account", "default", "endpoint", "detail", "outcome", outcome)
        .counter()
        .count();
  }
}
