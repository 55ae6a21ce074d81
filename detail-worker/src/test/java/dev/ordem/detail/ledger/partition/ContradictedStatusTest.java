package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.StatusChange;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Observation;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** List and detail of an order that do not show the same status, each good for itself. */
class ContradictedStatusTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);
  private int run;
  private int asked;

  @Test
  void whatNeverAgreesIsToldOnce() {
    for (int i = 0; i < 4; i++) {
      run(3, 6);
    }
    assertThat(bench.changes).extracting(StatusChange::to).containsExactly(3, 6);
    assertThat(bench.enriched).last().extracting(order -> order.situacao()).isEqualTo(6);
  }

  @Test
  void whatNeverAgreesCostsNoCallOnceThatIsKnown() {
    run(3, 6);
    run(3, 6);
    int calls = bench.requests.size();
    run(3, 6);
    run(3, 6);
    assertThat(bench.requests).hasSize(calls);
  }

  @Test
  void aListThatComesBackToItsContradictionHasTheDetailRead() {
    run(3, 3);
    run(5, 3);
    run(5, 3);
    run(3, 3);
    run(5, 3);
    assertThat(bench.changes).extracting(StatusChange::to).containsExactly(3, 5, 3, 5, 3);
    run(5, 3);
    run(5, 3);
    assertThat(bench.changes).hasSize(5);
  }

  @Test
  void anOrderThatChangedBackIsReadAgainAndThenTold() {
    run(3, 3);
    bench.header(new HeaderEvent.RefreshWanted(Given.ACCOUNT, 1, at(1_100)));
    answer(6, 1_101);
    run(3, 3);
    assertThat(bench.changes).extracting(StatusChange::to).containsExactly(3, 6, 3);
    assertThat(bench.changes.get(2).source()).isEqualTo(StatusChange.Source.DETAIL);
    assertThat(bench.changes.get(2).seenBefore()).isEqualTo(at(1_101));
  }

  @Test
  void aRunOfHeadersAloneHasTheDetailReadAgain() {
    run(3, 3);
    bench.header(new HeaderEvent.RefreshWanted(Given.ACCOUNT, 1, at(1_100)));
    answer(6, 1_101);
    bench.header(Given.headersOnly(new UUID(7, 0), Given.header(1, 3), 1_200));
    answer(3, 1_300);
    assertThat(bench.changes).extracting(StatusChange::to).containsExactly(3, 6, 3);
  }

  /**
   * Each step is a run, in which the list shows tens, and the detail units. Whenever the detail is
   * read, what is known is what it shows.
   */
  @Property(tries = 500)
  void eachChangeOfEitherIsToldAndNothingElse(
      @ForAll @Size(min = 2, max = 12) List<@IntRange(min = 0, max = 3) Integer> steps) {
    ContradictedStatusTest fresh = new ContradictedStatusTest();
    int list = -1;
    int detail = -1;
    int repeated = 0;
    for (int step : steps) {
      int nextList = step % 2 == 0 ? 3 : 5;
      int nextDetail = step / 2 == 0 ? 3 : 6;
      int before = fresh.bench.changes.size();
      int known = before == 0 ? -1 : fresh.bench.changes.get(before - 1).to();
      int calls = fresh.asked;
      fresh.run(nextList, nextDetail);
      boolean read = fresh.asked > calls;
      List<Integer> told = fresh.bench.changes.stream().skip(before).map(StatusChange::to).toList();
      boolean same = nextList == list && nextDetail == detail;
      repeated = same ? repeated + 1 : 0;
      if (repeated > 1) { // one that is known from before may be read a run later
        assertThat(told).as("nothing is news in %s", steps).isEmpty();
      }
      if (nextList != list && nextList != known) {
        assertThat(told).as("the list's news of %s", steps).contains(nextList);
      }
      if (read && nextDetail != detail) {
        assertThat(fresh.known()).as("the detail's news of %s", steps).isEqualTo(nextDetail);
      }
      list = nextList;
      detail = read ? nextDetail : detail;
    }
  }

  private int known() {
    return bench.changes.get(bench.changes.size() - 1).to();
  }

  /** A page shows the order, and its detail is read if that is asked for. */
  private void run(int list, int detail) {
    run++;
    long now = 1_000L * run;
    bench.pass(Duration.between(bench.now(), at(now + 500)));
    Observation seen = new Observation(at(now), at(now + 1));
    bench.header(Given.seen(new UUID(9, run), Mode.FULL, Given.header(1, list), seen));
    answer(detail, now + 10);
  }

  private void answer(int situacao, long now) {
    if (bench.requests.size() > asked) {
      asked = bench.requests.size();
      DetailRequest request = bench.requests.get(asked - 1);
      bench.result(
          new DetailResult.Fetched(
              request, Given.detail(1, situacao, "Notebook"), at(now), at(now + 1)));
    }
  }
}
