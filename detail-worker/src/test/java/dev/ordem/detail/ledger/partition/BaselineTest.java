package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.Checksum;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Failure;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A ledger that has lost what Postgres knows, and the numbers by which both are compared. */
class BaselineTest {
  private final Bench bench = new Bench(LedgerRules.DEFAULT);

  @Test
  void beforeTheBaselineNothingIsTakenOrSentAndHeadersOfRunsAreCountedAsSkipped() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(Given.seen(2, 0, 0));
    bench.header(Given.watched(Given.header(3, 0), 0));
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 4, at(1)));
    bench.header(Given.end(RUN, Mode.FULL, 1));
    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.changes).isEmpty();
    assertThat(bench.enriched).isEmpty();
    assertThat(bench.requests).isEmpty();
    assertThat(bench.run(RUN).skipped()).isEqualTo(2);
    assertThat(bench.run(RUN).seen()).isEqualTo(0);
    assertThat(bench.run(RUN).ended()).isTrue();
    assertThat(bench.certificate().generation()).as("so that a baseline is written").isNull();

    bench.baselined(ACCOUNT);
    assertThat(bench.requests).extracting(request -> request.osId()).containsExactly(4L);
    assertThat(bench.certificate().generation()).isEqualTo(Given.GENERATION);
    bench.header(
        new HeaderEvent.Seen(ACCOUNT, RUN, Mode.FULL, false, Given.header(1, 0), at(2), at(2), 2L));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(RUN).skipped()).as("it reads again").isEqualTo(0);
    assertThat(bench.run(RUN).seen()).isEqualTo(1);
  }

  @Test
  void whatIsReadAnewIsNotSkippedAnyMoreEvenIfNothingIsLeftToShowHere() {
    bench.header(Given.seen(1, 0, 0));
    bench.header(Given.end(RUN, Mode.PERIOD, 1));
    bench.baselined(ACCOUNT);
    long goesOn = at(5).toEpochMilli();
    bench.header(period(goesOn, 0, 6));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(RUN).skipped()).as("it only goes on").isEqualTo(1);

    long anew = at(7).toEpochMilli();
    bench.header(period(anew, 7, 8));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(RUN).skipped()).isEqualTo(0);
    assertThat(bench.run(RUN).ended()).isTrue();
  }

  private static HeaderEvent.EndOfHeaders period(long reading, long from, long atSeconds) {
    return new HeaderEvent.EndOfHeaders(
        ACCOUNT, RUN, Mode.PERIOD, at(atSeconds), reading, false, at(from));
  }

  /** A ledger that has lost its memory reads the seven days again that the topic holds. */
  @Test
  void wishesBeforeTheBaselineCountOnlyWhileTheyAreYoungerThanAnHour() {
    bench.pass(Duration.ofHours(2));
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 1, at(3_000)));
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 2, at(4_000)));
    bench.baselined(ACCOUNT);
    assertThat(bench.requests).extracting(request -> request.osId()).containsExactly(2L);

    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 3, at(3_000)));
    assertThat(bench.requests).as("behind it each does").hasSize(2);
  }

  /** As version 1 wrote them: without a reading, and without the moment of asking. */
  @Test
  void whatTheVersionBeforeWroteIsNeitherToldNorCountedForItsRuns() {
    bench.header(
        new HeaderEvent.Seen(
            ACCOUNT, RUN, Mode.FULL, false, Given.header(1, 6), at(1), null, null));
    bench.header(new HeaderEvent.EndOfHeaders(ACCOUNT, RUN, Mode.FULL, at(2), null, null, null));
    bench.header(new HeaderEvent.Canceled(ACCOUNT, RUN, at(3), null));
    bench.header(order(1, 500));
    bench.baselined(ACCOUNT);
    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.runs).isEmpty();
    assertThat(bench.changes).isEmpty();
    assertThat(bench.requests).isEmpty();
    assertThat(bench.enriched).extracting(EnrichedOrder::revision).containsExactly(500L);
  }

  @Test
  void whatPostgresKnowsIsTakenAndToldInItsRevisionWithoutATransition() {
    bench.header(order(1, 500));
    bench.baselined(ACCOUNT);

    assertThat(bench.enriched).extracting(EnrichedOrder::revision).containsExactly(500L);
    assertThat(bench.enriched.get(0).equipamento()).isEqualTo("Notebook");
    assertThat(bench.changes).isEmpty();
    AccountCertificate certificate = bench.certificate();
    assertThat(certificate.orders()).isEqualTo(1);
    assertThat(certificate.ordersXor()).isEqualTo(Checksum.ofOrder(1, 500));
    assertThat(certificate.changes()).isEqualTo(3);
    assertThat(certificate.changesXor()).isEqualTo(77);
    assertThat(certificate.bySituacao()).containsOnly(Map.entry(1, 1L));
  }

  @Test
  void sequencesAndRevisionsGoOnAndNoTransitionIsLost() {
    bench.header(order(1, Long.MAX_VALUE / 2));
    bench.baselined(ACCOUNT);
    bench.header(Given.seen(1, 6, 100));

    StatusChange change = bench.changes.get(0);
    assertThat(change.from()).isEqualTo(1);
    assertThat(change.to()).isEqualTo(6);
    assertThat(change.sequence()).isEqualTo(4);
    assertThat(change.previousSequence()).isEqualTo(3);
    assertThat(change.seenBefore()).isEqualTo(at(0));
    assertThat(bench.enriched.get(1).revision()).isEqualTo(Long.MAX_VALUE / 2 + 1);
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.certificate().changes()).isEqualTo(4);
    assertThat(bench.certificate().changesXor()).isEqualTo(77 ^ Checksum.ofChange(1, 4, 1, 6));
  }

  @Test
  void anUnchangedOrderNeedsNoDetailAfterABaseline() {
    bench.header(order(1, 500));
    bench.baselined(ACCOUNT);
    bench.header(Given.seen(1, 1, 100));
    bench.header(Given.end(RUN, Mode.FULL, 101));
    assertThat(bench.requests).isEmpty();
    assertThat(bench.run(RUN).unchanged()).isEqualTo(1);
  }

  @Test
  void aDetailThatIsOlderThanItsHeaderIsReadAgainAfterABaselineAsPostgresKeepsThemMerged() {
    bench.header(order(1, 500, at(-60)));
    bench.baselined(ACCOUNT);
    bench.header(Given.seen(1, 1, 100));
    bench.header(Given.end(RUN, Mode.FULL, 101));
    assertThat(bench.requests).extracting(request -> request.osId()).containsExactly(1L);
    assertThat(bench.run(RUN).open()).isEqualTo(1);
  }

  @Test
  void aLedgerThatKnowsMoreKeepsWhatItKnows() {
    bench.baselined(ACCOUNT);
    bench.header(Given.seen(1, 6, 100));
    AccountCertificate before = settledCertificate();
    bench.header(order(1, 500));
    bench.baselined(ACCOUNT);

    assertThat(bench.enriched).hasSize(1);
    AccountCertificate after = bench.certificate();
    assertThat(after.ordersXor()).isEqualTo(before.ordersXor());
    assertThat(after.changes()).isEqualTo(1);
  }

  @Test
  void whatIsBeingDoneIsToldAgainToAPostgresThatLostIt() {
    bench.baselined(ACCOUNT);
    bench.header(Given.seen(1, 6, 100));
    bench.result(
        new DetailResult.Rejected(
            bench.requests.get(0), new Failure("refused-422", "422", null), at(101)));
    bench.work.clear();
    bench.header(order(1, 500));
    bench.header(order(2, 500));

    assertThat(bench.work(1).state()).isEqualTo(SyncState.Work.PARKED);
    assertThat(bench.work(1).lastError()).isNotNull();
    assertThat(bench.work).as("of what is settled there is nothing to tell").hasSize(1);
  }

  @Test
  void aBaselineThatIsWrittenTwiceCountsOnce() {
    bench.header(order(1, 500));
    bench.header(order(1, 500));
    bench.header(order(1, 600));
    bench.baselined(ACCOUNT);
    assertThat(bench.certificate().orders()).isEqualTo(1);
    assertThat(bench.certificate().ordersXor()).isEqualTo(Checksum.ofOrder(1, 600));
    assertThat(bench.certificate().changes()).isEqualTo(3);
  }

  @Test
  void aRemovedOrderStaysRemovedAndKeepsItsHistory() {
    bench.header(bare(500, 1, true));
    bench.baselined(ACCOUNT);
    assertThat(bench.enriched).isEmpty();
    assertThat(bench.certificate().orders()).isEqualTo(0);
    assertThat(bench.certificate().changes()).isEqualTo(3);
    bench.header(Given.seen(1, 1, 100));
    assertThat(bench.enriched.get(0).revision()).isGreaterThan(500);
  }

  /** Its row was deleted by hand, so there is no revision. */
  @Test
  void ofAnOrderThatOnlyItsHistoryKnowsTheHistoryGoesOn() {
    bench.header(bare(0, 5, true));
    bench.baselined(ACCOUNT);
    assertThat(bench.certificate().changes()).isEqualTo(3);

    bench.header(Given.seen(1, 6, 100));

    assertThat(bench.changes)
        .extracting(
            StatusChange::sequence,
            StatusChange::previousSequence,
            StatusChange::from,
            StatusChange::to)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(4L, 3L, 5, 6));
  }

  /** What it was is lost: it counts as Postgres has it set aside, and is told once it is seen. */
  @Test
  void anOrderThatPostgresRefusedCountsInTheRevisionThatWasRefused() {
    bench.header(bare(500, 5, false));
    bench.baselined(ACCOUNT);
    assertThat(bench.certificate().orders()).isEqualTo(1);
    assertThat(bench.certificate().ordersXor()).isEqualTo(Checksum.ofOrder(1, 500));
    assertThat(bench.enriched).isEmpty();

    bench.header(Given.seen(1, 6, 100));

    assertThat(bench.changes).extracting(StatusChange::sequence).containsExactly(4L);
    assertThat(bench.enriched.get(0).revision()).isGreaterThan(500);
  }

  @Test
  void oneThatWasRefusedAndIsListedNoMoreIsKnownToAWholeRead() {
    bench.header(bare(500, 5, false));
    bench.baselined(ACCOUNT);

    bench.header(Given.whole(RUN, 50, 100));
    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.run(RUN).absent()).isEqualTo(1);
  }

  /** A page of before comes late, and the run is read anew: when it showed the order is known. */
  @Test
  void whatARunOnlySawBeforeWhatPostgresKnowsIsAbsentOnceItWasReadAnew() {
    bench.header(order(1, 500));
    bench.baselined(ACCOUNT);
    Observation before = new Observation(at(-1), at(0));
    bench.header(Given.seen(RUN, Mode.FULL, Given.header(1, 1), before));

    bench.header(Given.whole(RUN, 50, 100));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(RUN).absent()).isEqualTo(1);

    bench.header(new HeaderEvent.AbsencesConfirmed(ACCOUNT, RUN, Given.READING, at(50), at(101)));
    bench.settle();
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.requests).extracting(request -> request.osId()).containsExactly(1L);
  }

  @Test
  void theCertificateIsWhatAnyoneCanAddUpFromWhatWasTold() {
    bench.baselined(ACCOUNT);
    for (long id = 1; id <= 20; id++) {
      bench.header(Given.seen(id, (int) (id % 8), 0));
    }
    for (int next = 0; next < bench.requests.size(); next++) {
      var request = bench.requests.get(next);
      int situacao = (int) (request.osId() % 3);
      bench.result(Given.fetched(request, Given.detail(request.osId(), situacao, "Notebook"), 10));
    }
    bench.header(Given.seenBy(OTHER_RUN, Mode.FULL, Given.header(1, 7), 20));
    bench.crash();

    AccountCertificate certificate = settledCertificate();
    java.util.Map<Long, EnrichedOrder> last = new java.util.TreeMap<>();
    bench.enriched.forEach(order -> last.put(order.osId(), order));
    long orders = 0;
    for (EnrichedOrder order : last.values()) {
      orders ^= Checksum.ofOrder(order.osId(), order.revision());
    }
    long changes = 0;
    for (StatusChange change : bench.changes) {
      changes ^= Checksum.ofChange(change.osId(), change.sequence(), change.from(), change.to());
    }
    assertThat(List.of(certificate.orders(), certificate.ordersXor())).containsExactly(20L, orders);
    assertThat(List.of(certificate.changes(), certificate.changesXor()))
        .containsExactly((long) bench.changes.size(), changes);
    assertThat(certificate.bySituacao().values().stream().mapToLong(n -> n).sum()).isEqualTo(20);
    assertThat(certificate.partition()).isEqualTo(Bench.PARTITION);
  }

  @Test
  void aHoldStopsRequestsForAMoment() {
    bench.baselined(ACCOUNT);
    bench.header(new HeaderEvent.Hold(ACCOUNT, 60_000, at(0)));
    bench.header(Given.seen(1, 0, 0));
    bench.pass(Duration.ofMillis(4_900));
    assertThat(bench.requests).isEmpty();
    bench.pass(Duration.ofMillis(200));
    assertThat(bench.requests).as("five seconds at most").hasSize(1);
  }

  private AccountCertificate settledCertificate() {
    bench.pass(Duration.ofSeconds(1));
    return bench.certificate();
  }

  /** Of order 1 with three changes, whose content is not known. */
  private static HeaderEvent.BaselineOrder bare(long revision, int situacao, boolean removed) {
    return new HeaderEvent.BaselineOrder(
        ACCOUNT,
        1,
        Given.GENERATION,
        revision,
        situacao,
        at(0),
        3,
        3,
        77,
        removed,
        null,
        null,
        null,
        null,
        at(0));
  }

  static HeaderEvent.BaselineOrder order(long id, long revision) {
    return order(id, revision, at(0));
  }

  private static HeaderEvent.BaselineOrder order(long id, long revision, Instant detailFetchedAt) {
    return new HeaderEvent.BaselineOrder(
        ACCOUNT,
        id,
        Given.GENERATION,
        revision,
        1,
        at(0),
        3,
        3,
        77,
        false,
        Given.header(id, 1),
        Given.detail(id, 1, "Notebook"),
        at(0),
        detailFetchedAt,
        at(0));
  }
}
