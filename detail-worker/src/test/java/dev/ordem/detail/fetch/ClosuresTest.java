package dev.ordem.detail.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClosuresTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void aClosureIsMeasuredWhateverIsTheTime() {
    AtomicLong nanos = new AtomicLong();
    Closures closures = new Closures(nanos::get);
    DetailRequest request =
        new DetailRequest(new UUID(1, 1), "loja", 1, null, Lane.HOT, 1, NOW, null);
    closures.heard(new DetailResult.Deferred(request, NOW.plusSeconds(30), "quota", NOW));
    Instant setBack = NOW.minus(Duration.ofHours(1));

    nanos.set(Duration.ofSeconds(20).toNanos());
    DetailResult answer = closures.answer(request, setBack).orElseThrow();
    assertThat(((DetailResult.Deferred) answer).until()).isEqualTo(setBack.plusSeconds(10));

    nanos.set(Duration.ofSeconds(29).toNanos());
    assertThat(closures.answer(request, setBack)).isEmpty();

    closures.heard(new DetailResult.Deferred(request, NOW.plus(Duration.ofDays(1)), "outage", NOW));
    nanos.set(Duration.ofMinutes(15).toNanos());
    assertThat(closures.answer(request, NOW)).isPresent();
    nanos.set(Duration.ofMinutes(16).toNanos());
    assertThat(closures.answer(request, NOW)).as("told by a clock that was put right").isEmpty();
  }
}
