package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.quota.Feedback.End;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the server says of the quota, in headers and with 429, and what every process makes of it.
 */
class ServersWordTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static SimulatedQuota quota;

  /** 12:00:17.250 by the database's clock. */
  private Instant now = Events.START;

  @BeforeAll
  static void start() throws Exception {
    quota = new SimulatedQuota();
  }

  @AfterAll
  static void stop() {
    quota.close();
  }

  @BeforeEach
  void forget() throws Exception {
    now = Events.START;
    quota.reset(now, "a", new QuotaLimits(4, 30, MINUTE, 0));
  }

  @Test
  void theHeaderTellsThePlanUpAndDown() throws Exception {
    call(answered(120, 119, 43.0));
    assertThat(quota.state("a").perWindow()).isEqualTo(120);
    assertThat(quota.state("a").perSecond()).isEqualTo(4);
    call(answered(20, 19, 40.0));
    assertThat(quota.state("a").perWindow()).isEqualTo(20);
  }

  @Test
  void aLearnedLimitIsWhatIsGiven() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    call(answered(45, 44, 43.0));
    assertThat(permitsNow()).isEqualTo(44);
  }

  @Test
  void aLoweredLimitIsNotForgottenWhatWasUsedAndARaisedOneFindsItsSlotsHeld() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    for (int i = 0; i < 20; i++) {
      call(Feedback.of(End.OK));
    }
    call(answered(10, 9, 40.0));
    assertThat(permitsNow()).isZero();
    now = now.plusSeconds(1);
    quota.release(now, "a", releaseOnly(), answered(30, 5, 40.0));
    assertThat(quota.state("a").perWindow()).isEqualTo(30);
    assertThat(permitsNow()).isLessThanOrEqualTo(9);
  }

  @Test
  void theSecondsBucketIsToldApart() throws Exception {
    call(answered(4, 3, 1.0));
    assertThat(quota.state("a").perWindow()).isEqualTo(30);
    call(answered(6, 5, 1.0));
    assertThat(quota.state("a").perSecond()).isEqualTo(6);
    assertThat(quota.state("a").perWindow()).isEqualTo(30);
    call(answered(60, 59, 1.0));
    assertThat(quota.state("a").perWindow()).isEqualTo(60);
    assertThat(quota.state("a").perSecond()).isEqualTo(6);
  }

  @Test
  void absentHeadersChangeNothing() throws Exception {
    call(Feedback.of(End.OK));
    call(answered(null, 0, 30.0));
    call(answered(30, null, null));
    call(answered(0, 0, 0.0));
    now = now.plusSeconds(2);
    assertThat(quota.state("a").perWindow()).isEqualTo(30);
    assertThat(permit().granted()).isTrue();
  }

  @Test
  void aWindowThatIsConfiguredAwayIsNotLearned() throws Exception {
    quota.reset(now, "a", new QuotaLimits(4, 0, MINUTE, 0));
    call(answered(30, 0, 20.0));
    assertThat(quota.state("a").perWindow()).isZero();
    assertThat(permit().granted()).isTrue();
  }

  @Test
  void aLimitThatNobodyReachesNeedsNoRows() throws Exception {
    call(answered(1_000_000, 999_999, 20.0));
    assertThat(quota.state("a").perWindow()).isZero();
    assertThat(permit().granted()).isTrue();
  }

  @Test
  void nothingRemainingClosesUntilTheReset() throws Exception {
    call(answered(30, 0, 30.0));
    QuotaStore.Decision refused = permit();
    assertThat(refused.granted()).isFalse();
    assertThat(refused.reason()).isEqualTo("quota");
    assertThat(refused.pause()).isEqualTo(Duration.ofSeconds(30));
    now = now.plusSeconds(30);
    assertThat(permit().granted()).isTrue();
  }

  @Test
  void noMoreCallsAreUnderWayThanRemain() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    call(answered(30, 2, 30.0));
    assertThat(permitsNow()).isEqualTo(2);
  }

  @Test
  void a429ClosesUntilTheReset() throws Exception {
    call(new Feedback(End.THROTTLED, 30, 0, 12.0, Duration.ZERO, null));
    assertThat(permit().pause()).isEqualTo(Duration.ofMillis(12_250));
  }

  @Test
  void a429WithoutAWordClosesUntilTheNextMinuteOfTheDatabase() throws Exception {
    call(Feedback.of(End.THROTTLED));
    assertThat(permit().pause()).isEqualTo(Duration.ofMillis(60_000 - 17_250 + 1_000));
  }

  @Test
  void a429WithTheServersTimeClosesUntilTheServersNextMinute() throws Exception {
    Instant server = Instant.parse("2026-03-01T12:00:47Z");
    call(new Feedback(End.THROTTLED, null, null, null, Duration.ZERO, server));
    assertThat(permit().pause()).isEqualTo(Duration.ofMillis(12_500 + 1_000));
  }

  @Test
  void a429JustAfterOpeningClosesForAMomentOnly() throws Exception {
    call(Feedback.of(End.THROTTLED));
    now = now.plusMillis(44_000);
    call(Feedback.of(End.THROTTLED));
    assertThat(permit().pause()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void nothingClosesForMoreThanOneWindow() throws Exception {
    call(new Feedback(End.THROTTLED, 30, 0, 86_400.0, Duration.ZERO, null));
    assertThat(permit().pause()).isEqualTo(MINUTE);
    forget();
    call(answered(30, 0, 86_400.0));
    assertThat(permit().pause()).isEqualTo(MINUTE);
  }

  @Test
  void aForbiddenAccountIsClosedForItsTime() throws Exception {
    call(new Feedback(End.FORBIDDEN, null, null, null, Duration.ofMinutes(5), null));
    assertThat(permit().reason()).isEqualTo("account");
    assertThat(permit().pause()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void theDelayDoublesWithEach429ShrinksWithEachSuccessAndGoesWhenAllIsWell() throws Exception {
    throttleAndReopen();
    assertThat(spacing()).isEqualTo(Duration.ofSeconds(1));
    throttleAndReopen();
    throttleAndReopen();
    assertThat(spacing()).isEqualTo(Duration.ofMillis(3_600));
    for (int i = 0; i < 10; i++) {
      throttleAndReopen();
    }
    assertThat(spacing()).isEqualTo(Duration.ofSeconds(54));
    now = now.plus(MINUTE.multipliedBy(2));
    call(Feedback.of(End.OK));
    call(Feedback.of(End.OK));
    assertThat(permit().granted()).isTrue();
    assertThat(permit().granted()).isTrue();
  }

  @Test
  void aShareIsKeptForPeopleAndPagesWhileTheyAsk() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 40, MINUTE, 0));
    assertThat(quota.permit(now, "a", 0).granted()).isTrue();
    assertThat(quota.permit(now, "a", 1).granted()).isTrue();
    assertThat(permitsNow()).isGreaterThanOrEqualTo(34).isLessThanOrEqualTo(36);
    assertThat(quota.permit(now, "a", 1).granted()).isTrue();
    assertThat(quota.permit(now, "a", 0).granted()).isTrue();
  }

  @Test
  void whoeverNobodyOutranksHasItAll() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 40, MINUTE, 0));
    assertThat(permitsNow()).isEqualTo(40);
  }

  @Test
  void aLeaseThatIsNeverReturnedFreesItself() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 3, MINUTE, 0));
    assertThat(permitsNow()).isEqualTo(3);
    now = now.plus(Leases.LENGTH).plus(MINUTE).minusMillis(1);
    assertThat(permitsNow()).isZero();
    now = now.plusMillis(1);
    assertThat(permitsNow()).isEqualTo(3);
  }

  @Test
  void aLeaseIsProlongedWhileItsHolderLives() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 1, MINUTE, 0));
    QuotaStore.Decision slow = permit();
    for (int second = 0; second < 100; second++) {
      now = now.plusSeconds(1);
      assertThat(quota.hold(now, "a", slow)).isTrue();
    }
    now = now.plus(Leases.LENGTH).plus(MINUTE).minusMillis(1);
    assertThat(permit().granted()).isFalse();
    now = now.plusMillis(1);
    assertThat(permit().granted()).isTrue();
    assertThat(quota.hold(now, "a", slow)).isFalse();
  }

  @Test
  void aReturnAfterTheLeaseFreesNobodyElsesSlot() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 1, MINUTE, 0));
    QuotaStore.Decision slow = permit();
    now = now.plusSeconds(100);
    assertThat(permit().granted()).isTrue();
    quota.release(now, "a", slow, Feedback.of(End.OK));
    now = now.plus(MINUTE).plusSeconds(1);
    assertThat(permit().granted()).isFalse();
  }

  @Test
  void theHourIsCountedToo() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 0, MINUTE, 100));
    assertThat(permitsNow()).isEqualTo(100);
    now = now.plusSeconds(3_600);
    assertThat(permitsNow()).isZero();
    now = now.plus(Leases.LENGTH);
    assertThat(permitsNow()).isEqualTo(100);
    assertThat(quota.mostUsed("a", 2)).isEqualTo(100);
  }

  @Test
  void theSameConfigurationAgainForgetsNothing() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 3, MINUTE, 0));
    assertThat(permitsNow()).isEqualTo(3);
    new QuotaStore(quota.database).configure("a", new QuotaLimits(0, 3, MINUTE, 0));
    assertThat(permitsNow()).isZero();
    new QuotaStore(quota.database).configure("a", new QuotaLimits(0, 5, MINUTE, 0));
    assertThat(permitsNow()).isEqualTo(2);
  }

  private QuotaStore.Decision permit() throws Exception {
    return quota.permit(now, "a", 2);
  }

  private void call(Feedback feedback) throws Exception {
    QuotaStore.Decision permit = permit();
    while (!permit.granted()) {
      now = now.plus(permit.pause());
      permit = permit();
    }
    quota.release(now, "a", permit, feedback);
  }

  private QuotaStore.Decision releaseOnly() {
    return new QuotaStore.Decision(true, -5, java.util.List.of(-1, -1, -1), now, Duration.ZERO, "");
  }

  private int permitsNow() throws Exception {
    int count = 0;
    while (permit().granted()) {
      count++;
    }
    return count;
  }

  private void throttleAndReopen() throws Exception {
    call(new Feedback(End.THROTTLED, 30, 0, 1.0, Duration.ZERO, null));
    now = now.plusMillis(60_001);
  }

  /** The delay between two calls, after one success. */
  private Duration spacing() throws Exception {
    call(Feedback.of(End.OK));
    call(Feedback.of(End.UNKNOWN));
    return permit().pause();
  }

  private static Feedback answered(
      @Nullable Integer limit, @Nullable Integer remaining, @Nullable Double reset) {
    return new Feedback(End.OK, limit, remaining, reset, Duration.ZERO, null);
  }
}
