package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailResult;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Absence;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However much waits, no step holds up the partition. */
class StepsTest {
  private static final int MANY = 10_000;
  private static final UUID LATER = new UUID(8, 1);
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @AfterEach
  void everyStepWasBounded() {
    assertThat(bench.mostOperations()).isBetween(1L, (long) Partition.STEP);
  }

  @Test
  void cancelResumeAndForgetOfARunThatManyOrdersWaitFor() {
    seeMany(false);
    bench.header(Given.canceled(RUN, 1));
    assertThat(bench.run(RUN).dropped()).as("at once").isEqualTo(MANY);
    assertThat(bench.run(RUN).open()).isEqualTo(0);
    bench.settle();
    assertThat(bench.work(5000).state()).isEqualTo(Work.SETTLED);

    bench.header(Given.resumed(RUN, 2, 2));
    bench.header(new HeaderEvent.EndOfHeaders(ACCOUNT, RUN, Mode.FULL, at(3), 2L, false, null));
    bench.settle();
    assertThat(bench.run(RUN).open()).isEqualTo(MANY);
    assertThat(bench.run(RUN).ended()).isTrue();
    assertThat(bench.work(5000).state()).isEqualTo(Work.QUEUED);

    bench.header(new HeaderEvent.Forgotten(ACCOUNT, RUN, 2L, at(4)));
    bench.settle();
    assertThat(bench.claims()).isEmpty();
    assertThat(bench.forgotten).hasSize(1);
    assertThat(bench.work(5000).state()).isEqualTo(Work.SETTLED);
  }

  @Test
  void nothingOfWhatIsCancelledIsSentHoweverMuchOfItWaits() {
    seeMany(false);
    bench.header(Given.canceled(RUN, 1));
    for (int answers = 0; answers < 2; answers++) {
      bench.result(new DetailResult.Deferred(bench.requests.get(answers), at(1), "quota", at(1)));
    }
    bench.settle();
    bench.pass(Duration.ofMinutes(1));
    assertThat(bench.requests).hasSize(2);
  }

  @Test
  void markersThatGoThroughManyOrders() {
    seeMany(true);
    bench.header(
        new HeaderEvent.DetailsMissing(ACCOUNT, LATER, Given.READING, Long.MAX_VALUE, at(1)));
    bench.header(new HeaderEvent.PassOver(ACCOUNT, LATER, Given.READING, List.of(0), at(2), at(2)));
    bench.header(Given.whole(LATER, 2, 3));
    bench.header(new HeaderEvent.AbsencesConfirmed(ACCOUNT, LATER, Given.READING, at(2), at(4)));
    bench.settle();
    assertThat(bench.run(LATER).open()).isEqualTo(MANY);
    assertThat(bench.run(LATER).known()).isEqualTo(MANY);
    assertThat(bench.run(LATER).absent()).isEqualTo(MANY);
    assertThat(bench.run(LATER).absencesCounted()).isTrue();
    assertThat(bench.standing(1).unlisted()).extracting(Absence::reads).isEqualTo(1);
  }

  @Test
  void aBaselineOfMany() {
    for (long id = 1; id <= MANY; id++) {
      bench.header(BaselineTest.order(id, 100));
    }
    bench.baselined(ACCOUNT);
    assertThat(bench.certificate().orders()).isEqualTo(MANY);
  }

  @Test
  void anAnswerThatClosesTheClaimsOfManyRuns() {
    for (int run = 0; run < 5_000; run++) {
      UUID id = new UUID(6, run);
      bench.header(Given.seenBy(id, Mode.INCREMENTAL, Given.header(1, 0), 1));
      bench.header(Given.end(id, Mode.INCREMENTAL, 1));
    }
    bench.result(new DetailResult.Rejected(bench.requests.get(0), Given.OUTAGE, at(2)));
    bench.settle();
    assertThat(bench.runs.values())
        .allMatch(run -> run.parked() == 1)
        .allMatch(run -> Objects.equals(run.open(), 0L));
    bench.header(new HeaderEvent.RequeueWanted(ACCOUNT, 1, at(3)));
    bench.result(Given.fetched(bench.requests.get(1), Given.detail(1, 0, "Notebook"), 4));
    bench.crash();
    bench.settle();
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.runs.values())
        .hasSize(5_000)
        .allMatch(run -> run.settled() == 1 && run.requested() == 1)
        .allMatch(run -> run.certificateVersion() != null);
    assertThat(bench.claims()).isEmpty();
  }

  @Test
  void anUnchangedHeaderTakesTwoOperationsOnOrdersAndReadsNoContent() {
    bench.header(Given.seen(1, 0, 0));
    bench.result(Given.fetched(bench.requests.get(0), Given.detail(1, 0, "Notebook"), 1));
    bench.header(Given.seen(1, 0, 10));
    bench.forgetOperations();
    bench.header(Given.seen(1, 0, 20));
    assertThat(bench.mostOperations()).isLessThanOrEqualTo(2);
  }

  @Test
  void requestsThatAreLostTogether() {
    LedgerRules rules =
        new LedgerRules(
            Duration.ofHours(24),
            List.of(Duration.ofSeconds(1)),
            Duration.ofMinutes(1),
            1000,
            Duration.ofHours(1));
    Bench wide = Bench.based(rules);
    for (long id = 1; id <= 2_000; id++) {
      wide.header(Given.seen(id, 0, 0));
    }
    for (int next = 0; next < 1_000; next++) {
      wide.result(
          Given.fetched(
              wide.requests.get(next), Given.detail(wide.requests.get(next).osId(), 0, "x"), 1));
    }
    assertThat(wide.requests.size()).isGreaterThan(1_200);
    wide.pass(Duration.ofMinutes(2));
    for (int ticks = 0; ticks < 50; ticks++) {
      wide.pass(Duration.ofMillis(100));
    }
    assertThat(wide.mostOperations()).isLessThanOrEqualTo(Partition.STEP);
    bench.pass(Duration.ofSeconds(1));
    bench.header(Given.seen(1, 0, 0));
  }

  private void seeMany(boolean headersOnly) {
    for (long id = 1; id <= MANY; id++) {
      bench.header(
          headersOnly ? Given.headersOnly(RUN, Given.header(id, 0), 1) : Given.seen(id, 0, 1));
    }
  }
}
