package dev.ordem.tiny.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PagingTest {
  private static final String[] FILTERS = {
    "", "situacao=3", "dataInicialEmissao=2025-01-01", "situacao=3&marcadores=urgente"
  };

  @Property(tries = 60)
  void pagesOfAnySizeTileWhatMatchesWhenNothingMoves(
      @ForAll long seed,
      @ForAll @IntRange(max = 250) int orders,
      @ForAll @IntRange(max = 200) int steps,
      @ForAll @IntRange(min = 1, max = 100) int limit,
      @ForAll @IntRange(max = 3) int filter) {
    SimulatorSettings settings = SimulatorSettings.inProcess().withSeed(seed).withOrders(orders);
    SimulatedAccount account =
        new TinySimulator(settings, new SettableClock("2026-03-02T12:00:00Z")).account();
    account.advance(steps);
    List<Long> ascending = pages(account.book, FILTERS[filter] + "&orderBy=asc", limit);
    List<Long> descending = pages(account.book, FILTERS[filter], limit);
    Collections.reverse(descending);
    assertThat(ascending).isEqualTo(descending).isSorted().doesNotHaveDuplicates();
    if (filter == 0) {
      assertThat(ascending).isEqualTo(account.orderIds());
    }
  }

  private static List<Long> pages(OrderBook book, String query, int limit) {
    List<Long> ids = new ArrayList<>();
    int total;
    do {
      String page = query + "&limit=" + limit + "&offset=" + ids.size();
      OrderBook.Page found = book.list((ListQuery.Valid) ListQuery.parse(Form.of(page)));
      assertThat(found.rows()).hasSize(Math.min(limit, found.total() - ids.size()));
      found.rows().forEach(row -> ids.add(row.order.id()));
      total = found.total();
    } while (ids.size() < total);
    return ids;
  }
}
