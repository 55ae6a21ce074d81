package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ClockJumpsTest {
  private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");

  @Test
  void aClockThatRunsIsBelievedThoughItIsPutRightByALittle() {
    ClockJumps jumps = new ClockJumps();
    for (int minute = 0; minute < 500; minute++) {
      Instant shown = NOW.plus(Duration.ofSeconds(64L * minute));
      assertThat(jumps.believed(shown, Duration.ofMinutes(minute).toNanos())).isTrue();
    }
  }

  /** Each number: minutes that pass, and by how many the clock is set in them. */
  @Property
  void whatIsBelievedWasNotSetForAnHour(
      @ForAll @Size(max = 50) List<@IntRange(min = -9, max = 9) Integer> settings,
      @ForAll @IntRange(min = 6, max = 200_000) int by) {
    ClockJumps jumps = new ClockJumps();
    Instant clock = NOW;
    int minutes = 0;
    int setAt = -61;
    jumps.believed(clock, 0);
    for (int setting : settings) {
      int pass = Math.abs(setting) * 3;
      minutes += pass;
      clock = clock.plus(Duration.ofMinutes(pass));
      if (setting == 9 || setting == -9) {
        clock = clock.plus(Duration.ofMinutes((long) Integer.signum(setting) * by));
        setAt = minutes;
      }
      assertThat(jumps.believed(clock, Duration.ofMinutes(minutes).toNanos()))
          .isEqualTo(minutes - setAt > 60);
    }
  }
}
