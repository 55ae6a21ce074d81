package dev.ordem.detail.ledger;

import static dev.ordem.detail.ledger.Given.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Lane;
import dev.ordem.contract.SyncState.Work;
import org.junit.jupiter.api.Test;

class LedgerFlowTest {
  private final Bench bench = new Bench(LedgerRules.DEFAULT);

  @Test
  void anOrderSeenFirstIsToldAtOnceAndItsDetailRequested() {
    bench.header(Given.seen(1, 0, 0));

    assertThat(bench.enriched).hasSize(1);
    assertThat(bench.enriched.get(0).detailsSynced()).isFalse();
    assertThat(bench.changes).hasSize(1);
    assertThat(bench.requests).hasSize(1);
    assertThat(bench.requests.get(0).lane()).isEqualTo(Lane.BACKFILL);
    assertThat(bench.requests.get(0).runId()).isEqualTo(RUN);

    bench.result(
        new DetailResult.Fetched(
            bench.requests.get(0), Given.detail(1, 3, "Notebook"), Given.at(1)));

    assertThat(bench.enriched).hasSize(2);
    assertThat(bench.enriched.get(1).detailsSynced()).isTrue();
    assertThat(bench.enriched.get(1).marcadores()).containsExactly("urgente");
    assertThat(bench.changes).hasSize(2);
    assertThat(bench.changes.get(1).from()).isEqualTo(0);
    assertThat(bench.changes.get(1).to()).isEqualTo(3);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
  }
}
