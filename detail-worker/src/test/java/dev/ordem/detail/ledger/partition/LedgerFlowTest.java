package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.OUTAGE;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Failure;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What follows from what, one partition on the bench. */
class LedgerFlowTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void anOrderSeenFirstIsToldAtOnceAndItsDetailRequested() {
    bench.header(Given.seen(1, 0, 0));

    assertThat(bench.enriched).extracting(EnrichedOrder::detailsSynced).containsExactly(false);
    DetailRequest request = bench.requests.get(0);
    assertThat(request.lane()).isEqualTo(Lane.BACKFILL);
    assertThat(request.runId()).isEqualTo(RUN);
    assertThat(request.attempt()).isEqualTo(1);

    fetched(request, 3, 1);

    assertThat(bench.enriched).hasSize(2);
    assertThat(bench.enriched.get(1).detailsSynced()).isTrue();
    assertThat(bench.enriched.get(1).marcadores()).containsExactly("urgente");
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
  }

  @Test
  void transitionsTellFromAndToAndTheIntervalAndWhoSawThem() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(Given.seen(1, 0, 5));
    fetched(bench.requests.get(0), 3, 7);

    StatusChange first = bench.changes.get(0);
    assertThat(first.from()).isNull();
    assertThat(first.seenBefore()).isNull();
    assertThat(first.sequence()).isEqualTo(1);
    assertThat(first.source()).isEqualTo(StatusChange.Source.HEADER);
    assertThat(bench.changes.get(1))
        .isEqualTo(
            new StatusChange(
                StatusChange.idOf(Given.key(1), 2, 0, 3),
                ACCOUNT,
                1,
                2,
                1L,
                0,
                3,
                at(5),
                at(7),
                StatusChange.Source.DETAIL,
                RUN));
  }

  @Test
  void aHeaderReadBeforeTheDetailDoesNotRevertTheStatus() {
    bench.header(Given.seen(1, 0, 0));
    fetched(bench.requests.get(0), 3, 7);
    bench.header(Given.seen(1, 0, 6));

    assertThat(bench.changes).hasSize(2);
    assertThat(bench.enriched).hasSize(2);
    assertThat(bench.requests).hasSize(1);
  }

  @Test
  void anotherSightingOfTheSameChangesNothing() {
    bench.header(Given.seen(1, 0, 0));
    fetched(bench.requests.get(0), 0, 1);
    bench.header(Given.seen(1, 0, 10));

    assertThat(bench.requests).hasSize(1);
    assertThat(bench.enriched).hasSize(2);
  }

  @Test
  void aCustomersNewNameIsToldWithoutACall() {
    bench.header(Given.seen(1, 0, 0));
    fetched(bench.requests.get(0), 0, 1);
    bench.header(Given.seenBy(OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 0, "Novo nome"), 10));

    assertThat(bench.requests).hasSize(1);
    assertThat(last(bench.enriched).clienteNome()).isEqualTo("Novo nome");
    assertThat(last(bench.enriched).revision()).isGreaterThan(bench.enriched.get(1).revision());
  }

  @Test
  void whatChangedGoesBeforeTheBacklogAndThereTheNewestFirst() {
    for (long id = 1; id <= 5; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
    assertThat(bench.requests).extracting(DetailRequest::osId).containsExactly(1L, 2L);
    bench.header(Given.seenBy(OTHER_RUN, Mode.INCREMENTAL, Given.header(3, 1), 1));
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 9, at(1)));
    fetched(bench.requests.get(0), 0, 1);
    fetched(bench.requests.get(1), 0, 1);

    assertThat(bench.requests)
        .extracting(DetailRequest::osId)
        .startsWith(1L, 2L, 9L, 3L)
        .containsSubsequence(5L, 4L);
  }

  @Test
  void aChangeSeenWhileItsRequestIsOutIsReadAgainIfTheAnswerIsOlder() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(Given.seenBy(OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 1), 10));
    fetched(bench.requests.get(0), 0, 5);

    assertThat(bench.requests).hasSize(2);
    assertThat(bench.requests.get(1).lane()).isEqualTo(Lane.HOT);
    assertThat(last(bench.enriched).situacao()).as("the header is later").isEqualTo(1);
    fetched(bench.requests.get(1), 1, 12);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    bench.header(Given.seenBy(OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 1), 20));
    assertThat(bench.requests).hasSize(2);
  }

  @Test
  void aSecondAnswerToTheSameRequestChangesNoWorkButALaterReadingIsKept() {
    bench.header(Given.seen(1, 0, 0));
    fetched(bench.requests.get(0), 0, 1);
    int told = bench.enriched.size();
    fetched(bench.requests.get(0), 0, 1);
    bench.result(new DetailResult.Failed(bench.requests.get(0), OUTAGE, at(2)));
    assertThat(bench.enriched).hasSize(told);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);

    fetched(bench.requests.get(0), 6, 3);
    assertThat(last(bench.enriched).situacao()).isEqualTo(6);
  }

  @Test
  void aDeferredRequestWaitsUntilTheTimeAndIsNotAnAttempt() {
    bench.header(Given.seen(1, 0, 0));
    bench.result(new DetailResult.Deferred(bench.requests.get(0), at(60), "quota", at(0)));
    bench.pass(Duration.ofSeconds(59));
    assertThat(bench.requests).hasSize(1);
    bench.pass(Duration.ofMillis(600));

    assertThat(bench.requests).hasSize(2);
    assertThat(bench.requests.get(1).attempt()).isEqualTo(1);
    assertThat(bench.requests.get(1).id()).isNotEqualTo(bench.requests.get(0).id());
  }

  @Test
  void onlyTheAccountThatIsDeferredIsClosed() {
    bench.header(Given.seen(1, 0, 0));
    bench.result(new DetailResult.Deferred(bench.requests.get(0), at(60), "quota", at(1)));
    bench.baselined("filial");
    bench.header(
        new HeaderEvent.Seen(
            "filial", RUN, Mode.FULL, false, Given.header(1, 0), at(2), at(2), Given.READING));
    assertThat(bench.requests).hasSize(2);
    assertThat(bench.requests.get(1).account()).isEqualTo("filial");
  }

  @Test
  void requestsForWhatFailedBeforeFillNoPlaceOfOthers() {
    for (long id = 1; id <= LedgerRules.WINDOW_MIN; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
    for (DetailRequest request : List.copyOf(bench.requests)) {
      bench.result(new DetailResult.Failed(request, OUTAGE, at(1)));
    }
    bench.pass(Duration.ofMinutes(1));
    assertThat(bench.requests).filteredOn(request -> request.attempt() == 2).hasSize(2);

    bench.header(Given.seen(8, 0, 61));
    bench.header(Given.seen(9, 0, 61));
    assertThat(bench.requests).extracting(DetailRequest::osId).contains(8L, 9L);
    fetched(last(bench.requests), 3, 62);
    assertThat(bench.work(9).state()).isEqualTo(Work.SETTLED);
  }

  @Test
  void aClockThatIsSetBackMakesNoOrderWaitLonger() {
    bench.header(Given.seen(1, 0, 0));
    bench.result(new DetailResult.Failed(bench.requests.get(0), OUTAGE, at(1)));
    bench.pass(Duration.ofHours(-1));
    bench.crash();
    bench.pass(Duration.ofSeconds(29));
    assertThat(bench.requests).hasSize(1);
    bench.pass(Duration.ofSeconds(2));
    assertThat(bench.requests).extracting(DetailRequest::attempt).containsExactly(1, 2);

    bench.pass(Duration.ofHours(-1));
    bench.crash();
    bench.pass(Duration.ofMinutes(14));
    assertThat(bench.work(1).state()).isEqualTo(Work.REQUESTED);
    bench.pass(Duration.ofMinutes(2));
    assertThat(bench.work(1).state()).as("its answer is lost").isEqualTo(Work.RETRYING);
  }

  @Test
  void aRequestWhoseAnswerIsLostIsAnAttemptThatFailed() {
    bench.header(Given.seen(1, 0, 0));
    assertThat(bench.requests.get(0).expiresAt()).isEqualTo(at(15 * 60));
    bench.pass(Duration.ofMinutes(14));
    assertThat(bench.work(1).state()).isEqualTo(Work.REQUESTED);
    bench.pass(Duration.ofMinutes(2));
    assertThat(bench.work(1).state()).isEqualTo(Work.RETRYING);
    assertThat(bench.work(1).lastError()).extracting(Failure::cause).isEqualTo("lost-request");
    bench.pass(Duration.ofSeconds(31));
    assertThat(last(bench.requests).attempt()).isEqualTo(2);

    for (int minutes = 0; minutes < 1000; minutes += 16) {
      bench.pass(Duration.ofMinutes(16));
    }
    assertThat(bench.work(1).state()).isEqualTo(Work.PARKED);
    assertThat(bench.requests).hasSize(6);
    assertThat(bench.dead).hasSize(1);
    fetched(bench.requests.get(0), 0, 70_000);
    assertThat(bench.work(1).state()).as("nobody waits for this answer").isEqualTo(Work.PARKED);
  }

  @Test
  void aRejectedOrderIsParkedAtOnceAndLeftToPeople() {
    bench.header(Given.seen(1, 0, 0));
    bench.result(new DetailResult.Rejected(bench.requests.get(0), OUTAGE, at(1)));
    assertThat(bench.work(1).state()).isEqualTo(Work.PARKED);
    assertThat(bench.dead).hasSize(1);

    bench.header(Given.seenBy(OTHER_RUN, Mode.FULL, Given.header(1, 0), 10));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.requests).hasSize(1);
    assertThat(counts(bench.run(OTHER_RUN))).containsExactly(1L, 1L, 0L, 1L);
    assertThat(bench.run(RUN).open()).isEqualTo(0);

    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 1, at(20)));
    assertThat(bench.requests).hasSize(2);
    assertThat(bench.requests.get(1).lane()).isEqualTo(Lane.REFRESH);
  }

  @Test
  void aParkedOrderThatChangedIsTriedAgain() {
    bench.header(Given.seen(1, 0, 0));
    bench.result(new DetailResult.Rejected(bench.requests.get(0), OUTAGE, at(1)));
    bench.header(Given.seenBy(OTHER_RUN, Mode.FULL, Given.header(1, 3), 10));
    assertThat(bench.requests).hasSize(2);
  }

  @Test
  void whatAPersonAskedForBeforeAndTheListShowedAfterTheAnswerIsReadAgain() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 1, at(5)));
    bench.header(Given.seenBy(OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 3), 10));
    fetched(bench.requests.get(0), 0, 7);
    assertThat(bench.requests)
        .extracting(DetailRequest::lane)
        .containsExactly(Lane.BACKFILL, Lane.HOT);
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(OTHER_RUN).open()).isEqualTo(1);

    fetched(bench.requests.get(1), 3, 12);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    assertThat(bench.requests).hasSize(2);
  }

  @Test
  void whatAPersonAskedForAfterTheAnswerIsReadAgainAtOnce() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 1, at(8)));
    fetched(bench.requests.get(0), 0, 7);
    assertThat(last(bench.requests).lane()).isEqualTo(Lane.REFRESH);
  }

  @Test
  void aPersonTriesAgainWhatIsParkedOrWaitsForItsNextAttemptAndNothingElse() {
    for (long id = 1; id <= 2; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
    bench.result(new DetailResult.Rejected(bench.requests.get(0), OUTAGE, at(1)));
    bench.result(new DetailResult.Failed(bench.requests.get(1), OUTAGE, at(1)));
    for (long id = 1; id <= 3; id++) {
      bench.header(new HeaderEvent.RequeueWanted(ACCOUNT, id, at(2)));
    }
    assertThat(bench.requests).extracting(DetailRequest::osId).containsExactly(1L, 2L, 1L, 2L);
    assertThat(bench.requests.get(2).attempt()).isEqualTo(1);
    assertThat(bench.requests.get(3).attempt()).isEqualTo(1);
    assertThat(bench.work(3).state()).as("told, to whom it may be news").isEqualTo(Work.SETTLED);
  }

  @Test
  void aStatusThatNobodyDocumentedIsKeptAsItself() {
    bench.header(Given.seen(1, 8, 0));
    fetched(bench.requests.get(0), 8, 1);
    assertThat(last(bench.enriched).situacao()).isEqualTo(8);
    assertThat(last(bench.changes).to()).isEqualTo(8);
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.certificate().bySituacao()).containsOnly(Map.entry(8, 1L));
  }

  @Test
  void aRunThatBroughtAChangeIsNamedWithIt() {
    bench.header(Given.seen(1, 0, 0));
    fetched(bench.requests.get(0), 0, 1);
    bench.header(Given.seenBy(OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 0, "Novo nome"), 10));
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 1, at(20)));
    fetched(last(bench.requests), 3, 21);

    assertThat(bench.enriched)
        .extracting(EnrichedOrder::runId)
        .containsExactly(RUN, RUN, OTHER_RUN, null);
    assertThat(last(bench.changes).runId()).isNull();
  }

  @Test
  void aSightingWithoutARunAsksForWhatItShowsAndBelongsToNobody() {
    bench.header(Given.watched(Given.header(1, 0), 0));
    assertThat(bench.requests).extracting(DetailRequest::lane).containsExactly(Lane.HOT);
    assertThat(bench.requests.get(0).runId()).isNull();
    assertThat(bench.claims()).isEmpty();
    fetched(bench.requests.get(0), 0, 1);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
  }

  @Test
  void beginningAgainCountsNothingTwice() {
    for (long id = 1; id <= 4; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
    bench.initAgain();
    bench.initAgain();
    fetched(bench.requests.get(0), 0, 1);
    fetched(bench.requests.get(1), 0, 1);
    fetched(last(bench.requests), 0, 2);

    assertThat(bench.requests).extracting(DetailRequest::osId).contains(1L, 2L, 3L, 4L);
    assertThat(bench.stuck()).isEmpty();
  }

  @Test
  void workThatStandsStillThoughNothingIsInItsWayIsSaid() {
    for (long id = 1; id <= 3; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
    bench.pass(Duration.ofSeconds(59));
    assertThat(bench.stuck()).isEmpty();
    bench.pass(Duration.ofSeconds(2));
    assertThat(bench.stuck()).hasSize(1);
    bench.result(new DetailResult.Deferred(bench.requests.get(0), at(600), "quota", at(62)));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.stuck()).as("the window is closed").isEmpty();
  }

  @Test
  void afterACrashNothingIsForgottenAndNothingSentTwice() {
    for (long id = 1; id <= 4; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
    bench.crash();
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.requests).hasSize(2);
    fetched(bench.requests.get(0), 0, 1);
    assertThat(bench.requests).extracting(DetailRequest::osId).contains(4L);
  }

  private void fetched(DetailRequest request, int situacao, long atSeconds) {
    bench.result(
        Given.fetched(request, Given.detail(request.osId(), situacao, "Notebook"), atSeconds));
  }

  private static List<Long> counts(RunProgress run) {
    return List.of(run.seen(), run.requested(), run.settled(), run.parked());
  }

  private static <T> T last(List<T> items) {
    return items.get(items.size() - 1);
  }
}
