package dev.ordem.producer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreshnessTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void sixtyCallsAMinuteLookAtOpenOrdersEveryNineSeconds() {
    Freshness fresh = Freshness.of(60, MINUTE, 0.8, List.of(30L, 10L, 20L, 10L, 20L), 2_000);
    assertThat(fresh.open()).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(11));
    assertThat(fresh.all()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(3));
  }

  @Test
  void aLargeAccountIsSweptWithEveryFourthLook() {
    Freshness fresh =
        Freshness.of(30, MINUTE, 0.8, List.of(300L, 300L, 300L, 300L, 300L), 1_000_000);
    assertThat(fresh.all()).isGreaterThan(Duration.ofHours(24)).isLessThan(Duration.ofHours(30));
    assertThat(fresh.open()).isBetween(Duration.ofSeconds(50), Duration.ofSeconds(90));
  }

  @Test
  void moreQuotaLooksMoreOften() {
    Freshness few = Freshness.of(30, MINUTE, 0.8, List.of(9L, 9L, 9L, 9L, 9L), 500);
    Freshness many = Freshness.of(120, MINUTE, 0.8, List.of(9L, 9L, 9L, 9L, 9L), 500);
    assertThat(many.open().multipliedBy(4)).isCloseTo(few.open(), Duration.ofMillis(10));
  }
}
