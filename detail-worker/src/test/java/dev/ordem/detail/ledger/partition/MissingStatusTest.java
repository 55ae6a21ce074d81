package dev.ordem.detail.ledger.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Detail;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.detail.ledger.Given;
import dev.ordem.detail.ledger.decision.LedgerRules;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tiny's document lets {@code situacao} be null, in the list and in the detail. */
class MissingStatusTest {
  private final Bench bench = Bench.based(LedgerRules.DEFAULT);

  @Test
  void aHeaderWithoutOneStandsForTheOneThatWasKnownAndCostsNoCall() {
    bench.header(seen(3, 0));
    answer(bench.requests.get(0), 3, 1);
    bench.header(seen(null, 5));

    assertThat(bench.requests).hasSize(1);
    assertThat(bench.changes).hasSize(1);
    assertThat(bench.enriched).last().extracting(EnrichedOrder::situacao).isEqualTo(3);
  }

  @Test
  void aNewOrderWithoutOneIsShownWhenItsDetailTellsIt() {
    bench.header(seen(null, 0));
    assertThat(bench.enriched).isEmpty();
    answer(bench.requests.get(0), 6, 1);

    assertThat(bench.enriched).extracting(EnrichedOrder::situacao).containsExactly(6);
    assertThat(bench.changes).extracting(StatusChange::to).containsExactly(6);
  }

  @Test
  void aDetailWithoutOneKeepsTheListsAndSettles() {
    bench.header(seen(6, 0));
    answer(bench.requests.get(0), null, 1);

    assertThat(bench.enriched).last().extracting(EnrichedOrder::detailsSynced).isEqualTo(true);
    assertThat(bench.enriched).last().extracting(EnrichedOrder::situacao).isEqualTo(6);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);
  }

  @Test
  void anOrderWhoseDetailToldNoneIsReadAgainWheneverTheListShowsAnother() {
    bench.header(seen(0, 0));
    answer(bench.requests.get(0), null, 1);
    bench.header(seen(0, 5));
    assertThat(bench.requests).as("what it covers is shown once more").hasSize(1);

    bench.header(seen(3, 10));
    assertThat(bench.requests).hasSize(2);
    answer(bench.requests.get(1), null, 11);
    bench.header(seen(3, 15));
    assertThat(bench.requests).as("nothing new").hasSize(2);
    bench.header(seen(6, 20));
    assertThat(bench.requests).hasSize(3);
  }

  @Test
  void anOrderThatNobodyTellsTheStatusOfIsShownWithoutUntilSomebodyDoes() {
    bench.header(seen(null, 0));
    answer(bench.requests.get(0), null, 1);

    assertThat(bench.enriched).last().extracting(EnrichedOrder::situacao).isEqualTo(-1);
    assertThat(bench.enriched).last().extracting(EnrichedOrder::detailsSynced).isEqualTo(true);
    assertThat(bench.work(1).state()).isEqualTo(Work.SETTLED);

    bench.header(seen(null, 5));
    assertThat(bench.requests).as("it is known as it is").hasSize(1);
    bench.header(seen(8, 10));
    assertThat(bench.enriched).last().extracting(EnrichedOrder::situacao).isEqualTo(8);
    assertThat(bench.changes).extracting(StatusChange::to).containsExactly(-1, 8);
  }

  @Test
  void itIsShownWithoutAtOnceIfNoDetailIsWantedOrItsDetailFails() {
    bench.header(Given.headersOnly(Given.RUN, header(null), 0));
    assertThat(bench.enriched).extracting(EnrichedOrder::situacao).containsExactly(-1);

    Bench other = Bench.based(LedgerRules.DEFAULT);
    other.header(seen(null, 0));
    Failure failure = new Failure("http-500", "status 500", null);
    other.result(new DetailResult.Failed(other.requests.get(0), failure, Given.at(1)));
    assertThat(other.enriched).extracting(EnrichedOrder::situacao).containsExactly(-1);
    assertThat(other.work(1).state()).isEqualTo(Work.RETRYING);
  }

  private static Header header(@Nullable Integer situacao) {
    return seen(situacao, 0).header();
  }

  private static HeaderEvent.Seen seen(@Nullable Integer situacao, long atSeconds) {
    Header full = Given.header(1, 0);
    Header header =
        new Header(
            1,
            situacao,
            full.data(),
            full.dataPrevista(),
            full.valor(),
            full.numeroOrdemServico(),
            full.clienteId(),
            full.clienteNome(),
            full.marcadores(),
            full.raw());
    return Given.seenBy(Given.RUN, Mode.FULL, header, atSeconds);
  }

  private void answer(DetailRequest request, @Nullable Integer situacao, long atSeconds) {
    Detail full = Given.detail(1, 0, "Notebook");
    Detail detail =
        new Detail(
            1,
            situacao,
            full.data(),
            full.dataPrevista(),
            full.dataConclusao(),
            full.numeroOrdemServico(),
            full.contatoId(),
            full.contatoNome(),
            full.tecnico(),
            full.equipamento(),
            full.equipamentoSerie(),
            full.totalServicos(),
            full.totalPecas(),
            full.totalOrdemServico(),
            full.raw());
    bench.result(Given.fetched(request, detail, atSeconds));
  }
}
