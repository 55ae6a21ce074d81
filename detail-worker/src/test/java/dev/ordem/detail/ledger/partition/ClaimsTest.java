package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.OUTAGE;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who waits for what, and what becomes of it. */
class ClaimsTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void aRunThatGoesOnAfterItWasCancelledCountsNoOrderTwice() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(Given.canceled(RUN, 1));
    bench.header(Given.seenBy(OTHER_RUN, Mode.FULL, Given.header(1, 0), 2));
    bench.header(Given.resumed(RUN, 2, 3));
    bench.header(
        new HeaderEvent.Seen(ACCOUNT, RUN, Mode.FULL, false, Given.header(1, 0), at(4), at(4), 2L));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(RUN).seen()).isEqualTo(1);
  }

  @Test
  void eachRunCountsAnOrderOnceAndTwoRunsWaitForOneAnswer() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(Given.seen(1, 0, 1));
    seen(OTHER_RUN, 1, 0, 2);
    end(RUN, 3);
    end(OTHER_RUN, 3);
    assertThat(claims(RUN)).containsExactly(1L, 0L, 0L, 0L);
    fetched(bench.requests.get(0), 0, 4);

    assertThat(bench.requests).hasSize(1);
    for (UUID run : List.of(RUN, OTHER_RUN)) {
      assertThat(claims(run)).containsExactly(0L, 0L, 0L, 1L);
      assertThat(bench.run(run).certificateVersion()).isEqualTo(bench.certificate().version());
    }
    assertThat(bench.run(RUN).fresh()).isEqualTo(1);
    assertThat(bench.run(OTHER_RUN).unchanged()).isEqualTo(1);
    assertThat(bench.claims()).isEmpty();
  }

  @Test
  void aRunOfHeadersOnlyClaimsNothing() {
    bench.header(Given.headersOnly(RUN, Given.header(1, 0), 0));
    end(RUN, 1);
    assertThat(bench.requests).isEmpty();
    assertThat(claims(RUN)).containsExactly(0L, 0L, 0L, 0L);
    assertThat(bench.run(RUN).fresh()).isEqualTo(1);
    assertThat(bench.run(RUN).certificateVersion()).isNotNull();
  }

  @Test
  void howeverManyRunsOverlapEachWaits() {
    for (int run = 0; run < 40; run++) {
      seen(new UUID(5, run), 1, 0, run);
      end(new UUID(5, run), run + 1);
    }
    bench.settle();
    for (int run = 0; run < 40; run++) {
      assertThat(claims(new UUID(5, run))).containsExactly(1L, 0L, 0L, 0L);
    }
    fetched(bench.requests.get(0), 0, 100);
    bench.settle();
    for (int run = 0; run < 40; run++) {
      assertThat(claims(new UUID(5, run))).containsExactly(0L, 0L, 0L, 1L);
      assertThat(bench.run(new UUID(5, run)).fresh()).isEqualTo(run == 0 ? 1 : 0);
    }
    assertThat(bench.requests).hasSize(1);
  }

  @Test
  void aCancelledRunGivesUpWhatWaitsAtOnceButNotWhatIsOut() {
    seenAll(5);
    bench.header(Given.canceled(RUN, 1));
    assertThat(claims(RUN)).containsExactly(0L, 0L, 5L, 0L);
    fetched(bench.requests.get(0), 0, 2);
    fetched(bench.requests.get(1), 0, 2);
    bench.settle();

    assertThat(bench.requests).hasSize(2);
    bench.pass(Duration.ofSeconds(1));
    assertThat(claims(RUN)).containsExactly(0L, 0L, 3L, 2L);
    assertThat(bench.work(3).state()).isEqualTo(Work.SETTLED);
    assertThat(bench.run(RUN).endedAt()).isNull();
  }

  @Test
  void whatAnotherRunWantsTooIsReadForThatOne() {
    seenAll(3);
    seen(OTHER_RUN, 3, 0, 0);
    bench.header(Given.canceled(RUN, 1));
    bench.settle();
    fetched(bench.requests.get(0), 0, 2);

    assertThat(bench.requests).extracting(DetailRequest::osId).containsExactly(1L, 2L, 3L);
    assertThat(bench.requests.get(2).runId()).isEqualTo(OTHER_RUN);
  }

  @Test
  void ofTwoRunsThatWereCancelledTheOneThatGoesOnGetsAll() {
    seenAll(5);
    for (long id = 1; id <= 5; id++) {
      seen(OTHER_RUN, id, 0, 1);
    }
    bench.header(Given.canceled(RUN, 2));
    bench.header(Given.canceled(OTHER_RUN, 2));
    bench.settle();
    bench.header(Given.resumed(RUN, 2, 3));
    bench.header(new HeaderEvent.EndOfHeaders(ACCOUNT, RUN, Mode.FULL, at(4), 2L, false, null));
    bench.settle();
    answerAll(5);

    assertThat(claims(RUN)).containsExactly(0L, 0L, 0L, 5L);
    assertThat(bench.run(RUN).ended()).isTrue();
    assertThat(claims(OTHER_RUN)).as("answers close all claims").containsExactly(0L, 0L, 0L, 5L);
    assertThat(bench.claims()).isEmpty();
  }

  @Test
  void aRunThatIsCancelledInItsDetailsAndResumedTakesUpAllThatItDropped() {
    seenAll(6);
    end(RUN, 1);
    bench.header(Given.canceled(RUN, 2));
    bench.settle();
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(RUN).certificateVersion()).as("dropped hinders nothing").isNotNull();
    bench.header(Given.resumed(RUN, 2, 3));
    assertThat(bench.run(RUN).ended()).isFalse();
    assertThat(bench.run(RUN).certificateVersion()).isNull();
    bench.header(new HeaderEvent.EndOfHeaders(ACCOUNT, RUN, Mode.FULL, at(4), 2L, false, null));
    assertThat(bench.run(RUN).ended()).as("what it dropped is taken up first").isFalse();
    bench.settle();

    assertThat(bench.run(RUN).ended()).isTrue();
    assertThat(bench.run(RUN).reading()).isEqualTo(2);
    answerAll(6);
    assertThat(claims(RUN)).containsExactly(0L, 0L, 0L, 6L);
    assertThat(bench.enriched.stream().filter(order -> order.detailsSynced())).hasSize(6);
  }

  @Test
  void aRequestOfACancelledRunThatComesBackDeferredOrFailedIsNotSentAgain() {
    seenAll(2);
    bench.header(Given.canceled(RUN, 1));
    bench.result(new DetailResult.Deferred(bench.requests.get(0), at(2), "quota", at(1)));
    bench.result(new DetailResult.Failed(bench.requests.get(1), OUTAGE, at(1)));
    bench.pass(Duration.ofMinutes(10));

    assertThat(bench.requests).hasSize(2);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    assertThat(bench.work(2).state()).isEqualTo(Work.SETTLED);
    assertThat(claims(RUN)).containsExactly(0L, 0L, 2L, 0L);
  }

  @Test
  void whatAPersonAskedForIsReadWhateverBecomesOfRuns() {
    seenAll(3);
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 3, at(0)));
    bench.header(Given.canceled(RUN, 1));
    bench.result(new DetailResult.Deferred(bench.requests.get(2), at(2), "quota", at(1)));
    bench.settle();
    bench.pass(Duration.ofSeconds(3));
    assertThat(bench.requests).extracting(DetailRequest::osId).containsExactly(1L, 2L, 3L, 3L);
  }

  @Test
  void aParkedOrderIsClaimedAsParkedAndHealsEveryRunThatClaimsIt() {
    bench.header(Given.seen(1, 0, 0));
    end(RUN, 1);
    bench.result(new DetailResult.Rejected(bench.requests.get(0), OUTAGE, at(1)));
    seen(OTHER_RUN, 1, 0, 10);
    end(OTHER_RUN, 11);
    bench.pass(Duration.ofSeconds(1));
    for (UUID run : List.of(RUN, OTHER_RUN)) {
      assertThat(claims(run)).containsExactly(0L, 1L, 0L, 0L);
      assertThat(bench.run(run).certificateVersion()).isNotNull();
    }

    bench.header(new HeaderEvent.RequeueWanted(ACCOUNT, 1, at(20)));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.requests).extracting(DetailRequest::lane).endsWith(Lane.RETRY);
    assertThat(claims(RUN)).containsExactly(1L, 0L, 0L, 0L);
    assertThat(bench.run(RUN).certificateVersion()).as("something is to come").isNull();
    fetched(bench.requests.get(1), 0, 21);
    for (UUID run : List.of(RUN, OTHER_RUN)) {
      assertThat(claims(run)).containsExactly(0L, 0L, 0L, 1L);
    }
  }

  @Test
  void aRunThatIsResumedTakesUpWhatIsParkedFromTheFirstAttempt() {
    bench.header(Given.seen(1, 0, 0));
    end(RUN, 1);
    bench.result(new DetailResult.Rejected(bench.requests.get(0), OUTAGE, at(1)));
    bench.header(Given.resumed(RUN, 2, 2));
    bench.settle();

    assertThat(bench.requests).hasSize(2);
    assertThat(bench.requests.get(1).attempt()).isEqualTo(1);
    bench.result(new DetailResult.Rejected(bench.requests.get(1), OUTAGE, at(3)));
    bench.pass(Duration.ofSeconds(1));
    assertThat(claims(RUN)).containsExactly(0L, 1L, 0L, 0L);
  }

  @Test
  void headersOfAReadingThatIsOverAreSightingsAndNoMore() {
    bench.header(Given.seen(1, 0, 0));
    fetched(bench.requests.get(0), 0, 1);
    end(RUN, 2);
    bench.header(Given.seen(1, 3, 3)); // the end of this reading was passed
    bench.header(Given.resumed(RUN, 5, 4));
    bench.header(Given.seen(2, 0, 5)); // the reading is older
    bench.header(Given.canceled(RUN, 6)); // and this marker, too
    bench.settle();
    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.changes).hasSize(3);
    assertThat(bench.requests).hasSize(1);
    assertThat(bench.run(RUN).seen()).isEqualTo(1);
    assertThat(claims(RUN)).containsExactly(0L, 0L, 0L, 1L);
    assertThat(bench.run(RUN).reading()).isEqualTo(5);
  }

  @Test
  void headersOfAProducerThatLostTheRunAreSightingsAndNoMore() {
    bench.header(
        new HeaderEvent.Seen(ACCOUNT, RUN, Mode.FULL, false, Given.header(1, 0), at(0), at(0), 7L));
    bench.header(Given.seen(2, 0, 1));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.enriched).hasSize(2);
    assertThat(bench.requests).hasSize(1);
    assertThat(bench.run(RUN).seen()).isEqualTo(1);
    assertThat(bench.run(RUN).requested()).isEqualTo(1);
  }

  @Test
  void recordsOfTheFirstSchemaBelongToNoRun() {
    bench.header(
        new HeaderEvent.Seen(
            ACCOUNT, RUN, Mode.FULL, false, Given.header(1, 0), at(0), null, null));
    bench.header(new HeaderEvent.EndOfHeaders(ACCOUNT, RUN, Mode.FULL, at(1), null, null, null));
    bench.header(new HeaderEvent.Canceled(ACCOUNT, RUN, at(1), null));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.changes).hasSize(1);
    assertThat(bench.requests).isEmpty();
    assertThat(bench.runs).isEmpty();
  }

  @Test
  void aRunThatIsForgottenLeavesNothingAndWantsNothing() {
    seenAll(4);
    seen(OTHER_RUN, 4, 0, 0);
    bench.header(new HeaderEvent.Forgotten(ACCOUNT, RUN, Given.READING, at(1)));
    bench.settle();
    bench.header(Given.seen(9, 0, 2));
    bench.settle();

    assertThat(bench.forgotten).containsExactly(RunProgress.key(RUN, Bench.PARTITION));
    assertThat(bench.claims()).hasSize(2).allMatch(key -> key.contains(OTHER_RUN.toString()));
    assertThat(bench.work(3).state()).isEqualTo(Work.SETTLED);
    fetched(bench.requests.get(0), 0, 2);
    assertThat(bench.requests).extracting(DetailRequest::osId).containsExactly(1L, 2L, 4L);
    bench.pass(Duration.ofDays(9));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.forgotten).hasSize(1);
  }

  @Test
  void aReadingThatBeginsAfterItsEndCountsAnew() {
    bench.header(Given.seen(1, 0, 0));
    end(RUN, 1);
    bench.header(
        new HeaderEvent.Seen(ACCOUNT, RUN, Mode.FULL, false, Given.header(1, 0), at(2), at(2), 2L));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(RUN).seen()).isEqualTo(1);
    assertThat(bench.run(RUN).ended()).isFalse();
    assertThat(claims(RUN)).containsExactly(1L, 0L, 0L, 0L);
  }

  @Test
  void nothingOfThisIsLostInACrash() {
    seenAll(4);
    seen(OTHER_RUN, 1, 0, 1);
    bench.header(Given.canceled(RUN, 2));
    bench.crash();
    bench.settle();
    bench.header(Given.resumed(RUN, 2, 3));
    bench.crash();
    bench.settle();
    bench.header(new HeaderEvent.EndOfHeaders(ACCOUNT, RUN, Mode.FULL, at(4), 2L, false, null));
    answerAll(4);
    bench.settle();
    assertThat(claims(RUN)).containsExactly(0L, 0L, 0L, 4L);
    assertThat(bench.run(RUN).ended()).isTrue();
    assertThat(claims(OTHER_RUN)).containsExactly(0L, 0L, 0L, 1L);
  }

  private void seenAll(int orders) {
    for (long id = 1; id <= orders; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
  }

  private void seen(UUID run, long id, int situacao, long atSeconds) {
    bench.header(Given.seenBy(run, Mode.FULL, Given.header(id, situacao), atSeconds));
  }

  private void end(UUID run, long atSeconds) {
    bench.header(Given.end(run, Mode.FULL, atSeconds));
  }

  /** Each request is answered, as often as it is sent, until so many orders are read. */
  private void answerAll(int orders) {
    for (int next = 0; next < bench.requests.size(); next++) {
      fetched(bench.requests.get(next), 0, 10);
    }
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.requests.stream().map(DetailRequest::osId).distinct()).hasSize(orders);
  }

  private void fetched(DetailRequest request, int situacao, long atSeconds) {
    bench.result(
        Given.fetched(request, Given.detail(request.osId(), situacao, "Notebook"), atSeconds));
  }

  /** Open, parked, dropped and settled; asserts that they make what was requested. */
  private List<Long> claims(UUID id) {
    RunProgress run = bench.run(id);
    List<Long> claims = List.of(run.open(), run.parked(), run.dropped(), run.settled());
    assertThat(run.requested()).isEqualTo(claims.stream().mapToLong(Long::longValue).sum());
    return claims;
  }
}
