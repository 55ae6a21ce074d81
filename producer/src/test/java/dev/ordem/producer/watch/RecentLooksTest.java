package dev.ordem.producer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RecentLooksTest {
  private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final RecentLooks looks = new RecentLooks();
  private Instant now = NOW;

  @Test
  void thoseOfTheLastWindowCount() {
    look(100);
    assertThat(looks.within(MINUTE, now)).isEqualTo(60);
    assertThat(looks.within(MINUTE, now.plusSeconds(30))).isEqualTo(30);
    assertThat(looks.within(MINUTE, now.plusSeconds(61))).isZero();
  }

  @Test
  void anExcursionOfTheClockLeavesNoneBehind() {
    look(30);
    now = now.plus(Duration.ofHours(1));
    look(3);
    now = NOW.plusSeconds(33);
    look(300);
    assertThat(looks.within(MINUTE, now)).isEqualTo(60);
  }

  /** By a clock that is set as somebody likes, one look each second. */
  @Property
  void neverMoreThanAWindowHolds(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = -4_000, max = 4_000) Integer> steps) {
    RecentLooks each = new RecentLooks();
    Instant clock = NOW;
    for (int step : steps) {
      clock = clock.plusSeconds(step);
      for (int second = 0; second < 90; second++) {
        assertThat(each.within(MINUTE, clock)).isLessThanOrEqualTo(61);
        each.add(clock);
        clock = clock.plusSeconds(1);
      }
    }
    assertThat(each.within(MINUTE, clock)).as("as if it had never been set").isBetween(60, 61);
  }

  private void look(int seconds) {
    for (int second = 0; second < seconds; second++) {
      looks.within(MINUTE, now);
      looks.add(now);
      now = now.plusSeconds(1);
    }
  }
}
