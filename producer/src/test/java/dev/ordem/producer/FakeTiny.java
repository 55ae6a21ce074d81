package dev.ordem.producer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.HeaderPage;
import dev.ordem.tiny.HeaderQuery;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.OrderHeader;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tiny's list, in memory. */
final class FakeTiny implements PageReader {
  /** When it answers. */
  static final Interval AT =
      new Interval(Instant.parse("2026-02-10T11:59:58Z"), Instant.parse("2026-02-10T11:59:59Z"));

  final List<HeaderQuery> asked = new CopyOnWriteArrayList<>();
  private final List<OrderHeader> orders = new CopyOnWriteArrayList<>();

  /** Orders 1 to {@code count}, one a day from 2026-01-01 on; every tenth is open. */
  static FakeTiny holding(int count) {
    FakeTiny tiny = new FakeTiny();
    for (int id = 1; id <= count; id++) {
      tiny.add(id, id % 10 == 0 ? 0 : 3, LocalDate.of(2026, 1, 1).plusDays(id));
    }
    return tiny;
  }

  void add(long id, int situacao, LocalDate data) {
    orders.add(header(id, situacao, data));
  }

  @Override
  public Answer<HeaderPage> read(String account, HeaderQuery query) throws InterruptedException {
    asked.add(query);
    Comparator<OrderHeader> byId = Comparator.comparingLong(OrderHeader::id);
    List<OrderHeader> all = new ArrayList<>(orders);
    all.removeIf(order -> !matches(order, query));
    all.sort(query.order() == HeaderQuery.Order.ASC ? byId : byId.reversed());
    int from = (int) Math.min(query.offset(), all.size());
    int to = Math.min(from + query.limit(), all.size());
    return new Answer.Ok<>(
        new HeaderPage(
            all.subList(from, to), List.of(), query.limit(), query.offset(), (long) all.size()),
        AT);
  }

  private static boolean matches(OrderHeader order, HeaderQuery query) {
    LocalDate data = Objects.requireNonNull(order.data());
    return (query.situacao() == null || query.situacao().equals(order.situacao()))
        && (query.dataInicial() == null || !data.isBefore(query.dataInicial()))
        && (query.dataFinal() == null || !data.isAfter(query.dataFinal()));
  }

  static OrderHeader header(long id, int situacao, LocalDate data) {
    return new OrderHeader(
        id,
        situacao,
        data,
        null,
        null,
        Long.toString(id),
        null,
        "Cliente " + id,
        List.of(),
        JsonNodeFactory.instance.objectNode().put("id", id));
  }
}
