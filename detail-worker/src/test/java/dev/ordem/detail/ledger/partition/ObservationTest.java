package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What is told of the status, when answers take long, overlap, and carry wrong clocks' times. */
class ObservationTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void aTransitionLiesBetweenTheLastQuestionAndThisAnswer() {
    list(RUN, 0, 0, 2);
    list(RUN, 0, 10, 12);
    list(OTHER_RUN, 3, 20, 23);
    StatusChange change = last(bench.changes);
    assertThat(change.seenBefore()).isEqualTo(at(10));
    assertThat(change.seenAt()).isEqualTo(at(23));
    assertThat(change.previousSequence()).isEqualTo(1);
  }

  @Test
  void whatWasAnsweredBeforeTheLastQuestionSaysNothing() {
    list(RUN, 3, 10, 12);
    fetched(last(bench.requests), 3, 11, 12);
    list(RUN, 0, 0, 10);
    assertThat(bench.changes).hasSize(1);
    assertThat(bench.requests).as("it leaves no doubt").hasSize(1);
    assertThat(last(bench.enriched).situacao()).isEqualTo(3);
    assertThat(bench.standing(1).status()).extracting(ObservedStatus::last).isEqualTo(span(11, 12));
  }

  @Test
  void overlappingObservationsThatAgreeAreOne() {
    list(RUN, 0, 0, 12);
    list(RUN, 0, 5, 7);
    list(RUN, 0, 6, 20);
    list(RUN, 0, 3, 8);
    assertThat(bench.standing(1).status()).extracting(ObservedStatus::last).isEqualTo(span(6, 20));
  }

  @Test
  void listsThatTakeLongAndARefreshInBetweenInventNoTransition() {
    list(RUN, 3, 0, 1);
    bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, 1, at(14)));
    list(OTHER_RUN, 3, 10, 22); // asked before it went to 0, and answered after
    DetailRequest request = last(bench.requests);
    fetched(request, 0, 15, 16);
    assertThat(bench.changes).as("nobody knows which was later").hasSize(1);
    assertThat(last(bench.requests)).as("so it is read again").isNotEqualTo(request);
    fetched(last(bench.requests), 3, 23, 24);

    assertThat(bench.changes).hasSize(1);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
  }

  @Test
  void aContradictionIsReadAgainUnderTheClaimOfTheRunThatSawIt() {
    list(RUN, 0, 0, 1);
    fetched(last(bench.requests), 0, 2, 3);
    list(RUN, 0, 10, 20);
    list(OTHER_RUN, 3, 15, 25);
    assertThat(bench.changes).hasSize(1);
    assertThat(last(bench.requests).lane()).isEqualTo(Lane.HOT);
    assertThat(last(bench.requests).runId()).isEqualTo(OTHER_RUN);
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(OTHER_RUN).open()).isEqualTo(1);

    fetched(last(bench.requests), 3, 30, 31);
    assertThat(last(bench.changes).to()).isEqualTo(3);
    assertThat(last(bench.changes).seenBefore()).isEqualTo(at(10));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(OTHER_RUN).settled()).isEqualTo(1);
  }

  @Test
  void aContradictionThatNoRunSawIsReadAgainForNobody() {
    list(RUN, 0, 0, 1);
    fetched(last(bench.requests), 0, 2, 9);
    bench.header(Given.watched(Given.header(1, 3), 9 - 1));
    assertThat(bench.changes).hasSize(1);
    assertThat(bench.requests).hasSize(2);
    assertThat(bench.claims()).isEmpty();
  }

  @Test
  void aContradictionThatARunOfHeadersOnlySawIsNoClaimOfIt() {
    list(RUN, 0, 0, 1);
    fetched(last(bench.requests), 0, 2, 9);
    bench.header(Given.headersOnly(OTHER_RUN, Given.header(1, 3), 8));
    assertThat(bench.requests).hasSize(2);
    assertThat(bench.claims()).isEmpty();
  }

  @Test
  void aRecordOfTheFirstSchemaWasAskedWhenItWasAnswered() {
    bench.header(
        new HeaderEvent.Seen(
            ACCOUNT, RUN, Mode.FULL, false, Given.header(1, 0), at(5), null, Given.READING));
    bench.result(
        new DetailResult.Fetched(bench.requests.get(0), Given.detail(1, 3, "x"), null, at(9)));
    assertThat(last(bench.changes).seenBefore()).isEqualTo(at(5));
    assertThat(last(bench.changes).seenAt()).isEqualTo(at(9));
  }

  @Property(tries = 100)
  void aClockThatWasADayAheadOnceNeverHidesALaterChange(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0, max = 7) Integer> before,
      @ForAll @IntRange(min = 0, max = 7) int stamped,
      @ForAll @IntRange(min = 0, max = 7) int after,
      @ForAll boolean detail) {
    Bench ahead = Bench.based(LedgerRules.DEFAULT);
    for (int situacao : before) {
      see(ahead, situacao, ahead.now());
    }
    see(ahead, stamped, ahead.now().plus(Duration.ofHours(24)));
    if (detail && !ahead.requests.isEmpty()) {
      Instant wrong = ahead.now().plus(Duration.ofHours(24));
      ahead.result(
          new DetailResult.Fetched(
              ahead.requests.get(0), Given.detail(1, stamped, "x"), wrong, wrong));
      ahead.pass(Duration.ofSeconds(1));
    }
    see(ahead, after, ahead.now());

    assertThat(last(ahead.changes).to()).isEqualTo(after);
    assertThat(last(ahead.enriched).situacao()).isEqualTo(after);
    assertThat(last(ahead.changes).seenAt()).isBeforeOrEqualTo(ahead.now());
  }

  @Test
  void aStoredTimeThatLiesAheadIsNotBelieved() {
    bench.pass(Duration.ofDays(1)); // this host's clock is wrong for a while
    list(RUN, 0, 24 * 3600, 24 * 3600);
    fetched(last(bench.requests), 0, 24 * 3600, 24 * 3600);
    bench.pass(Duration.ofDays(-1));
    list(OTHER_RUN, 3, 10, 11);

    assertThat(last(bench.changes).to()).isEqualTo(3);
    assertThat(last(bench.changes).seenBefore()).as("nothing is known of that").isNull();
    assertThat(last(bench.requests).lane()).isEqualTo(Lane.HOT);
    list(OTHER_RUN, 3, 20, 21);
    list(OTHER_RUN, 1, 30, 31);
    assertThat(last(bench.changes).seenBefore()).isEqualTo(at(20));
  }

  /** A host whose clock is ahead has calls told further ahead than others believe. */
  @Test
  void whatIsToldTooFarAheadIsLaterThanAllThatIsBelieved() {
    list(RUN, 0, 280, 281);
    fetched(last(bench.requests), 0, 290, 291);
    list(OTHER_RUN, 3, 400, 401);
    assertThat(last(bench.changes).to()).isEqualTo(3);

    DetailRequest request = last(bench.requests);
    bench.result(
        new DetailResult.Fetched(request, Given.detail(1, 4, "Impressora"), at(402), at(403)));
    assertThat(last(bench.changes).to()).isEqualTo(4);
    assertThat(last(bench.enriched).equipamento()).isEqualTo("Impressora");
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
    assertThat(last(bench.requests)).isEqualTo(request);
  }

  private static void see(Bench bench, int situacao, Instant at) {
    bench.header(Given.seen(RUN, Mode.FULL, Given.header(1, situacao), new Observation(at, at)));
    bench.pass(Duration.ofSeconds(1));
  }

  private void list(java.util.UUID run, int situacao, long asked, long answered) {
    bench.header(Given.seen(run, Mode.FULL, Given.header(1, situacao), span(asked, answered)));
  }

  private void fetched(DetailRequest request, int situacao, long asked, long answered) {
    bench.result(
        new DetailResult.Fetched(
            request, Given.detail(1, situacao, "Notebook"), at(asked), at(answered)));
  }

  private static Observation span(long asked, long answered) {
    return new Observation(at(asked), at(answered));
  }

  private static <T> T last(List<T> items) {
    return items.get(items.size() - 1);
  }
}
