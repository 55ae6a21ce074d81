package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import dev.ordem.tiny.quota.WaitReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class QuotaTest {
  private static final String ORDER = "{\"id\":7,\"situacao\":\"3\"}";

  @Test
  void aUsedWindowDefersWithoutACall() throws Exception {
    try (Tiny tiny = new Tiny(3, Duration.ofSeconds(2))) {
      tiny.answering(Tiny.json(200, ORDER));
      for (int i = 0; i < 3; i++) {
        assertThat(tiny.client.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
      }

      Answer<OrderDetail> answer = tiny.client.detail("default", 7, Priority.DETAIL);

      assertThat(answer).isInstanceOf(Answer.Later.class);
      Answer.Later<OrderDetail> later = (Answer.Later<OrderDetail>) answer;
      assertThat(later.reason()).isEqualTo(WaitReason.QUOTA);
      assertThat(later.until()).isAfter(Instant.now().plusSeconds(50));
      assertThat(tiny.apiCalls).hasValue(3);
    }
  }

  @Test
  void withoutWindowsA429IsStillHeededByEveryProcess() throws Exception {
    try (Tiny tiny = new Tiny();
        TinyClient other =
            TinyClient.create(
                tiny.settings(0, Duration.ofSeconds(2)),
                tiny.database,
                new SimpleMeterRegistry())) {
      other.start();
      tiny.answering(Tiny.json(200, ORDER));
      assertThat(other.detail("default", 7, Priority.DETAIL)).isInstanceOf(Answer.Ok.class);
      tiny.answering(Tiny.json(429, "").newBuilder().addHeader("X-RateLimit-Reset", "40").build());
      tiny.client.detail("default", 7, Priority.DETAIL);
      int calls = tiny.apiCalls.get();
      tiny.answering(Tiny.json(200, ORDER));

      assertThat(tiny.client.detail("default", 7, Priority.DETAIL))
          .isInstanceOf(Answer.Later.class);
      assertThat(tiny.apiCalls).hasValue(calls);
      Answer.Later<OrderDetail> later =
          (Answer.Later<OrderDetail>)
              await()
                  .until(
                      () -> other.detail("default", 7, Priority.DETAIL),
                      Answer.Later.class::isInstance);
      assertThat(later.reason()).isEqualTo(WaitReason.QUOTA);
      assertThat(later.until()).isAfter(Instant.now().plusSeconds(20));
    }
  }
}
