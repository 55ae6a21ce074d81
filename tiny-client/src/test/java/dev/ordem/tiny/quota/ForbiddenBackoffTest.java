package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ForbiddenBackoffTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T12:00:00Z");

  private Duration passed = Duration.ZERO;
  private Duration set = Duration.ZERO;
  private final Clock clock =
      ((InstantSource) () -> BEGIN.plus(passed).plus(set)).withZone(ZoneOffset.UTC);
  private final ForbiddenBackoff refusals =
      new ForbiddenBackoff(new Time(clock, () -> passed.toNanos(), pause -> {}));

  @Test
  void eachRefusalAfterAWaitDoublesTheNextUpToAQuarterOfAnHour() {
    for (int minutes : new int[] {1, 2, 4, 8, 15, 15}) {
      Duration wait = refusals.refused("a");
      assertThat(wait).isEqualTo(Duration.ofMinutes(minutes));
      passed = passed.plus(wait);
    }
  }

  @Test
  void callsThatWereUnderWayTogetherCountOnce() {
    refusals.refused("a");
    passed = passed.plusSeconds(20);
    assertThat(refusals.refused("a")).isEqualTo(Duration.ofSeconds(40));
    passed = passed.plusSeconds(40);
    assertThat(refusals.refused("a")).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void anAnswerForgetsTheRefusalsOfItsAccountOnly() {
    refusals.refused("a");
    refusals.refused("b");
    passed = passed.plusSeconds(60);
    refusals.answered("a");
    assertThat(refusals.refused("a")).isEqualTo(Duration.ofMinutes(1));
    assertThat(refusals.refused("b")).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void aClockThatIsSetMakesNoWaitLonger() {
    refusals.refused("a");
    set = Duration.ofHours(-1);
    passed = passed.plusSeconds(60);
    assertThat(refusals.refused("a")).isEqualTo(Duration.ofMinutes(2));
    set = Duration.ofHours(1);
    assertThat(refusals.refused("a")).as("under way together").isEqualTo(Duration.ofMinutes(2));
  }
}
