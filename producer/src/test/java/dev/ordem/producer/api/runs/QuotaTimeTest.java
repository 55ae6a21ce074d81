package dev.ordem.producer.api.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.api.runs.QuotaTime.Window;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QuotaTimeTest {
  @Property(tries = 200)
  void noWindowEverHoldsMoreThanItsLimitAndMoreCallsNeverTakeLess(
      @ForAll @IntRange(min = 1, max = 5) int second,
      @ForAll @IntRange(min = 1, max = 40) int minute,
      @ForAll @IntRange(min = 1, max = 90) int hour,
      @ForAll @IntRange(max = 40) int used) {
    List<Window> windows =
        List.of(
            new Window(second, Duration.ofSeconds(1), 0),
            new Window(minute, Duration.ofMinutes(1), used),
            new Window(hour, Duration.ofHours(1), used));
    long[] starts = new long[200];
    for (int calls = 1; calls <= starts.length; calls++) {
      starts[calls - 1] = new QuotaTime(windows).untilLastOf(calls).toMillis();
    }
    assertThat(starts).isSorted();
    for (Window window : windows) {
      int free = window.limit() - window.used();
      for (int i = 0; i < starts.length; i++) {
        long before =
            i < free ? Long.MIN_VALUE / 2 : i < window.limit() ? 0 : starts[i - window.limit()];
        assertThat(starts[i] - before).isGreaterThanOrEqualTo(window.length().toMillis());
      }
    }
  }

  @Property(tries = 200)
  void oneWindowIsUsedToTheFull(
      @ForAll @IntRange(min = 1, max = 140) int limit,
      @ForAll @IntRange(min = 1, max = 100_000) int calls) {
    QuotaTime quota = new QuotaTime(List.of(new Window(limit, Duration.ofMinutes(1), 0)));
    assertThat(quota.untilLastOf(calls)).isEqualTo(Duration.ofMinutes((calls - 1) / limit));
  }

  @Test
  void withoutWindowsThereIsNoWait() {
    assertThat(new QuotaTime(List.of()).isUnlimited()).isTrue();
    assertThat(new QuotaTime(List.of()).untilLastOf(1_000_000)).isZero();
  }
}
