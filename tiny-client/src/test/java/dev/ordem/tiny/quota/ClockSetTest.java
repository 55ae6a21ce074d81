package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The database's clock is set, forward and back, while processes call. */
class ClockSetTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static SimulatedQuota quota;
  private final Instant before = Events.START;

  @BeforeAll
  static void start() throws Exception {
    quota = new SimulatedQuota();
  }

  @AfterAll
  static void stop() {
    quota.close();
  }

  @BeforeEach
  void useAll() throws Exception {
    quota.reset(before, "a", new QuotaLimits(0, 3, MINUTE, 0));
    for (int i = 0; i < 3; i++) {
      QuotaStore.Decision permit = quota.permit(before, "a", 2);
      assertThat(permit.granted()).isTrue();
      quota.release(before, "a", permit, Feedback.of(Feedback.End.OK));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 30, 61, 3_600, 86_400})
  void forwardItFreesNothingWhileAProcessWatches(int seconds) throws Exception {
    Instant now = before.plusSeconds(5 + seconds);
    QuotaStore.Decision refused = quota.permit(now, "a", before, Duration.ofSeconds(5));
    assertThat(refused.granted()).isFalse();
    assertThat(refused.pause()).isBetween(Duration.ofSeconds(54), MINUTE);
    // Another process, which read the clock before, too, must not hold permits for ever longer.
    quota.permit(now.plusSeconds(20), "a", before, Duration.ofSeconds(25));
    Instant read = now.plusSeconds(20);
    assertThat(quota.permit(now.plusSeconds(56), "a", read, Duration.ofSeconds(36)).granted())
        .isTrue();
  }

  @Test
  void forwardItOpensNoAccountThatTheServerClosed() throws Exception {
    quota.reset(before, "a", new QuotaLimits(0, 3, MINUTE, 0));
    QuotaStore.Decision permit = quota.permit(before, "a", 2);
    Feedback closing = new Feedback(Feedback.End.THROTTLED, 3, 0, 40.0, Duration.ZERO, null);
    quota.release(before, "a", permit, closing);
    Instant now = before.plusSeconds(61);
    assertThat(quota.permit(now, "a", before, Duration.ofSeconds(1)).granted()).isFalse();
  }

  @Test
  void timeThatPassesIsNoJump() throws Exception {
    Instant now = before.plusSeconds(61);
    assertThat(quota.permit(now, "a", before, Duration.ofSeconds(61)).granted()).isTrue();
  }

  @Test
  void forwardWhileNobodyWatchesItEndsPermitsTooEarly() throws Exception {
    assertThat(quota.permit(before.plusSeconds(61), "a", 2).granted())
        .as("what the essay says cannot be helped")
        .isTrue();
  }

  @Test
  void backByLittlePermitsCountForAsMuchLonger() throws Exception {
    assertThat(quota.permit(before.minusSeconds(20), "a", 2).granted()).isFalse();
    assertThat(quota.permit(before.plusSeconds(59), "a", 2).granted()).isFalse();
    assertThat(quota.permit(before.plusSeconds(60), "a", 2).granted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {120, 3_600, 86_400})
  void backPermitsCountForAWindowAndATenthOfIt(int seconds) throws Exception {
    Instant back = before.minusSeconds(seconds);
    QuotaStore.Decision refused = quota.permit(back, "a", 2);
    assertThat(refused.granted()).isFalse();
    assertThat(refused.pause()).isLessThanOrEqualTo(MINUTE);
    assertThat(quota.permit(back.plusSeconds(65), "a", 2).granted()).isFalse();
    QuotaStore.Decision granted = quota.permit(back.plusSeconds(67), "a", 2);
    assertThat(granted.granted()).isTrue();
    assertThat(granted.clock()).as("what shows a step forward").isEqualTo(back.plusSeconds(67));
  }

  /** Another process, which did not ask meanwhile, sees no step at all. */
  @ParameterizedTest
  @ValueSource(ints = {120, 3_600, 86_400})
  void whatWasUsedWhileItWasSetBackIsNotFreeWhenItIsPutRight(int seconds) throws Exception {
    Instant back = before.minusSeconds(seconds);
    quota.permit(back, "a", 2);
    for (int i = 0; i < 3; i++) {
      Instant now = back.plusSeconds(67);
      QuotaStore.Decision permit = quota.permit(now, "a", 2);
      assertThat(permit.granted()).isTrue();
      quota.release(now, "a", permit, Feedback.of(Feedback.End.OK));
    }
    Instant right = before.plusSeconds(70);
    assertThat(quota.permit(right, "a", before, Duration.ofSeconds(70)).granted()).isFalse();
  }

  @Test
  void backItEndsNoTrialLateAndOpensNoAccountEarly() throws Exception {
    quota.reset(before, "a", new QuotaLimits(0, 3, MINUTE, 0));
    QuotaStore.Decision permit = quota.permit(before, "a", 2);
    Feedback closing = new Feedback(Feedback.End.THROTTLED, 3, 0, 40.0, Duration.ZERO, null);
    quota.release(before, "a", permit, closing);
    Instant back = before.minus(Duration.ofDays(1));
    assertThat(quota.permit(back.plusSeconds(40), "a", 2).granted()).isFalse();
    Instant later = back.plusSeconds(90);
    QuotaStore.Decision first = quota.permit(later, "a", 2);
    assertThat(first.granted()).isTrue();
    assertThat(quota.permit(later, "a", 2).granted()).as("one goes first").isFalse();
    quota.release(later, "a", first, Feedback.of(Feedback.End.OK));
    assertThat(quota.permit(later, "a", 2).granted()).isTrue();
  }
}
