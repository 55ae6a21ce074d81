package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The database's clock is set back: what is asked later must be told as later. */
class AskedTimeTest {
  private static final Instant NOON = Instant.parse("2026-02-10T12:00:00Z");
  private static final String ACCOUNT = "loja";

  private static SimulatedQuota quota;

  @BeforeAll
  static void start() throws SQLException {
    quota = new SimulatedQuota();
  }

  @AfterAll
  static void stop() {
    quota.close();
  }

  @BeforeEach
  void reset() throws SQLException {
    quota.reset(NOON, ACCOUNT, new QuotaLimits(0, 1000, Duration.ofMinutes(1), 0));
  }

  @Test
  void aGoodClockIsToldAsItIs() throws SQLException {
    assertThat(quota.asked(NOON, ACCOUNT)).isEqualTo(NOON);
    assertThat(quota.asked(NOON.plusSeconds(1), ACCOUNT)).isEqualTo(NOON.plusSeconds(1));
    assertThat(quota.asked(NOON.plusSeconds(1), "unknown")).isEqualTo(NOON.plusSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 60, 260})
  void afterAStepBackTimeGoesOnFromTheLastCallUntilTheClockHasCaughtUp(long seconds)
      throws SQLException {
    Instant last = quota.asked(NOON, ACCOUNT);
    for (long passed = 0; passed < 20 * seconds; passed += seconds / 20 + 1) {
      Instant clock = NOON.minusSeconds(seconds).plusSeconds(passed);
      Instant asked = quota.asked(clock, ACCOUNT);
      assertThat(asked).isAfter(last).isAfterOrEqualTo(clock);
      last = asked;
    }
    Instant caughtUp = NOON.plusSeconds(20 * seconds);
    assertThat(quota.asked(caughtUp, ACCOUNT)).isEqualTo(caughtUp);
  }

  @Test
  void aPermitTellsTheSameTimeAsACallWithoutOne() throws SQLException {
    quota.asked(NOON, ACCOUNT);
    QuotaStore.Decision permit = quota.permit(NOON.minusSeconds(60), ACCOUNT, 1);
    assertThat(permit.at()).isAfter(NOON);
    assertThat(quota.asked(NOON.minusSeconds(60), ACCOUNT)).isAfter(permit.at());
  }

  @ParameterizedTest
  @ValueSource(longs = {360, 3_600, 86_400})
  void whereTheHostKnowsBetterAStepBackOfAnySizeChangesNothing(long seconds) throws SQLException {
    Instant last = quota.asked(NOON, ACCOUNT);
    for (int passed = 1; passed < 600; passed += 60) {
      Instant right = NOON.plusSeconds(passed);
      Instant asked = quota.asked(right.minusSeconds(seconds), right, ACCOUNT);
      assertThat(asked).isAfter(last).isBeforeOrEqualTo(right);
      last = asked;
    }
    Instant right = NOON.plusSeconds(900);
    assertThat(quota.asked(right, right, ACCOUNT)).isEqualTo(right);
  }

  @ParameterizedTest
  @ValueSource(longs = {-86_400, -600, 600, 86_400})
  void aHostsWrongClockChangesNothing(long seconds) throws SQLException {
    for (int passed = 0; passed < 600; passed += 60) {
      Instant right = NOON.plusSeconds(passed);
      assertThat(quota.asked(right, right.plusSeconds(seconds), ACCOUNT)).isEqualTo(right);
    }
  }

  /** Whoever reads it believes nothing that is further ahead than five minutes. */
  @ParameterizedTest
  @ValueSource(longs = {400, 3_600, 5_300})
  void afterAStepOfAllClocksTimeGoesOnAsFarAheadAsReadersBelieve(long seconds) throws SQLException {
    quota.asked(NOON, ACCOUNT);
    Instant last = Instant.MIN;
    for (long passed = 0; passed < 20 * seconds; passed += 100) {
      Instant clock = NOON.minusSeconds(seconds).plusSeconds(passed);
      Instant asked = quota.asked(clock, ACCOUNT);
      assertThat(asked).isAfter(last).isBetween(clock, clock.plusSeconds(271));
      assertThat(asked).isAfterOrEqualTo(earlier(NOON, clock.plusSeconds(270)));
      last = asked;
    }
    Instant caughtUp = NOON.plusSeconds(20 * seconds);
    assertThat(quota.asked(caughtUp, ACCOUNT)).isEqualTo(caughtUp);
  }

  @Test
  void aStepOfAllClocksByMoreThanAnHourAndAHalfIsBelieved() throws SQLException {
    quota.asked(NOON, ACCOUNT);
    Instant back = NOON.minus(Duration.ofMinutes(91));
    assertThat(quota.asked(back, ACCOUNT)).isEqualTo(back);
    Instant later = back.plus(Duration.ofMinutes(30));
    assertThat(quota.asked(later, ACCOUNT)).as("for good").isEqualTo(later);
  }

  /** However the database's clock is set, nothing hides behind what a reader can have believed. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void withOneWrongClockNothingIsToldBeforeWhatWasBelieved(long seed) throws SQLException {
    Random random = new Random(seed);
    Instant believed = Instant.MIN;
    Instant right = NOON;
    long wrong = 0;
    for (int i = 0; i < 300; i++) {
      right = right.plusMillis(1 + random.nextInt(60_000));
      int most = random.nextBoolean() ? 3_000 : 30;
      wrong = random.nextInt(5) > 0 ? wrong : random.nextInt(-most, most);
      Instant asked = quota.asked(right.plusSeconds(wrong), right, ACCOUNT);
      if (!asked.isAfter(right.plusSeconds(298))) {
        assertThat(asked).isAfter(believed);
        believed = asked;
      }
    }
  }

  /** As when it is put right while what was told still lies as far ahead as may be. */
  @Test
  void aStepOfSecondsIsHiddenThereToo() throws SQLException {
    quota.asked(NOON, ACCOUNT);
    Instant right = NOON.minusSeconds(1_000);
    Instant last = quota.asked(right.plusSeconds(8), right, ACCOUNT);
    for (int passed = 1; passed < 30; passed++) {
      Instant now = right.plusSeconds(passed);
      Instant asked = quota.asked(now, now, ACCOUNT);
      assertThat(asked).isAfter(last).isBefore(now.plusSeconds(300));
      last = asked;
    }
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
