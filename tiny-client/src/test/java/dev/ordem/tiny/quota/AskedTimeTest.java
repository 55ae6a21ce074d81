package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
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
  @ValueSource(longs = {1, 60, 290})
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

  /** Whoever reads it takes a time that is so far ahead for a wrong clock's. */
  @Test
  void aStepOfMoreThanFiveMinutesIsBelieved() throws SQLException {
    quota.asked(NOON, ACCOUNT);
    Instant before = NOON.minus(Duration.ofMinutes(6));
    assertThat(quota.asked(before, ACCOUNT)).isEqualTo(before);
  }
}
