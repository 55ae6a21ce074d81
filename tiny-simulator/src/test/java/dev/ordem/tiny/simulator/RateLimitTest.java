package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.simulator.SimulatorSettings.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

  /** What is admitted is all that fits, and never more: refusals cost nothing. */
  @Property
  void noFixedWindowAdmitsMoreThanTheLimitNorLessThanItCould(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(max = 400) Integer> pauses,
      @ForAll @IntRange(min = 1, max = 40) int perWindow,
      @ForAll @IntRange(max = 6) int perSecond) {
    RateLimit quota = new RateLimit(new Limits(perWindow, perSecond, Duration.ofSeconds(10)));
    Map<Long, Integer> windows = new HashMap<>();
    Map<Long, Integer> seconds = new HashMap<>();
    long now = NOON.toEpochMilli();
    for (int pause : pauses) {
      now += pause;
      boolean room =
          windows.getOrDefault(now / 10_000, 0) < perWindow
              && (perSecond == 0 || seconds.getOrDefault(now / 1_000, 0) < perSecond);
      boolean admitted = quota.take(Instant.ofEpochMilli(now)).admitted();
      assertThat(admitted).isEqualTo(room);
      if (admitted) {
        windows.merge(now / 10_000, 1, Integer::sum);
        seconds.merge(now / 1_000, 1, Integer::sum);
      }
    }
    assertThat(windows.values()).allMatch(n -> n <= perWindow);
  }

  @Test
  void aMinuteEndsAtTheFullMinuteWhateverWasRefusedBefore() {
    RateLimit quota = new RateLimit(perMinute(2));
    Instant late = NOON.plusSeconds(55);
    assertThat(quota.take(late).admitted()).isTrue();
    assertThat(quota.take(late).admitted()).isTrue();
    for (int i = 0; i < 100; i++) {
      assertThat(quota.take(late.plusMillis(i * 40L)).admitted()).isFalse();
    }
    assertThat(quota.take(NOON.plusSeconds(60)).admitted()).isTrue();
  }

  @Test
  void headersSayLimitRemainingAndSecondsUntilTheReset() {
    RateLimit quota = new RateLimit(perMinute(30));
    Map<String, String> headers = small(quota.take(NOON.plusMillis(20_001)));
    assertThat(headers)
        .containsEntry("x-ratelimit-limit", "30")
        .containsEntry("x-ratelimit-remaining", "29")
        .containsEntry("x-ratelimit-reset", "39");
  }

  @Test
  void theResetIsRoundedDown() {
    RateLimit quota = new RateLimit(perMinute(1_000));
    for (int second = 0; second < 59; second++) {
      Instant at = NOON.plusSeconds(second).plusMillis(1);
      String reset = small(quota.take(at)).get("x-ratelimit-reset");
      assertThat(reset).isIn(null, Integer.toString(59 - second));
    }
    assertThat(small(quota.take(NOON.plusMillis(59_001)))).containsEntry("x-ratelimit-reset", "0");
    assertThat(small(quota.take(NOON.plusMillis(59_999)))).containsEntry("x-ratelimit-reset", "0");
  }

  @Test
  void headersSpeakOfTheSecondWhenTheSecondIsUsedUp() {
    RateLimit quota = new RateLimit(new Limits(30, 4, Duration.ofMinutes(1)));
    for (int i = 0; i < 3; i++) {
      assertThat(small(quota.take(NOON))).containsEntry("x-ratelimit-limit", "30");
    }
    assertThat(small(quota.take(NOON)))
        .containsEntry("x-ratelimit-limit", "4")
        .containsEntry("x-ratelimit-remaining", "0")
        .containsEntry("x-ratelimit-reset", "1");
    assertThat(quota.take(NOON).admitted()).isFalse();
    assertThat(small(quota.take(NOON.plusSeconds(1)))).containsEntry("x-ratelimit-remaining", "25");
  }

  @Test
  void headersAreSometimesMissingAndSpelledInSeveralWays() {
    RateLimit quota = new RateLimit(perMinute(1_000));
    Map<String, Integer> spellings = new TreeMap<>();
    for (int i = 0; i < 110; i++) {
      Map<String, String> headers = quota.take(NOON).headers();
      spellings.merge(headers.keySet().stream().findFirst().orElse("none"), 1, Integer::sum);
    }
    assertThat(spellings)
        .containsOnlyKeys("X-RateLimit-Limit", "X-Ratelimit-Limit", "none", "x-ratelimit-limit")
        .containsEntry("none", 10);
  }

  @Test
  void anUnlimitedAccountIsToldNothing() {
    RateLimit quota = new RateLimit(Limits.none());
    for (int i = 0; i < 10_000; i++) {
      RateLimit.Admission admission = quota.take(NOON);
      assertThat(admission.admitted()).isTrue();
      assertThat(admission.headers()).isEmpty();
    }
  }

  @Test
  void anotherApplicationTakesWhatIsLeftAndNotMore() {
    RateLimit quota = new RateLimit(perMinute(10));
    quota.take(NOON);
    assertThat(quota.takeForeign(7, NOON)).isEqualTo(7);
    assertThat(quota.takeForeign(7, NOON)).isEqualTo(2);
    assertThat(quota.take(NOON).admitted()).isFalse();
    assertThat(quota.take(NOON.plusSeconds(60)).admitted()).isTrue();
  }

  @Test
  void anotherApplicationThatKeepsCallingTakesHalfACallForEachOfOurs() {
    RateLimit quota = new RateLimit(perMinute(60));
    quota.foreignShare(0.5, false);
    for (int minute = 0; minute < 3; minute++) {
      int admitted = 0;
      for (int second = 0; second < 60; second++) {
        Instant at = NOON.plusSeconds(minute * 60L + second);
        admitted += quota.take(at).admitted() ? 1 : 0;
      }
      assertThat(admitted).isBetween(39, 41);
    }
  }

  @Test
  void anotherApplicationThatTakesItsShareAtOnceLeavesTheRest() {
    RateLimit quota = new RateLimit(perMinute(60));
    quota.foreignShare(0.5, true);
    for (int minute = 0; minute < 3; minute++) {
      int admitted = 0;
      for (int call = 0; call < 60; call++) {
        Instant at = NOON.plusSeconds(minute * 60L).plusMillis(call);
        admitted += quota.take(at).admitted() ? 1 : 0;
      }
      assertThat(admitted).isEqualTo(30);
    }
  }

  @Test
  void anotherApplicationTakesFromTheSecondToo() {
    RateLimit quota = new RateLimit(new Limits(30, 4, Duration.ofMinutes(1)));
    assertThat(quota.takeForeign(3, NOON)).isEqualTo(3);
    assertThat(small(quota.take(NOON))).containsEntry("x-ratelimit-limit", "4");
    assertThat(quota.take(NOON).admitted()).isFalse();
    assertThat(quota.takeForeign(7, NOON.plusMillis(999))).isZero();
    assertThat(quota.takeForeign(7, NOON.plusSeconds(1))).isEqualTo(4);
    RateLimit.Admission refused = quota.take(NOON.plusSeconds(1));
    assertThat(refused.admitted()).isFalse();
    assertThat(small(refused))
        .containsEntry("x-ratelimit-limit", "4")
        .containsEntry("x-ratelimit-remaining", "0")
        .containsEntry("x-ratelimit-reset", "1");
    assertThat(quota.take(NOON.plusSeconds(2)).admitted()).isTrue();
  }

  @Test
  void anotherApplicationThatTakesItsShareAtOnceTakesWholeSecondsUntilItHasIt() {
    RateLimit quota = new RateLimit(new Limits(60, 4, Duration.ofMinutes(1)));
    quota.foreignShare(0.5, true);
    for (int minute = 0; minute < 3; minute++) {
      for (int second = 0; second < 60; second++) {
        Instant at = NOON.plusSeconds(minute * 60L + second).plusMillis(300);
        int admitted = 0;
        while (admitted < 5 && quota.take(at).admitted()) {
          admitted++;
        }
        assertThat(admitted)
            .as("second %d", second)
            .isEqualTo(second < 7 ? 0 : second == 7 ? 2 : second < 15 ? 4 : 0);
      }
    }
  }

  @Test
  void anotherApplicationThatKeepsCallingTakesFromEachSecond() {
    RateLimit quota = new RateLimit(new Limits(240, 4, Duration.ofMinutes(1)));
    quota.foreignShare(0.5, false);
    for (int second = 1; second < 60; second++) {
      Instant end = NOON.plusSeconds(second).plusMillis(999);
      int admitted = 0;
      while (quota.take(end).admitted()) {
        admitted++;
      }
      assertThat(admitted).as("of 4, beside two").isEqualTo(2);
    }
  }

  @Test
  void aChangedLimitHoldsAtOnceAndForgetsNothing() {
    RateLimit quota = new RateLimit(perMinute(5));
    for (int i = 0; i < 4; i++) {
      quota.take(NOON);
    }
    quota.limits(perMinute(4));
    assertThat(quota.take(NOON).admitted()).isFalse();
    quota.limits(perMinute(6));
    assertThat(quota.take(NOON).admitted()).isTrue();
  }

  private static Limits perMinute(int calls) {
    return new Limits(calls, 0, Duration.ofMinutes(1));
  }

  private static Map<String, String> small(RateLimit.Admission admission) {
    Map<String, String> small = new TreeMap<>();
    admission.headers().forEach((name, value) -> small.put(name.toLowerCase(Locale.ROOT), value));
    return small;
  }
}
