package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
    Instant read = told(quota.permit(now.plusSeconds(20), "a", before, Duration.ofSeconds(25)));
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

  /** Else the account stands still for as long as the clock was ahead. */
  @ParameterizedTest
  @ValueSource(ints = {120, 3_600, 86_400})
  void putRightWhatWasHeldLongerForAStepForwardEndsWhenItIsDue(int seconds) throws Exception {
    Instant ahead = before.plusSeconds(5 + seconds);
    QuotaStore.Decision refused = quota.permit(ahead, "a", before, Duration.ofSeconds(5));
    assertThat(refused.granted()).isFalse();
    Instant right = before.plusSeconds(10);
    assertThat(quota.permit(right, "a", told(refused), Duration.ofSeconds(5)).granted()).isFalse();
    assertThat(quota.permit(before.plusSeconds(59), "a", 2).granted()).isFalse();
    assertThat(quota.permit(before.plusSeconds(72), "a", 2).granted()).isTrue();
  }

  /** What the quota's clock counted meanwhile is not counted again. */
  @ParameterizedTest
  @ValueSource(ints = {120, 3_600, 86_400})
  void putRightAfterAStepBackWhatWasUsedMeanwhileEndsWhenItIsDue(int seconds) throws Exception {
    Instant back = before.minusSeconds(seconds);
    quota.permit(back, "a", 2);
    Instant read = before;
    for (int i = 0; i < 3; i++) {
      read = told(used(back.plusSeconds(67)));
    }
    Instant right = before.plusSeconds(110);
    assertThat(quota.permit(right, "a", read, Duration.ofSeconds(43)).granted()).isFalse();
    assertThat(quota.permit(before.plusSeconds(126), "a", 2).granted()).isFalse();
    assertThat(quota.permit(before.plusSeconds(134), "a", 2).granted()).isTrue();
  }

  /** Both read the clock at the same time; one is the first to be asked by whoever knows none. */
  @Test
  void aStepThatSomebodyNotedWhoCouldNotTellIsSeenByTheOthers() throws Exception {
    Instant ahead = before.plusSeconds(3_605);
    assertThat(quota.permit(ahead, "a", 2).granted()).as("who never read the clock").isTrue();
    assertThat(quota.permit(ahead, "a", before, Duration.ofSeconds(5)).granted()).isFalse();
  }

  @Test
  void whoSawAStepSeesTheNextOne() throws Exception {
    Instant ahead = before.plusSeconds(3_605);
    QuotaStore.Decision refused = quota.permit(ahead, "a", before, Duration.ofSeconds(5));
    Instant further = ahead.plusSeconds(3_605);
    assertThat(quota.permit(further, "a", told(refused), Duration.ofSeconds(5)).granted())
        .isFalse();
  }

  private static Instant told(QuotaStore.Decision decision) {
    return Objects.requireNonNull(decision.clock());
  }

  private static QuotaStore.Decision used(Instant now) throws Exception {
    QuotaStore.Decision permit = quota.permit(now, "a", 2);
    assertThat(permit.granted()).isTrue();
    quota.release(now, "a", permit, Feedback.of(Feedback.End.OK));
    return permit;
  }

  /** Another process saw the first, which must not hide the second from this one. */
  @Test
  void whoSawNeitherOfTwoStepsSeesWhatIsLeft() throws Exception {
    quota.permit(before.plusSeconds(111), "a", before, Duration.ofSeconds(11));
    Instant twice = before.plusSeconds(1_121);
    assertThat(quota.permit(twice, "a", before, Duration.ofSeconds(21)).granted()).isFalse();
  }

  /** Who did not ask since before the step back sees none when it is put right, but for its row. */
  @ParameterizedTest
  @ValueSource(ints = {120, 3_600})
  void whoSleptThroughAStepBackSeesThatItIsPutRight(int seconds) throws Exception {
    quota.permit(before.minusSeconds(seconds), "a", 2);
    int passed = 3_600;
    for (int i = 0; i < 3; i++) {
      used(before.plusSeconds(passed - seconds));
    }
    Instant right = before.plusSeconds(passed + 5);
    Duration since = Duration.ofSeconds(passed + 5);
    assertThat(quota.permit(right, "a", before, since).granted()).isFalse();
    Instant later = right.plusSeconds(64);
    assertThat(quota.permit(later, "a", before, since.plusSeconds(64)).granted()).isTrue();
  }

  /** Nobody asked for half an hour before the step, nor since, until another process did. */
  @Test
  void whatPassedBeforeAStepBackWasSeenIsNoPartOfIt() throws Exception {
    Instant back = before.plusSeconds(3_600 - 7_200);
    quota.permit(back, "a", before, Duration.ofHours(1));
    for (int i = 0; i < 3; i++) {
      used(back.plusSeconds(67));
    }
    Instant right = before.plusSeconds(3_670);
    assertThat(quota.permit(right, "a", before, Duration.ofSeconds(3_670)).granted()).isFalse();
  }

  /** What passed until somebody saw the step back, and what passes since, count. */
  @ParameterizedTest
  @ValueSource(ints = {30, 109, 3_600})
  void afterAStepBackAnAccountStandsForAWindowAndATenthOfIt(int seconds) throws Exception {
    quota.permit(before.plusSeconds(49), "a", 2);
    Instant back = before.plusSeconds(50 - seconds);
    assertThat(quota.permit(back, "a", 2).granted()).isFalse();
    for (int passed = 1; passed <= 10; passed++) {
      quota.permit(back.plusSeconds(passed), "a", 2);
    }
    assertThat(quota.permit(back.plusSeconds(14), "a", 2).granted()).isTrue();
  }

  @Test
  void aCallUnderWayIsHeldForAsLongAsIfItHadJustBegun() throws Exception {
    quota.reset(before, "a", new QuotaLimits(0, 3, MINUTE, 0));
    QuotaStore.Decision under = quota.permit(before, "a", 2);
    Instant ahead = before.plusSeconds(3_602);
    quota.permit(ahead, "a", before, Duration.ofSeconds(2));
    assertThat(quota.hold(ahead.plusSeconds(1), "a", under)).isTrue();
  }

  /** Its permits are of a clock that was ahead. */
  @Test
  void anAccountThatIsThereAgainGoesOnWithTheQuotasClock() throws Exception {
    Instant back = before.minusSeconds(3_600);
    quota.at(back);
    Postgres.execute(quota.database, "delete from tiny_quota");
    new QuotaStore(quota.database).configure("a", new QuotaLimits(0, 3, MINUTE, 0));
    assertThat(quota.permit(back, "a", 2).granted()).isFalse();
    assertThat(quota.permit(back.plusSeconds(67), "a", 2).granted()).isTrue();
  }

  @Test
  void aStepForwardThatNobodyHasSeenYetForgetsNothing() throws Exception {
    quota.at(before.plus(Duration.ofDays(1)));
    quota.prune();
    Instant ahead = before.plus(Duration.ofDays(1)).plusSeconds(5);
    assertThat(quota.permit(ahead, "a", before, Duration.ofSeconds(5)).granted()).isFalse();
  }

  /** Each account is told of a step by itself, whichever of them asks first. */
  @Test
  void aStepThatWasSeenForOneAccountIsSeenForTheOther() throws Exception {
    new QuotaStore(quota.database).configure("b", new QuotaLimits(0, 3, MINUTE, 0));
    long[] nanos = {0};
    Time time = new Time(Clock.fixed(before, ZoneOffset.UTC), () -> nanos[0], any -> {});
    Quota process =
        new Quota(
            new QuotaStore(quota.database),
            new Leases(new QuotaStore(quota.database), time, MINUTE),
            Duration.ZERO,
            time,
            new SimpleMeterRegistry());
    assertThat(process.take("a", "detail", 2)).isInstanceOf(Permit.Refused.class);
    process.take("b", "detail", 2);
    nanos[0] = Duration.ofSeconds(5).toNanos();
    quota.at(before.plusSeconds(3_605));
    assertThat(process.take("b", "detail", 2)).isInstanceOf(Permit.Granted.class);
    assertThat(process.take("a", "detail", 2)).isInstanceOf(Permit.Refused.class);
  }

  /** Of several that wait, one asks for all. */
  @Test
  void whoeverWaitsBehindAnotherIsNotSentAwayForAsLongAsTheHostsClockWasSetBack() throws Exception {
    new QuotaStore(quota.database).configure("b", new QuotaLimits(1, 0, MINUTE, 0));
    AtomicReference<Instant> shown = new AtomicReference<>(before);
    AtomicLong nanos = new AtomicLong();
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    Time time =
        new Time(
            ((InstantSource) shown::get).withZone(ZoneOffset.UTC),
            nanos::get,
            any -> {
              waits.countDown();
              goesOn.await();
            });
    Duration patience = Duration.ofSeconds(2);
    QuotaStore store = new QuotaStore(quota.database);
    Quota process =
        new Quota(
            store, new Leases(store, time, MINUTE), patience, time, new SimpleMeterRegistry());
    quota.at(before);
    process.take("b", "detail", 2);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<Permit> first = other.submit(() -> process.take("b", "detail", 2));
      waits.await();
      shown.set(before.minus(Duration.ofHours(1)));

      Permit.Refused behind = (Permit.Refused) process.take("b", "detail", 2);
      assertThat(Duration.between(shown.get(), behind.until())).isLessThanOrEqualTo(patience);
      nanos.set(MINUTE.toNanos());
      goesOn.countDown();
      first.get();
    } finally {
      goesOn.countDown();
      other.shutdown();
    }
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
  void backByLittlePermitsCountForAWindowAndATenthOfItToo() throws Exception {
    assertThat(quota.permit(before.minusSeconds(20), "a", 2).granted()).isFalse();
    assertThat(quota.permit(before.plusSeconds(46), "a", 2).granted()).isFalse();
    assertThat(quota.permit(before.plusSeconds(47), "a", 2).granted()).isTrue();
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
    assertThat(granted.clock()).as("as if it had not been set").isEqualTo(before.plusSeconds(67));
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
