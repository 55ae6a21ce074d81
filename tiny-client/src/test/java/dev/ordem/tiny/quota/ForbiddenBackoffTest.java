package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ForbiddenBackoffTest {
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final ForbiddenBackoff refusals =
      new ForbiddenBackoff(new Time(clock, () -> 0, pause -> {}));

  @Test
  void eachRefusalAfterAWaitDoublesTheNextUpToAQuarterOfAnHour() {
    for (int minutes : new int[] {1, 2, 4, 8, 15, 15}) {
      Duration wait = refusals.refused("a");
      assertThat(wait).isEqualTo(Duration.ofMinutes(minutes));
      now = now.plus(wait);
    }
  }

  @Test
  void callsThatWereUnderWayTogetherCountOnce() {
    refusals.refused("a");
    now = now.plusSeconds(20);
    assertThat(refusals.refused("a")).isEqualTo(Duration.ofSeconds(40));
    now = now.plusSeconds(40);
    assertThat(refusals.refused("a")).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void anAnswerForgetsTheRefusalsOfItsAccountOnly() {
    refusals.refused("a");
    refusals.refused("b");
    now = now.plusSeconds(60);
    refusals.answered("a");
    assertThat(refusals.refused("a")).isEqualTo(Duration.ofMinutes(1));
    assertThat(refusals.refused("b")).isEqualTo(Duration.ofMinutes(2));
  }
}
