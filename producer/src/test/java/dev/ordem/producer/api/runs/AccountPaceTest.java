package dev.ordem.producer.api.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.api.runs.AccountPace.Done;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.account.AccountFacts;
import dev.ordem.tiny.account.owner.AccountOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An account of 120 calls a minute and 4 a second. */
class AccountPaceTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "5,20,120",
    "30,120,120",
    "40,120,120",
    "61,240,120",
    "66,132,120",
    "119,240,120",
    "600,600,60"
  })
  void aBurstAtTheBeginningOfAWindowIsNoRate(long seconds, long done, double expected) {
    assertThat(pace(0, null, null).rate(details(seconds, done, 1000))).isEqualTo(expected);
  }

  @Test
  void theEndIsThatOfTheWindowsAndDoesNotMoveWhileTheQuotaIsUsedUp() {
    // 120 of 360 are done: 120 at the end of this window, 120 at the end of the next.
    assertThat(pace(120, null, null).eta(details(40, 120, 360))).isBetween(119L, 151L);
    assertThat(pace(120, null, null).eta(details(59, 120, 360))).isBetween(119L, 151L);
    assertThat(pace(0, null, null).eta(details(5, 20, 120))).isBetween(20L, 30L);
  }

  @Test
  void aRunThatIsSlowerThanItsQuotaIsNotPromisedMore() {
    assertThat(pace(0, null, null).eta(details(600, 100, 200))).isEqualTo(600);
  }

  @Test
  void itSaysUntilWhenItWaits() {
    Instant opens = NOW.plusSeconds(20);
    assertThat(pace(120, opens, null).waitsUntil()).isEqualTo(opens);
    assertThat(pace(120, opens, NOW.plusSeconds(30)).waitsUntil()).isEqualTo(NOW.plusSeconds(30));
    assertThat(pace(0, null, null).waitsUntil()).isNull();
    assertThat(pace(0, null, NOW.plusSeconds(30)).eta(details(40, 110, 120))).isBetween(30L, 40L);
  }

  private static Done details(long seconds, long done, long total) {
    return new Done(done, total, true, Duration.ofSeconds(seconds));
  }

  private static AccountPace pace(int used, @Nullable Instant opens, @Nullable Instant closed) {
    AccountFacts facts =
        new AccountFacts(
            null,
            "id",
            null,
            false,
            used,
            opens,
            null,
            new AccountOwner(null, null, null, null, null, List.of()));
    return new AccountPace(
        new AccountHealth(
            "loja",
            AccountHealth.State.READY,
            null,
            NOW.plusSeconds(600),
            closed,
            4,
            120,
            Duration.ofMinutes(1),
            0,
            facts),
        NOW);
  }
}
