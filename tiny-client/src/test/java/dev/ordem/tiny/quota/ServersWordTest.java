package dev.ordem.tiny.quota;

import static dev.ordem.tiny.quota.SimulatedQuota.answered;
import static dev.ordem.tiny.quota.SimulatedQuota.throttled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.quota.Feedback.End;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
    hear(answered(120, 119, 43.0));
    assertThat(quota.state("a").perWindow()).isEqualTo(120);
    assertThat(quota.state("a").perSecond()).isEqualTo(4);
    hear(answered(20, 19, 40.0));
    assertThat(quota.state("a").perWindow()).isEqualTo(20);
  }

  @Test
  void aLearnedLimitIsWhatIsGiven() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    hear(answered(45, 44, 43.0));
    assertThat(permitsNow()).isEqualTo(42);
  }

  @Test
  void aLoweredLimitIsNotForgottenWhatWasUsedAndARaisedOneFindsWhatIsHeld() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    for (int i = 0; i < 20; i++) {
      call(Feedback.of(End.OK));
    }
    hear(answered(10, 9, 40.0));
    assertThat(permitsNow()).isZero();
    now = now.plusSeconds(1);
    for (int i = 0; i < 3; i++) {
      quota.release(now, "a", releaseOnly(), answered(30, 5, 40.0));
    }
    assertThat(quota.state("a").perWindow()).isEqualTo(30);
    assertThat(permitsNow()).isLessThanOrEqualTo(9);
  }

  @Test
  void theSecondsBucketIsToldApart() throws Exception {
    hear(answered(4, 3, 1.0));
    assertThat(quota.state("a").perWindow()).isEqualTo(30);
    hear(answered(6, 5, 1.0));
    assertThat(quota.state("a").perSecond()).isEqualTo(6);
    assertThat(quota.state("a").perWindow()).isEqualTo(30);
    hear(answered(60, 59, 1.0));
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
  void oneOddHeaderDecidesNothing() throws Exception {
    List<Feedback> odd =
        List.of(
            answered(4, 3, null),
            answered(4, 3, 30.0),
            answered(4, 0, 86_400.0),
            answered(1_000_000, 999_999, 20.0),
            answered(500, 499, 20.0),
            answered(30, 0, 59.0),
            answered(20, 30, 20.0));
    for (int i = 0; i < 4; i++) {
      for (Feedback feedback : odd) {
        call(feedback);
        assertThat(limits()).as("at %s", feedback).containsExactly(4, 30);
        call(answered(30, 25, 20.0));
        now = now.plusSeconds(61);
        assertThat(limits()).as("after %s", feedback).containsExactly(4, 30);
      }
    }
  }

  @Test
  void thatNothingIsLeftIsBelievedWhenTwoSaySo() throws Exception {
    call(answered(30, 25, 59.0));
    now = now.plusSeconds(1);
    call(answered(30, 0, 58.0));
    assertThat(permitsNow()).isEqualTo(1);
    now = now.plusSeconds(1);
    quota.release(now, "a", releaseOnly(), answered(30, 0, 57.0));
    assertThat(permitsNow()).isZero();
  }

  @Test
  void whatMakesNoSenseIsNotHeardHoweverOftenItIsTold() throws Exception {
    for (Feedback feedback :
        List.of(
            answered(4, 3, null),
            answered(1_000_000, 999_999, 20.0),
            answered(0, 0, 20.0),
            answered(20, 0, 86_400.0),
            answered(20, 30, 20.0))) {
      for (int i = 0; i < 9; i++) {
        call(feedback);
      }
      assertThat(limits()).as("after %s", feedback).containsExactly(4, 30);
      assertThat(permit().granted()).as("after %s", feedback).isTrue();
      now = now.plusSeconds(70);
    }
  }

  @Test
  void aLimitCountsWhenThreeAnswersInARowTellIt() throws Exception {
    call(answered(20, 19, 40.0));
    call(answered(20, 18, 40.0));
    assertThat(limits()).containsExactly(4, 30);
    call(answered(20, 17, 40.0));
    assertThat(limits()).containsExactly(4, 20);
  }

  @Test
  void nothingRemainingClosesUntilTheReset() throws Exception {
    call(answered(30, 0, 30.0));
    call(answered(30, 0, 30.0));
    QuotaStore.Decision refused = permit();
    assertThat(refused.granted()).isFalse();
    assertThat(refused.reason()).isEqualTo(WaitReason.QUOTA);
    assertThat(refused.pause()).as("30 s, rounded down").isEqualTo(Duration.ofSeconds(31));
    now = now.plusSeconds(31);
    assertThat(permit().granted()).isTrue();
  }

  @Test
  void noMoreCallsAreUnderWayThanRemain() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    call(answered(30, 9, 30.0));
    assertThat(permitsNow()).isEqualTo(9);
  }

  @Test
  void ofAnswersThatOverlapTheLeastCountsAndAnotherWindowsWordIsToldApart() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    QuotaStore.Decision first = permit();
    QuotaStore.Decision second = permit();
    quota.release(now, "a", second, answered(30, 5, 20.0));
    quota.release(now, "a", first, answered(30, 6, 20.0));
    QuotaStore.Decision late = permit();
    assertThat(1 + permitsNow()).isEqualTo(5);
    now = now.plusSeconds(30);
    QuotaStore.Decision next = permit();
    quota.release(now, "a", next, answered(30, 8, 55.0));
    quota.release(now, "a", late, answered(30, 0, 0.0));
    assertThat(permitsNow()).as("of 8 that the next window has left").isEqualTo(8);
  }

  @Test
  void aCallThatEndsWithoutTheServersWordMayHaveTakenOneOfWhatIsLeft() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 30, MINUTE, 0));
    call(answered(30, 2, 30.0));
    call(Feedback.of(End.OK));
    call(Feedback.of(End.FAILED));
    assertThat(permit().pause()).isEqualTo(Duration.ofSeconds(31));
  }

  @Test
  void a429ClosesUntilTheResetThatWasRoundedDown() throws Exception {
    call(throttled(12.0));
    assertThat(permit().pause()).isEqualTo(Duration.ofMillis(13_250));
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
  void nothingClosesForMoreThanOneWindow() throws Exception {
    call(throttled(60.0));
    assertThat(permit().pause()).isEqualTo(MINUTE);
    forget();
    call(answered(30, 0, 61.0));
    call(answered(30, 0, 61.0));
    assertThat(permit().pause()).isEqualTo(MINUTE);
    forget();
    call(throttled(86_400.0));
    assertThat(permit().pause())
        .as("as if it said nothing")
        .isEqualTo(Duration.ofMillis(60_000 - 17_250 + 1_000));
  }

  @Test
  void aForbiddenAccountIsClosedForItsTime() throws Exception {
    call(new Feedback(End.FORBIDDEN, null, null, null, Duration.ofMinutes(5), null));
    assertThat(permit().reason()).isEqualTo(WaitReason.ACCOUNT);
    assertThat(permit().pause()).isEqualTo(Duration.ofMinutes(5));
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
  void aReturnAfterTheLeaseEndsNobodyElsesPermit() throws Exception {
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
  void whatIsGrantedAWholeWindowLaterIsAuditedInTheNext() throws Exception {
    quota.reset(now, "a", new QuotaLimits(0, 1, MINUTE, 0));
    quota.release(now, "a", permit(), Feedback.of(End.OK));
    now = now.plus(MINUTE);
    assertThat(permit().granted()).isTrue();
    assertThat(quota.mostUsed("a", 1)).isEqualTo(1);
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
    return new QuotaStore.Decision(true, -5, now, 0, now, Duration.ZERO, WaitReason.QUOTA);
  }

  private int permitsNow() throws Exception {
    int count = 0;
    while (permit().granted()) {
      count++;
    }
    return count;
  }

  /** As often as a limit must be told to count. */
  private void hear(Feedback feedback) throws Exception {
    for (int i = 0; i < 3; i++) {
      call(feedback);
    }
  }

  private List<Integer> limits() throws Exception {
    return List.of(quota.state("a").perSecond(), quota.state("a").perWindow());
  }
}
