package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database is put back from an older copy of itself, which knows less of the last calls. */
class PutBackTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static SimulatedQuota quota;
  private final Instant before = Events.START;
  private long known;

  @BeforeAll
  static void start() throws Exception {
    quota = new SimulatedQuota();
  }

  @AfterAll
  static void stop() {
    quota.close();
  }

  /** All three are used, and the copy knows of the first alone. */
  @BeforeEach
  void useAll() throws Exception {
    quota.reset(before, "a", new QuotaLimits(0, 3, MINUTE, 0));
    long first = used("a");
    used("a");
    known = used("a");
    quota.at(before.plusSeconds(10));
    Postgres.execute(quota.database, "delete from tiny_quota_permit where id > " + first);
    Postgres.execute(quota.database, "select setval('tiny_quota_permit_id', " + first + ")");
  }

  private long used(String account) throws Exception {
    QuotaStore.Decision permit = quota.permitKnowing(before, account, 0);
    assertThat(permit.granted()).isTrue();
    quota.release(before, account, permit, Feedback.of(Feedback.End.OK));
    return permit.id();
  }

  @Test
  void whatWasUsedSinceCountsForAWindowFromThenOn() throws Exception {
    Instant back = before.plusSeconds(10);
    assertThat(quota.permitKnowing(back, "a", known).granted()).isFalse();
    QuotaStore.Decision refused = quota.permitKnowing(back, "a", known);
    assertThat(refused.granted()).isFalse();
    assertThat(refused.pause()).isBetween(Duration.ofSeconds(49), MINUTE);
    assertThat(quota.permitKnowing(back.plusSeconds(69), "a", 0).granted())
        .as("the first of them, of which the copy knew")
        .isTrue();
  }

  /** Told ahead of the clock, as after that was set back; the copy knows nothing of it. */
  @Test
  void whatWasToldSinceIsEarlierThanWhatIsToldNow() throws Exception {
    Instant now = before.plusSeconds(61);
    Instant told = now.plusSeconds(40);
    assertThat(quota.permitAfter(told, now, "a")).isAfterOrEqualTo(told);
    assertThat(quota.asked(now.plusSeconds(1), "a")).isAfter(told);
    assertThat(quota.asked(now.plusSeconds(500), "a")).isEqualTo(now.plusSeconds(500));
    assertThat(quota.askedAfter(now.plusSeconds(600), now.plusSeconds(501), "a"))
        .isAfterOrEqualTo(now.plusSeconds(600));
  }

  /** Nobody believed it. */
  @Test
  void whatWasToldByAClockThatWasHoursAheadIsForgotten() throws Exception {
    Instant now = before.plusSeconds(61);
    assertThat(quota.askedAfter(now.plusSeconds(7_200), now, "a")).isEqualTo(now);
  }

  @Test
  void anIdIsGivenOnce() throws Exception {
    Instant back = before.plusSeconds(10);
    quota.permitKnowing(back, "a", known);
    QuotaStore.Decision permit = quota.permitKnowing(back.plusSeconds(61), "a", known);
    assertThat(permit.granted()).isTrue();
    assertThat(permit.id()).isGreaterThan(known);
  }

  @Test
  void otherAccountsWaitAsTheirCallsMayHaveBeenForgotten() throws Exception {
    Postgres.execute(quota.database, "select tiny_quota_configure('b', 0, 2, 60000, 0)");
    Instant back = before.plusSeconds(10);
    quota.permitKnowing(back, "a", known);
    assertThat(quota.permitKnowing(back, "b", known).granted()).isFalse();
    assertThat(quota.permitKnowing(back.plusSeconds(60), "b", known).granted()).isTrue();
  }

  @Test
  void whoKnowsOfNoPermitSeesNothing() throws Exception {
    assertThat(quota.permitKnowing(before.plusSeconds(10), "a", 0).granted())
        .as("what the essay says cannot be helped")
        .isTrue();
  }

  @Test
  void whatIsAuditedIsWhatWasGranted() throws Exception {
    quota.permitKnowing(before.plusSeconds(10), "a", known);
    assertThat(quota.mostUsed("a", 1)).isEqualTo(1);
  }
}
