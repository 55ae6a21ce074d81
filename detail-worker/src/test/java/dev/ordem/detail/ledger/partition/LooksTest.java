package dev.ordem.detail.ledger.partition;

import static dev.ordem.detail.ledger.Given.ACCOUNT;
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
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the watch tells beside headers: what it saw again, and what it did not see any more. */
class LooksTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void aChangeLiesBehindTheLastLookThatShowedItAsItWas() {
    read(1, 6);
    again(1, 6, 100);
    seen(1, 3, 105);
    StatusChange change = last(bench.changes);
    assertThat(change.from()).isEqualTo(6);
    assertThat(change.to()).isEqualTo(3);
    assertThat(change.seenBefore()).isEqualTo(at(100));
    assertThat(change.seenAt()).isEqualTo(at(106));
  }

  @Test
  void whatWasSeenInBetweenIsNotLost() {
    read(1, 6);
    again(1, 2, 100);
    seen(1, 3, 105);
    assertThat(bench.changes).extracting(StatusChange::to).containsExactly(6, 2, 3);
  }

  @Test
  void anOrderThatNobodyKnowsIsNotMadeByALook() {
    again(1, 6, 10);
    unlisted(1, 6, 10);
    unlisted(1, null, 10);
    assertThat(bench.requests).isEmpty();
    assertThat(bench.changes).isEmpty();
    assertThat(bench.enriched).isEmpty();
  }

  @Test
  void anOrderThatLeftItsStatusIsReadAtOnce() {
    read(1, 6);
    unlisted(1, 6, 20);
    DetailRequest request = last(bench.requests);
    assertThat(bench.requests).hasSize(2);
    assertThat(request.lane()).isEqualTo(Lane.HOT);
    fetched(request, 3, 22);
    assertThat(last(bench.changes).to()).isEqualTo(3);
    assertThat(bench.standing(1).task().work()).isEqualTo(Work.SETTLED);
    seen(1, 3, 30);
    assertThat(bench.requests).as("the detail told all that the list shows").hasSize(2);
  }

  @Test
  void anOrderThatWasSeenSinceOrIsKnownElsewhereIsNotRead() {
    read(1, 6);
    seen(1, 6, 30);
    unlisted(1, 6, 20);
    unlisted(1, 2, 40);
    assertThat(bench.requests).hasSize(1);
  }

  @Test
  void anOrderThatIsGoneIsSuspectAndAskedForOnce() {
    read(1, 6);
    unlisted(1, 6, 20);
    DetailRequest request = last(bench.requests);
    bench.result(new DetailResult.Gone(request, at(22), at(23)));
    unlisted(1, 6, 300);
    unlisted(1, null, 400);
    assertThat(bench.requests).hasSize(2);
    assertThat(bench.standing(1).suspect()).isTrue();
    assertThat(bench.removed).as("one look proves nothing").isEmpty();
  }

  @Test
  void beforeTheBaselineLooksAreNotTaken() {
    Bench begun = new Bench(LedgerRules.DEFAULT);
    begun.header(
        new HeaderEvent.BaselineOrder(
            ACCOUNT,
            1,
            Given.GENERATION,
            5,
            6,
            at(0),
            1,
            0,
            0,
            false,
            Given.header(1, 6),
            null,
            at(0),
            null,
            at(0)));
    begun.header(new HeaderEvent.SeenAgain(ACCOUNT, 1, 3, at(1), at(2)));
    begun.header(new HeaderEvent.Unlisted(ACCOUNT, 1, 6, at(3), at(4)));
    assertThat(begun.standing(1).unlisted()).isNull();
    assertThat(begun.changes).as("nothing is told before it").isEmpty();
  }

  /** Listed and read, before second 10. */
  private void read(long id, int situacao) {
    seen(id, situacao, 0);
    fetched(last(bench.requests), situacao, 5);
  }

  private void seen(long id, int situacao, long asked) {
    bench.header(
        new HeaderEvent.Seen(
            ACCOUNT,
            null,
            Mode.INCREMENTAL,
            false,
            Given.header(id, situacao),
            at(asked + 1),
            at(asked),
            null));
    bench.pass(Duration.ofMillis(1));
  }

  private void again(long id, int situacao, long asked) {
    bench.header(new HeaderEvent.SeenAgain(ACCOUNT, id, situacao, at(asked), at(asked + 1)));
    bench.pass(Duration.ofMillis(1));
  }

  private void unlisted(long id, @Nullable Integer situacao, long asked) {
    bench.header(new HeaderEvent.Unlisted(ACCOUNT, id, situacao, at(asked), at(asked + 1)));
    bench.pass(Duration.ofMillis(1));
  }

  private void fetched(DetailRequest request, int situacao, long asked) {
    bench.result(
        new DetailResult.Fetched(
            request, Given.detail(request.osId(), situacao, "Fiat Uno"), at(asked), at(asked + 1)));
    bench.pass(Duration.ofMillis(1));
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
