package dev.ordem.tiny;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class IntervalPropertyTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long HOUR = 3_600_000_000_000L;

  @Property
  void roundsOutwardsToWholeMicroseconds(
      @ForAll @LongRange(max = HOUR) long asked, @ForAll @LongRange(max = HOUR) long took) {
    Instant from = START.plusNanos(asked);
    Instant to = from.plusNanos(took);

    Interval at = new Interval(from, to);

    assertThat(at.asked()).isBeforeOrEqualTo(at.answered());
    assertThat(Duration.between(at.asked(), from).toNanos()).isBetween(0L, 999L);
    assertThat(Duration.between(to, at.answered()).toNanos()).isBetween(0L, 999L);
    assertThat(at.asked().truncatedTo(ChronoUnit.MICROS)).isEqualTo(at.asked());
    assertThat(at.answered().truncatedTo(ChronoUnit.MICROS)).isEqualTo(at.answered());
    assertThat(new Interval(at.asked(), at.answered())).isEqualTo(at);
  }

  @Test
  void nothingIsAnsweredBeforeItWasAsked() {
    assertThatThrownBy(() -> new Interval(START, START.minusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
