package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The ledger rests only where no moment is awaited. */
class ActivityTest {
  private static final Duration LONG = Duration.ofSeconds(5);
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void aRecordIsActivityForAWhile() {
    bench.pass(LONG);
    assertThat(bench.activity.isRecent()).isFalse();
    bench.header(Given.seen(1, 0, 1));
    assertThat(bench.activity.isRecent()).isTrue();
    bench.pass(Duration.ofSeconds(2));
    assertThat(bench.activity.isRecent()).as("a transaction may be open").isTrue();
    bench.pass(LONG);
    assertThat(bench.activity.isRecent()).as("who waits for answers only is woken").isFalse();
  }

  @Test
  void ordersThatWaitToBeAskedForAreActivity() {
    for (long id = 1; id <= 100; id++) {
      bench.header(Given.seen(id, 0, 1));
    }
    bench.pass(LONG);
    assertThat(bench.activity.isRecent()).isTrue();
  }

  @Test
  void markersThatAreWorkedOffAreActivity() {
    for (long id = 1; id <= 2_000; id++) {
      bench.header(Given.headersOnly(RUN, Given.header(id, 0), 1));
    }
    bench.header(
        new HeaderEvent.PassOver(ACCOUNT, new UUID(8, 1), Given.READING, List.of(0), at(2), at(2)));
    bench.pass(LONG);
    assertThat(bench.pending()).isNotEmpty();
    assertThat(bench.activity.isRecent()).isTrue();
  }
}
