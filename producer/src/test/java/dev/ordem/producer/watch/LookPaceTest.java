package dev.ordem.producer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.watch.LookPace.QuotaUse;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LookPaceTest {
  private static final Instant NOW = Instant.parse("2026-01-05T08:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void alone_looksUseTheirShareEvenly() {
    assertThat(pause(60, 48, 48)).isEqualTo(Duration.ofMillis(1_250));
  }

  @Test
  void whatOthersUseIsNotTaken() {
    assertThat(pause(60, 57, 27)).isEqualTo(Duration.ofNanos(2_222_222_222L));
  }

  @Test
  void aFirstLoadDoesNotBlindTheWatch() {
    assertThat(pause(60, 60, 12)).isEqualTo(Duration.ofSeconds(5));
    assertThat(pause(30, 30, 0)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void whatTheServerHasLeftIsShared() {
    QuotaUse half = new QuotaUse(60, MINUTE, 20, 20, 15, NOW.plusSeconds(30));
    assertThat(new LookPace(0.8).pause(half, NOW)).isEqualTo(Duration.ofMillis(2_500));
    QuotaUse old = new QuotaUse(60, MINUTE, 20, 20, 0, NOW);
    assertThat(new LookPace(0.8).pause(old, NOW)).isEqualTo(Duration.ofMillis(1_250));
  }

  @Test
  void aShareOfNothingLooksSeldom() {
    QuotaUse use = new QuotaUse(60, MINUTE, 0, 0, null, null);
    assertThat(new LookPace(0).pause(use, NOW)).isEqualTo(Duration.ofMinutes(2));
  }

  @Property
  void looksKeepTheirShareAndTheirFloor(
      @ForAll @IntRange(min = 1, max = 200) int limit,
      @ForAll @IntRange(min = 0, max = 300) int used,
      @ForAll @IntRange(min = 0, max = 300) int looks,
      @ForAll @IntRange(min = 0, max = 200) int left,
      @ForAll @IntRange(min = -10, max = 60) int leftFor,
      @ForAll @DoubleRange(min = 0.05, max = 1) double share) {
    QuotaUse use = new QuotaUse(limit, MINUTE, used, looks, left, NOW.plusSeconds(leftFor));
    double inWindow = 60_000_000_000.0 / new LookPace(share).pause(use, NOW).toNanos();
    assertThat(inWindow).isLessThanOrEqualTo(Math.max(0.5, share * limit) * 1.001);
    double floor = Math.min(share, LookPace.FLOOR) * limit;
    assertThat(inWindow).isGreaterThanOrEqualTo(Math.min(240, floor) * 0.999);
  }

  private static Duration pause(int limit, long used, long looks) {
    return new LookPace(0.8).pause(new QuotaUse(limit, MINUTE, used, looks, null, null), NOW);
  }
}
