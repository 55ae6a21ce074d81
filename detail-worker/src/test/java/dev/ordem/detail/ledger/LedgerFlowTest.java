package dev.ordem.detail.ledger;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.OUTAGE;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState.Work;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What follows from what, one partition on the bench. */
class LedgerFlowTest {
  private final Bench bench = new Bench(LedgerRules.DEFAULT);

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
                StatusChange.idOf(Given.key(1), 2),
                ACCOUNT,
                1,
                2,
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
    bench.result(new DetailResult.Deferred(bench.requests.get(0), at(60), "quota", at(1)));
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
    bench.header(new HeaderEvent.Seen("filial", RUN, Mode.FULL, false, Given.header(1, 0), at(2)));
    assertThat(bench.requests).hasSize(2);
    assertThat(bench.requests.get(1).account()).isEqualTo("filial");
  }

  @Test
  void aRequestWhoseAnswerIsLostIsSentAgain() {
    bench.header(Given.seen(1, 0, 0));
    bench.pass(Duration.ofMinutes(14));
    assertThat(bench.requests).hasSize(1);
    bench.pass(Duration.ofMinutes(2));
    assertThat(bench.requests).hasSize(2);
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
  void aRunOfHeadersOnlyAsksForNoDetail() {
    bench.header(new HeaderEvent.Seen(ACCOUNT, RUN, Mode.FULL, true, Given.header(1, 0), at(0)));
    end(RUN, Mode.FULL, 1);
    assertThat(bench.requests).isEmpty();
    assertThat(bench.run(RUN).done()).isTrue();
    assertThat(bench.run(RUN).fresh()).isEqualTo(1);
  }

  @Test
  void eachRunCountsAnOrderOnceAndTwoRunsWaitForOneAnswer() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(Given.seen(1, 0, 1));
    bench.header(Given.seenBy(OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 0), 2));
    end(RUN, Mode.FULL, 3);
    end(OTHER_RUN, Mode.INCREMENTAL, 3);
    assertThat(bench.run(RUN).done()).isFalse();
    fetched(bench.requests.get(0), 0, 4);

    assertThat(bench.requests).hasSize(1);
    for (UUID run : List.of(RUN, OTHER_RUN)) {
      assertThat(counts(bench.run(run))).containsExactly(1L, 1L, 1L, 0L);
      assertThat(bench.run(run).done()).isTrue();
    }
    assertThat(bench.run(RUN).fresh()).isEqualTo(1);
    assertThat(bench.run(OTHER_RUN).unchanged()).isEqualTo(1);
  }

  @Test
  void aCancelledRunGivesUpWhatWaitsButNotWhatIsOut() {
    for (long id = 1; id <= 5; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
    bench.header(new HeaderEvent.Canceled(ACCOUNT, RUN, at(1)));
    assertThat(bench.run(RUN).requested()).isEqualTo(2);
    assertThat(bench.run(RUN).done()).isFalse();
    fetched(bench.requests.get(0), 0, 2);
    fetched(bench.requests.get(1), 0, 2);

    assertThat(bench.requests).hasSize(2);
    assertThat(counts(bench.run(RUN))).containsExactly(5L, 2L, 2L, 0L);
    assertThat(bench.run(RUN).done()).isTrue();
    assertThat(bench.run(RUN).endedAt()).isNull();
  }

  @Test
  void aCancelledRunThatGoesOnWantsAgainWhatItDropped() {
    for (long id = 1; id <= 5; id++) {
      bench.header(Given.seen(id, 0, 0));
    }
    bench.header(new HeaderEvent.Canceled(ACCOUNT, RUN, at(1)));
    fetched(bench.requests.get(0), 0, 2);
    fetched(bench.requests.get(1), 0, 2);
    bench.header(Given.seen(6, 0, 10));
    end(RUN, Mode.FULL, 11);
    assertThat(bench.run(RUN).done()).isFalse();
    assertThat(counts(bench.run(RUN))).containsExactly(6L, 6L, 2L, 0L);
    for (int next = 2; next < bench.requests.size(); next++) {
      fetched(bench.requests.get(next), 0, 12);
    }
    assertThat(bench.requests)
        .extracting(DetailRequest::osId)
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(counts(bench.run(RUN))).containsExactly(6L, 6L, 6L, 0L);
    assertThat(bench.run(RUN).done()).isTrue();
  }

  @Test
  void aRunThatIsResumedEndsTwice() {
    bench.header(Given.seen(1, 0, 0));
    fetched(bench.requests.get(0), 0, 1);
    end(RUN, Mode.FULL, 2);
    bench.header(Given.seen(2, 0, 10));
    bench.pass(Duration.ofSeconds(2));
    assertThat(bench.run(RUN).done()).isFalse();
    fetched(bench.requests.get(1), 0, 11);
    end(RUN, Mode.FULL, 12);
    assertThat(bench.run(RUN).done()).isTrue();
    assertThat(bench.run(RUN).endedAt()).isEqualTo(at(12));
  }

  @Test
  void anOrderMissedByTwoFullReadsAndUnknownToTinyIsRemoved() {
    readFully(1, 0, 1, 2);
    readFully(2, 10, 2);
    assertThat(bench.requests).as("missed once").hasSize(2);
    readFully(3, 20, 2);

    DetailRequest check = last(bench.requests);
    assertThat(check.osId()).isEqualTo(1);
    assertThat(check.lane()).isEqualTo(Lane.AUDIT);
    assertThat(bench.run(new UUID(8, 3)).done()).as("the run waits for the proof").isFalse();
    bench.result(new DetailResult.Gone(check, at(25)));
    assertThat(bench.removed).containsExactly(Given.key(1));
    assertThat(bench.run(new UUID(8, 3)).done()).isTrue();

    readFully(4, 30, 2);
    assertThat(bench.removed).hasSize(1);
    assertThat(last(bench.requests)).isEqualTo(check);
  }

  @Test
  void anOrderThatTheListMissesButTinyKnowsStays() {
    readFully(1, 0, 1, 2);
    readFully(2, 10, 2);
    readFully(3, 20, 2);
    fetched(last(bench.requests), 0, 25);
    assertThat(bench.removed).isEmpty();
    readFully(4, 30, 2);
    assertThat(bench.requests).as("counted from nothing").hasSize(3);
  }

  @Test
  void aRemovedOrderThatIsListedAgainIsAnOrderAgain() {
    readFully(1, 0, 1, 2);
    readFully(2, 10, 2);
    readFully(3, 20, 2);
    bench.result(new DetailResult.Gone(last(bench.requests), at(25)));
    long before = last(bench.enriched).revision();
    readFully(5, 40, 1, 2);

    EnrichedOrder back =
        bench.enriched.stream().filter(o -> o.osId() == 1).reduce((a, b) -> b).orElseThrow();
    assertThat(back.revision()).isGreaterThan(before);
    assertThat(last(bench.changes).osId()).as("its status did not change").isEqualTo(2);
  }

  @Test
  void anOrderThatTinyDoesNotKnowThoughItWasListedIsSettledNotRemoved() {
    bench.header(Given.seen(1, 0, 0));
    bench.result(new DetailResult.Gone(bench.requests.get(0), at(1)));
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    assertThat(bench.removed).isEmpty();
    bench.header(Given.seenBy(OTHER_RUN, Mode.INCREMENTAL, Given.header(1, 0), 10));
    assertThat(bench.requests).as("not asked for on each sighting").hasSize(1);
  }

  @Test
  void aFullReadThatMissesMostOfManyOrdersIsNotBelieved() {
    for (int run = 1; run <= 3; run++) {
      for (long id = 1; id <= (run == 1 ? 60 : 1); id++) {
        bench.header(
            new HeaderEvent.Seen(
                ACCOUNT, new UUID(8, run), Mode.FULL, true, Given.header(id, 0), at(run * 10L)));
      }
      end(new UUID(8, run), Mode.FULL, run * 10L + 1);
    }
    assertThat(bench.requests).isEmpty();
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

  /** A full run that shows these orders; each request that follows is answered. */
  private void readFully(int run, long from, long... ids) {
    UUID id = new UUID(8, run);
    for (long order : ids) {
      int before = bench.requests.size();
      bench.header(Given.seenBy(id, Mode.FULL, Given.header(order, 0), from));
      if (bench.requests.size() > before) {
        fetched(last(bench.requests), 0, from + 1);
      }
    }
    end(id, Mode.FULL, from + 2);
  }

  private void end(UUID run, Mode mode, long atSeconds) {
    bench.header(new HeaderEvent.EndOfHeaders(ACCOUNT, run, mode, at(atSeconds)));
  }

  private void fetched(DetailRequest request, int situacao, long atSeconds) {
    bench.result(
        new DetailResult.Fetched(
            request, Given.detail(request.osId(), situacao, "Notebook"), at(atSeconds)));
  }

  private static List<Long> counts(RunProgress run) {
    return List.of(run.seen(), run.requested(), run.settled(), run.parked());
  }

  private static <T> T last(List<T> items) {
    return items.get(items.size() - 1);
  }
}
