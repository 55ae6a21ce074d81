package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Mode;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Observation;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which headers a detail covers, so that they need no other. */
class CoveredHeadersTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void whatChangedBackAfterItsDetailWasReadIsReadAgain() {
    list(RUN, 3, 0, 1);
    fetched(0, 5, 6, "while it was open again");
    list(OTHER_RUN, 3, 10, 11);

    assertThat(bench.requests).hasSize(2);
    fetched(3, 12, 13, "finished again");
    list(OTHER_RUN, 3, 20, 21);
    assertThat(bench.requests).hasSize(2);
    assertThat(last().equipamento()).isEqualTo("finished again");
  }

  @Test
  void aListAndADetailThatNeverAgreeCostOneCallMore() {
    list(RUN, 3, 0, 1);
    fetched(0, 5, 6, "always another status");
    list(OTHER_RUN, 3, 10, 11);
    fetched(0, 12, 13, "always another status");
    list(OTHER_RUN, 3, 20, 21);
    list(OTHER_RUN, 3, 30, 31);
    assertThat(bench.requests).hasSize(2);
  }

  @Test
  void twoDetailsWithoutAHeaderBetweenThemProveNothing() {
    list(RUN, 3, 0, 1);
    DetailRequest lost = bench.requests.get(0);
    fetched(0, 5, 6, "open");
    bench.result(result(lost, 0, 7, 8, "open"));
    list(OTHER_RUN, 3, 10, 11);
    assertThat(bench.requests).hasSize(2);
  }

  @Test
  void aPageThatWasAskedForBeforeTheLastButAnsweredLaterMayBeTheNewerOne() {
    list(RUN, 0, 0, 1);
    fetched(0, 2, 3, "as it was");
    list(RUN, 0, 12, 13);
    bench.header(
        Given.seen(
            OTHER_RUN,
            Mode.FULL,
            Given.withNumber(Given.header(1, 0), "1043"),
            new Observation(at(10), at(20))));
    bench.pass(Duration.ofSeconds(1));
    assertThat(bench.requests).hasSize(2);
    assertThat(bench.run(OTHER_RUN).open()).isEqualTo(1);
  }

  @Test
  void aPageThatWasAnsweredBeforeTheLastWasAskedForIsNoNews() {
    list(RUN, 0, 0, 1);
    fetched(0, 2, 3, "as it was");
    list(RUN, 0, 12, 13);
    bench.header(
        Given.seen(
            OTHER_RUN,
            Mode.FULL,
            Given.withNumber(Given.header(1, 0), "1041"),
            new Observation(at(4), at(12))));
    assertThat(bench.requests).hasSize(1);
  }

  @Test
  void anAnswerThatShowsLessThanAListThatWasReadMeanwhileIsReadAgain() {
    list(RUN, 0, 0, 1);
    list(OTHER_RUN, 0, 10, 11);
    bench.result(
        new DetailResult.Fetched(
            bench.requests.get(0),
            Given.withNumber(Given.detail(1, 0, "between"), "1043"),
            at(9),
            at(20)));
    assertThat(bench.requests).as("it may have changed back").hasSize(2);
    fetched(0, 21, 22, "changed back");
    assertThat(bench.requests).hasSize(2);
    assertThat(last().numero()).isEqualTo("1042");
  }

  private void list(UUID run, int situacao, long asked, long answered) {
    bench.header(
        Given.seen(
            run, Mode.FULL, Given.header(1, situacao), new Observation(at(asked), at(answered))));
    bench.pass(Duration.ofSeconds(1));
  }

  /** Answers the request that was sent last. */
  private void fetched(int situacao, long asked, long answered, String equipamento) {
    DetailRequest request = bench.requests.get(bench.requests.size() - 1);
    bench.result(result(request, situacao, asked, answered, equipamento));
  }

  private static DetailResult result(
      DetailRequest request, int situacao, long asked, long answered, String equipamento) {
    return new DetailResult.Fetched(
        request, Given.detail(1, situacao, equipamento), at(asked), at(answered));
  }

  private EnrichedOrder last() {
    return bench.enriched.get(bench.enriched.size() - 1);
  }
}
