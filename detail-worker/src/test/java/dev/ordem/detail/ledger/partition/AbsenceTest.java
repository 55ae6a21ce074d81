package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.OUTAGE;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Absence;
import dev.ordem.detail.ledger.order.Observation;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What lists do not show, and when it is believed to be removed. */
class AbsenceTest {
  private static final long HOUR = 3600;
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void aWholeReadCountsWhatIsListedAndWhatItDidNotShowAndChangesNothing() {
    readWholly(1, 0, 1, 2, 3);
    readWholly(2, 10, 2);
    bench.settle();

    assertThat(bench.run(run(1)).known()).isEqualTo(3);
    assertThat(bench.run(run(1)).absent()).isEqualTo(0);
    assertThat(bench.run(run(2)).known()).isEqualTo(3);
    assertThat(bench.run(run(2)).absent()).isEqualTo(2);
    assertThat(bench.run(run(2)).ended()).isTrue();
    assertThat(bench.run(run(2)).absencesCounted()).isFalse();
    assertThat(bench.requests).hasSize(3);
    assertThat(bench.standing(1).unlisted()).isNull();
  }

  /** Its times are taken for now, and so lie before the time at which the run says it began. */
  @Test
  void whatAReadShowsIsNotAbsentWhereTheDatabasesClockIsFarAhead() {
    readWholly(1, HOUR, 1, 2, 3);
    bench.settle();
    assertThat(bench.run(run(1)).known()).isEqualTo(3);
    assertThat(bench.run(run(1)).absent()).isEqualTo(0);

    readWholly(2, HOUR + 10, 2);
    bench.settle();
    assertThat(bench.run(run(2)).absent()).isEqualTo(2);
    int asked = bench.requests.size();
    confirm(2, HOUR + 10);
    assertThat(bench.requests).as("what it did show is not asked for").hasSize(asked + 2);
  }

  @Test
  void whatTwoWholeReadsAnHourApartMissAndTinyDoesNotKnowIsRemoved() {
    readWholly(1, 0, 1, 2);
    readWholly(2, 10, 2);
    confirm(2, 10);
    DetailRequest first = last(bench.requests);
    assertThat(first.osId()).isEqualTo(1);
    assertThat(first.lane()).isEqualTo(Lane.AUDIT);
    assertThat(bench.run(run(2)).open()).as("the run waits for the answer").isEqualTo(1);
    gone(first, 12);
    assertThat(bench.run(run(2)).absencesCounted()).isTrue();
    assertThat(bench.run(run(2)).settled()).isEqualTo(1);
    assertThat(bench.run(run(2)).suspects()).isEqualTo(1);
    assertThat(bench.removed).as("suspect").isEmpty();

    bench.pass(Duration.ofHours(1));
    readWholly(3, 10 + HOUR, 2);
    confirm(3, 10 + HOUR);
    DetailRequest second = last(bench.requests);
    assertThat(second.osId()).isEqualTo(1);
    gone(second, 12 + HOUR);

    assertThat(bench.removed).containsExactly(Given.key(1));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.certificate().orders()).isEqualTo(1);
    assertThat(bench.certificate().suspects()).isEqualTo(0);
    assertThat(bench.certificate().changes()).as("its history stays").isEqualTo(2);
    readWholly(4, 20 + HOUR, 2);
    bench.settle();
    assertThat(bench.run(run(4)).known()).isEqualTo(1);
    assertThat(last(bench.requests)).isEqualTo(second);
  }

  @Test
  void twoWholeReadsWithinAnHourAreOne() {
    readWholly(1, 0, 1, 2);
    readWholly(2, 10, 2);
    confirm(2, 10);
    gone(last(bench.requests), 12);
    int asked = bench.requests.size();
    bench.pass(Duration.ofHours(1));
    readWholly(3, HOUR, 2);
    confirm(3, HOUR);

    assertThat(bench.requests).as("a suspect is left alone").hasSize(asked);
    assertThat(bench.standing(1).unlisted()).extracting(Absence::reads).isEqualTo(1);
    assertThat(bench.run(run(3)).absencesCounted()).isTrue();
    assertThat(bench.run(run(3)).requested()).isEqualTo(0);
  }

  @Test
  void anAbsenceThatIsConfirmedTwiceCountsOnce() {
    readWholly(1, 0, 1, 2);
    readWholly(2, 10, 2);
    confirm(2, 10);
    confirm(2, 10);
    assertThat(bench.run(run(2)).requested()).isEqualTo(1);
    assertThat(bench.standing(1).unlisted()).extracting(Absence::reads).isEqualTo(1);
  }

  @Test
  void whatTheListMissesButTinyKnowsStaysAndIsNoSuspect() {
    readWholly(1, 0, 1, 2);
    readWholly(2, 10, 2);
    confirm(2, 10);
    gone(last(bench.requests), 12);
    bench.pass(Duration.ofHours(1));
    readWholly(3, 10 + HOUR, 2);
    confirm(3, 10 + HOUR);
    fetched(last(bench.requests), 3, 12 + HOUR);

    assertThat(bench.removed).isEmpty();
    assertThat(bench.standing(1).suspect()).isFalse();
    assertThat(bench.standing(1).unlisted()).isNotNull();
    assertThat(last(bench.changes).to()).isEqualTo(3);
  }

  @Test
  void whatIsListedAgainIsNoSuspectAndCountsFromNothing() {
    readWholly(1, 0, 1, 2);
    readWholly(2, 10, 2);
    confirm(2, 10);
    gone(last(bench.requests), 12);
    bench.header(Given.watched(Given.header(1, 0), 20));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.certificate().suspects()).isEqualTo(0);
    assertThat(bench.standing(1).unlisted()).isNull();
  }

  @Test
  void aRemovedOrderThatIsListedAgainIsAnOrderAgain() {
    remove(1);
    long before = last(bench.enriched).revision();
    bench.header(Given.watched(Given.header(1, 0), 11 + HOUR)); // before it was found removed
    assertThat(bench.certificate().orders()).isEqualTo(1);
    bench.header(Given.watched(Given.header(1, 0), 30 + HOUR));

    EnrichedOrder back = last(bench.enriched);
    assertThat(back.osId()).isEqualTo(1);
    assertThat(back.revision()).isGreaterThan(before);
    assertThat(bench.changes).as("its status did not change").hasSize(2);
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.certificate().orders()).isEqualTo(2);
  }

  @Test
  void whileTheListShowsItThatTinyDoesNotKnowAnOrderIsAFailureLikeAnyOther() {
    bench.header(Given.seen(1, 0, 0));
    gone(bench.requests.get(0), 1);
    assertThat(bench.work(1).state()).isEqualTo(Work.RETRYING);
    assertThat(bench.work(1).lastError())
        .extracting(failure -> failure.cause())
        .isEqualTo("not-found");
    for (int attempt = 1; attempt < 6; attempt++) {
      bench.pass(Duration.ofHours(2).plusSeconds(1));
      gone(last(bench.requests), 1 + attempt * (2 * HOUR + 1));
    }
    assertThat(bench.work(1).state()).isEqualTo(Work.PARKED);
    assertThat(bench.removed).isEmpty();
    bench.header(Given.end(Given.RUN, Mode.FULL, 2));
    assertThat(bench.run(Given.RUN).parked()).isEqualTo(1);
  }

  @Test
  void anOrderThatNoListEverShowedAndTinyDoesNotKnowIsNothing() {
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 7, at(0)));
    gone(bench.requests.get(0), 1);
    assertThat(bench.work(7).state()).isEqualTo(Work.SETTLED);
    assertThat(bench.removed).isEmpty();
    assertThat(bench.enriched).isEmpty();
  }

  @Test
  void anOrderThatOnlyItsDetailEverShowedIsRemovedLikeAnyOther() {
    readWholly(1, 0, 1);
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 7, at(3)));
    fetched(bench.requests.get(1), 0, 4);
    readWholly(2, 10, 1);
    assertThat(bench.run(run(2)).known()).isEqualTo(2);
    assertThat(bench.run(run(2)).absent()).isEqualTo(1);
    confirm(2, 10);
    gone(last(bench.requests), 12);
    assertThat(bench.removed).isEmpty();
    bench.pass(Duration.ofHours(1));
    readWholly(3, 10 + HOUR, 1);
    confirm(3, 10 + HOUR);
    gone(last(bench.requests), 12 + HOUR);
    assertThat(bench.removed).containsExactly(Given.key(7));
  }

  @Test
  void whatIsHeldAsOpenAndNoListOfOpenOrdersShowsIsAskedFor() {
    readWholly(1, 0, 1, 2, 3);
    bench.header(Given.watched(Given.header(3, 3), 5));
    fetched(last(bench.requests), 3, 6);
    int asked = bench.requests.size();
    passOver(2, 100, 1);
    assertThat(bench.requests.subList(asked, bench.requests.size()))
        .extracting(DetailRequest::osId)
        .containsExactly(2L);
    assertThat(last(bench.requests).lane()).isEqualTo(Lane.HOT);
    assertThat(bench.run(run(2)).ended()).isTrue();
    assertThat(bench.run(run(2)).open()).isEqualTo(1);

    fetched(last(bench.requests), 3, 102);
    assertThat(last(bench.changes).to()).isEqualTo(3);
    assertThat(last(bench.changes).seenBefore()).isEqualTo(at(1));
    assertThat(bench.run(run(2)).settled()).isEqualTo(1);
  }

  /** It was interrupted for minutes, and the lists were read again from their beginning. */
  @Test
  void whatARunSawBeforeItsListsWereReadAnewIsAskedForToo() {
    readWholly(1, 0, 1, 2);
    interrupted(2, 10, 1, 2);
    int asked = bench.requests.size();
    passOver(2, 100, 1);
    assertThat(bench.requests.subList(asked, bench.requests.size()))
        .extracting(DetailRequest::osId)
        .containsExactly(2L);
  }

  @Test
  void whatARunSawBeforeItsWholeListWasReadAnewIsAbsent() {
    readWholly(1, 0, 1, 2);
    interrupted(2, 10, 1, 2);
    readWholly(2, 100, 1);
    assertThat(bench.run(run(2)).known()).isEqualTo(2);
    assertThat(bench.run(run(2)).absent()).isEqualTo(1);
  }

  @Test
  void whatIsHeldInAStatusThatTinyHasNotDocumentedCountsAsOpenAndIsAskedFor() {
    readWholly(1, 0, 1, 2, 3);
    for (int status : List.of(8, 7)) {
      bench.header(Given.watched(Given.header(status - 6, status), 5));
      fetched(last(bench.requests), status, 6);
    }
    int asked = bench.requests.size();
    passOver(2, 100, 3);
    assertThat(bench.requests.subList(asked, bench.requests.size()))
        .extracting(DetailRequest::osId)
        .containsExactly(2L);
    assertThat(bench.run(run(2)).open()).isEqualTo(1);
  }

  @Test
  void anAnswerToAnEarlierQuestionDoesNotDoForWhatIsPassedOver() {
    readWholly(1, 0, 1, 2);
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 2, at(99)));
    passOver(2, 100, 1);
    fetched(last(bench.requests), 0, 99);
    assertThat(bench.run(run(2)).open()).isEqualTo(1);
    fetched(last(bench.requests), 3, 103);
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(run(2)).settled()).isEqualTo(1);
    assertThat(last(bench.changes).to()).isEqualTo(3);
  }

  @Test
  void whatIsPassedOverAndGoneIsASuspectThatIsNotAskedForAgain() {
    readWholly(1, 0, 1, 2);
    passOver(2, 100, 1);
    gone(last(bench.requests), 101);
    assertThat(bench.run(run(2)).settled()).isEqualTo(1);
    int asked = bench.requests.size();
    passOver(3, 200, 1);
    bench.pass(Duration.ofMinutes(5));
    readWholly(4, 300, 1);
    confirm(4, 300);
    assertThat(bench.requests).as("one absence proves nothing").hasSize(asked);
    bench.pass(Duration.ofHours(1));
    readWholly(5, 300 + HOUR, 1);
    confirm(5, 300 + HOUR);
    gone(last(bench.requests), 302 + HOUR);
    assertThat(bench.removed).containsExactly(Given.key(2));
  }

  @Test
  void anOrderThatIsParkedBecauseTinyDoesNotKnowItIsAskedForOnceNoListShowsIt() {
    bench.header(Given.watched(Given.header(1, 0), 0));
    bench.result(
        new DetailResult.Rejected(
            bench.requests.get(0),
            new dev.ordem.contract.Failure("not-found", "404", null),
            at(1)));
    readWholly(2, 10);
    confirm(2, 10);
    gone(last(bench.requests), 11);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    assertThat(bench.standing(1).suspect()).isTrue();
  }

  @Test
  void whatIsParkedForAnotherReasonIsAskedForOnceWhenItIsFirstMissedAndByWholeReads() {
    bench.header(Given.watched(Given.header(1, 0), 0));
    for (int read = 2; read <= 3; read++) {
      bench.result(new DetailResult.Rejected(last(bench.requests), OUTAGE, at(10L * read - 1)));
      passOver(read, 10L * read);
      bench.pass(Duration.ofSeconds(1));
    }
    assertThat(bench.run(run(3)).parked()).isEqualTo(1);
    readWholly(4, 40);
    confirm(4, 40);
    assertThat(bench.requests).hasSize(3);
  }

  private void remove(long order) {
    readWholly(1, 0, 1, 2);
    long[] others = {3 - order};
    readWholly(2, 10, others);
    confirm(2, 10);
    gone(last(bench.requests), 12);
    bench.pass(Duration.ofHours(1));
    readWholly(3, 10 + HOUR, others);
    confirm(3, 10 + HOUR);
    gone(last(bench.requests), 12 + HOUR);
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.removed).containsExactly(Given.key(order));
  }

  /** A whole read that shows these orders; each request that follows is answered. */
  private void readWholly(int run, long from, long... ids) {
    see(run, from, ids);
    bench.header(Given.whole(run(run), from, from + 2));
    bench.settle();
  }

  private void passOver(int run, long from, long... ids) {
    see(run, from, ids);
    bench.header(
        new HeaderEvent.PassOver(
            ACCOUNT, run(run), Given.READING, List.of(0, 1, 2, 5, 6), at(from), at(from + 1)));
    bench.header(Given.end(run(run), Mode.INCREMENTAL, from + 2));
    bench.settle();
  }

  private void see(int run, long from, long... ids) {
    for (long order : ids) {
      int before = bench.requests.size();
      bench.header(Given.seenBy(run(run), Mode.FULL, Given.header(order, 0), from + 1));
      if (bench.requests.size() > before) {
        fetched(last(bench.requests), 0, from + 1);
      }
    }
  }

  /** Orders that a run saw before its lists were read anew, between question and answer. */
  private void interrupted(int run, long from, long... ids) {
    for (long order : ids) {
      Observation between = new Observation(at(from), at(from + 1));
      bench.header(Given.seen(run(run), Mode.FULL, Given.header(order, 0), between));
    }
  }

  private void confirm(int run, long from) {
    bench.header(
        new HeaderEvent.AbsencesConfirmed(
            ACCOUNT, run(run), Given.READING, at(from), at(from + 3)));
    bench.settle();
    bench.pass(Duration.ofSeconds(1));
  }

  private void gone(DetailRequest request, long atSeconds) {
    bench.result(new DetailResult.Gone(request, at(atSeconds), at(atSeconds)));
  }

  private void fetched(DetailRequest request, int situacao, long atSeconds) {
    bench.result(
        Given.fetched(request, Given.detail(request.osId(), situacao, "Notebook"), atSeconds));
  }

  private static UUID run(int number) {
    return new UUID(8, number);
  }

  private static <T> T last(List<T> items) {
    return items.get(items.size() - 1);
  }
}
