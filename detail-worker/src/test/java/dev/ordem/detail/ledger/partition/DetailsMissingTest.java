package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
import static dev.ordem.detail.ledger.Given.OUTAGE;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.store.StoreKeys;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a run asks for that wants the details which are missing. */
class DetailsMissingTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void theDetailsThatWereNeverReadAreAskedForTheNewestFirstUpToTheMost() {
    for (long id : List.of(7, 98, 99, 1000, 1001)) {
      bench.header(Given.headersOnly(Given.RUN, Given.header(id, 0), 0));
    }
    missing(2, 3);
    assertThat(bench.run(run(2)).open()).isEqualTo(3);
    assertThat(bench.requests).extracting(DetailRequest::osId).contains(1001L, 1000L);
    assertThat(bench.claims())
        .filteredOn(key -> key.startsWith("r/"))
        .map(key -> StoreKeys.orderOfClaim(key).osId())
        .containsExactlyInAnyOrder(1001L, 1000L, 99L);
    bench.header(new HeaderEvent.DetailsMissing(ACCOUNT, run(2), 2L, 3, at(2)));
    bench.settle();
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(run(2)).requested()).as("not three more").isEqualTo(3);
    assertThat(bench.requests).extracting(DetailRequest::lane).containsOnly(Lane.BACKFILL);
  }

  /** A run of headers alone, or one that was cancelled, left them with a detail of before. */
  @Test
  void detailsThatAreOutdatedAreMissingToo() {
    for (long id : List.of(1, 2, 3, 4)) {
      bench.header(Given.watched(Given.header(id, 0), 1));
      bench.result(Given.fetched(last(bench.requests), Given.detail(id, 0, "Notebook"), 1));
    }
    bench.header(Given.headersOnly(Given.RUN, Given.header(1, 3), 10));
    bench.header(Given.headersOnly(Given.RUN, Given.header(2, 0), 10));
    bench.pass(Duration.ofDays(2));
    bench.header(Given.headersOnly(Given.RUN, Given.header(4, 0), 2 * 24 * 3600));
    int asked = bench.requests.size();
    missing(2, Long.MAX_VALUE);
    assertThat(bench.requests.subList(asked, bench.requests.size()))
        .extracting(DetailRequest::osId)
        .containsExactlyInAnyOrder(1L, 4L);
    assertThat(bench.run(run(2)).open()).isEqualTo(2);
    assertThat(bench.run(run(2)).detailsLeft()).isFalse();
  }

  @Test
  void whatWaitsForAPersonTakesNoneOfABudgetAndIsLeft() {
    for (long id : List.of(1, 2, 3, 4)) {
      bench.header(Given.headersOnly(Given.RUN, Given.header(id, 0), 0));
    }
    for (long id : List.of(4, 3)) {
      bench.header(new HeaderEvent.RefreshWanted(ACCOUNT, id, at(1)));
      bench.result(new DetailResult.Rejected(last(bench.requests), OUTAGE, at(2)));
    }
    missing(2, 1);
    assertThat(bench.run(run(2)).open()).isEqualTo(1);
    assertThat(last(bench.requests).osId()).isEqualTo(2);
    assertThat(bench.run(run(2)).detailsLeft()).isTrue();
    missing(3, 2);
    assertThat(bench.run(run(3)).open()).isEqualTo(2);
    assertThat(bench.run(run(3)).detailsLeft()).as("the two that are parked").isTrue();
    missing(4, Long.MAX_VALUE);
    assertThat(bench.run(run(4)).parked()).isEqualTo(2);
    assertThat(bench.run(run(4)).detailsLeft()).isFalse();
  }

  /** A step may have room for one entry left, which is the one that was looked at last. */
  @Test
  void howeverFullAStepIsAllThatMissTheirDetailAreAskedFor() {
    for (int others = 1; others <= 50; others++) {
      Bench full = Bench.based(LedgerRules.DEFAULT);
      for (long id = 1; id <= 700; id++) {
        Header header = Given.header(id, 0);
        full.header(
            id % 50 < others
                ? Given.headersOnly(Given.RUN, header, 0)
                : new HeaderEvent.RefreshWanted(ACCOUNT, id, at(0)));
      }
      full.header(
          new HeaderEvent.DetailsMissing(ACCOUNT, run(2), Given.READING, Long.MAX_VALUE, at(1)));
      full.header(Given.end(run(2), Mode.DETAILS, 1));
      full.settle();
      assertThat(full.run(run(2)).open()).as("%s in 50", others).isEqualTo(others * 14L);
    }
  }

  @Test
  void theMarkersOfARunAreWorkedOffOneAfterTheOther() {
    for (long id = 1; id <= 2000; id++) {
      bench.header(Given.headersOnly(Given.RUN, Given.header(id, 0), 0));
    }
    bench.header(
        new HeaderEvent.DetailsMissing(ACCOUNT, run(2), Given.READING, Long.MAX_VALUE, at(1)));
    bench.header(Given.end(run(2), Mode.DETAILS, 1));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.run(run(2)).ended()).isFalse();
    assertThat(bench.run(run(2)).open()).isBetween(1L, 1999L);
    bench.crash();
    bench.settle();
    assertThat(bench.run(run(2)).ended()).isTrue();
    assertThat(bench.run(run(2)).open()).isEqualTo(2000);
  }

  private void missing(int run, long max) {
    bench.header(new HeaderEvent.DetailsMissing(ACCOUNT, run(run), Given.READING, max, at(1)));
    bench.header(Given.end(run(run), Mode.DETAILS, 1));
    bench.settle();
    bench.pass(Duration.ofSeconds(1));
  }

  private static UUID run(int number) {
    return new UUID(8, number);
  }

  private static <T> T last(List<T> items) {
    return items.get(items.size() - 1);
  }
}
