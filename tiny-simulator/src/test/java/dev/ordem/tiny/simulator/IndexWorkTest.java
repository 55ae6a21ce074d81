package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Counts the ids that a query looks at: the cost of a page, without a stopwatch. */
class IndexWorkTest {
  private static final int ORDERS = 20_000;

  private final TinySimulator tiny =
      new TinySimulator(SimulatorSettings.inProcess().withOrders(ORDERS));
  private final OrderBook book = tiny.account().book;

  @Test
  void aPageOfEverythingOrOfOneFilterCostsThePage() {
    assertThat(costOf("limit=100&offset=19900&orderBy=asc")).isEqualTo(100);
    assertThat(costOf("limit=100&offset=5000&situacao=3")).isEqualTo(100);
    assertThat(costOf("limit=10&idContato=500000014")).isLessThanOrEqualTo(10);
    assertThat(costOf("limit=10&numeroOrdemServico=777")).isEqualTo(1);
  }

  @Test
  void aRangeOfDatesCostsItsMatchesOnceAndThenThePage() {
    String june = "dataInicialEmissao=2025-06-01&dataFinalEmissao=2025-06-30";
    int total = totalOf(june);
    assertThat(total).isBetween(300, 1_000);
    assertThat(costOf(june + "&orderBy=asc&limit=50")).isEqualTo(50);
    assertThat(costOf(june + "&limit=50&offset=100")).isEqualTo(50);
  }

  @Test
  void severalFiltersCostTheSmallestOfTheirListsOnceAndThenThePage() {
    String query = "situacao=6&dataInicialEmissao=2026-01-01&marcadores=urgente&limit=10";
    int smallest = totalOf("situacao=6");
    int ofDates = totalOf("dataInicialEmissao=2026-01-01");
    int ofMarker = totalOf("marcadores=urgente");
    assertThat(costOf(query)).isLessThanOrEqualTo(smallest + ofDates + ofMarker + 10);
    assertThat(costOf(query + "&offset=5")).isLessThanOrEqualTo(10);
  }

  @Test
  void anEditThatNoFilterAsksForKeepsWhatWasFound() {
    String june = "dataInicialEmissao=2025-06-01&dataFinalEmissao=2025-06-30&limit=1";
    totalOf(june);
    tiny.account().setObservacoes(tiny.account().orderIds().get(9), "outra");
    assertThat(costOf(june)).isEqualTo(1);
    int before = totalOf(june);
    tiny.account().deleteOrder(firstOf(june));
    assertThat(totalOf(june)).isEqualTo(before - 1);
  }

  private long costOf(String query) {
    long before = book.examined();
    list(query);
    return book.examined() - before;
  }

  private int totalOf(String query) {
    return list(query).total();
  }

  private long firstOf(String query) {
    return list(query).rows().get(0).order.id();
  }

  private OrderBook.Page list(String query) {
    return book.list((ListQuery.Valid) ListQuery.parse(Form.of(query)));
  }
}
