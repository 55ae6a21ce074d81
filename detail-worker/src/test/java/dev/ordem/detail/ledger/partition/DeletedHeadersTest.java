package dev.ordem.detail.ledger.partition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunProgress;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Records of {@code os-headers} that were deleted before the ledger read them. */
class DeletedHeadersTest {
  private static final UUID RUN = new UUID(5, 5);

  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void aRunWhoseHeadersMayBeAmongThemIsToBeReadAgainAndThenIsWhole() {
    Instant began = bench.now();
    bench.pass(Duration.ofMinutes(20)); // the worker was away
    bench.missed();
    end(RUN, 1, began);
    assertThat(told().ended()).isTrue();
    assertThat(told().skipped()).isPositive();

    bench.crash();
    end(RUN, 2, bench.now());
    assertThat(told().reading()).isEqualTo(2);
    assertThat(told().skipped()).isZero();
  }

  @Test
  void whatCameOfItBeforeSavesItNot() {
    Instant began = bench.now();
    seen(1, 1);
    bench.missed();
    seen(2, 1);
    end(RUN, 1, began);
    assertThat(told().skipped()).isPositive();

    seen(1, 2);
    end(RUN, 2, bench.now());
    assertThat(told().skipped()).isZero();
  }

  @Test
  void aRunThatBeganAfterTheyWereMissedIsWhole() {
    bench.missed();
    bench.header(new HeaderEvent.Hold(Given.ACCOUNT, 0, bench.now()));
    bench.pass(Duration.ofMinutes(11));
    end(RUN, 1, bench.now());
    assertThat(told().skipped()).isZero();
  }

  private void seen(long id, long reading) {
    bench.header(
        new HeaderEvent.Seen(
            Given.ACCOUNT,
            RUN,
            Mode.FULL,
            true,
            Given.header(id, 0),
            bench.now(),
            bench.now(),
            reading));
  }

  private void end(UUID run, long reading, Instant began) {
    bench.header(
        new HeaderEvent.EndOfHeaders(
            Given.ACCOUNT, run, Mode.FULL, bench.now(), reading, false, began));
    bench.pass(Duration.ofSeconds(1));
  }

  private RunProgress told() {
    return requireNonNull(bench.runs.get(RUN));
  }
}
