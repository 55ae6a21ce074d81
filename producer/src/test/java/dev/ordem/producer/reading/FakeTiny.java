package dev.ordem.producer.reading;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.UnreadableHeader;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Tiny's list, in memory. */
public final class FakeTiny implements PageReader {
  public final List<HeaderQuery> asked = new CopyOnWriteArrayList<>();

  /** Orders with which no page can be served. */
  public final Set<Long> broken = ConcurrentHashMap.newKeySet();

  /** Orders with which a page is answered as if nothing were there. */
  final Set<Long> emptying = ConcurrentHashMap.newKeySet();

  /** Whether such a page says that the list is empty. */
  boolean emptyTotal;

  /** Orders whose item has no id. */
  public final Set<Long> nameless = ConcurrentHashMap.newKeySet();

  /** What else cannot be served. */
  volatile Predicate<HeaderQuery> refusing = query -> false;

  /** What is wrong with those pages. */
  TinyError.Cause breaks = TinyError.Cause.SERVER;

  private final List<OrderHeader> orders = new CopyOnWriteArrayList<>();

  /** Orders 1 to {@code count}, one a day from 2026-01-01 on; every tenth is open. */
  public static FakeTiny holding(int count) {
    FakeTiny tiny = new FakeTiny();
    for (int id = 1; id <= count; id++) {
      tiny.add(id, id % 10 == 0 ? 0 : 3, LocalDate.of(2026, 1, 1).plusDays(id));
    }
    return tiny;
  }

  public void add(long id, int situacao, LocalDate data) {
    orders.add(header(id, situacao, data));
  }

  public void add(OrderHeader order) {
    orders.add(order);
  }

  /** An order whose item has so many characters. */
  public static OrderHeader large(long id, int characters) {
    OrderHeader small = header(id, 3, LocalDate.of(2026, 2, 1));
    ((ObjectNode) small.raw()).put("observacoes", "x".repeat(characters));
    return small;
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
    List<OrderHeader> page = all.subList(from, to);
    if (refusing.test(query) || page.stream().anyMatch(order -> broken.contains(order.id()))) {
      TinyError error = new TinyError(breaks, "GET ordem-servico: status 500", null, 500);
      return switch (breaks) {
        case TOO_LARGE, UNREADABLE -> new Answer.Rejected<>(error);
        default -> new Answer.Failed<>(error);
      };
    }
    if (page.stream().anyMatch(order -> emptying.contains(order.id()))) {
      Long total = emptyTotal ? 0L : all.size();
      return new Answer.Ok<>(
          new HeaderPage(List.of(), List.of(), query.limit(), query.offset(), total), now());
    }
    List<OrderHeader> headers =
        page.stream().filter(order -> !nameless.contains(order.id())).toList();
    List<UnreadableHeader> others =
        IntStream.range(0, page.size())
            .filter(row -> nameless.contains(page.get(row).id()))
            .mapToObj(row -> nameless(page.get(row).id(), row))
            .toList();
    return new Answer.Ok<>(
        new HeaderPage(headers, others, query.limit(), query.offset(), (long) all.size()), now());
  }

  private static UnreadableHeader nameless(long id, int row) {
    return new UnreadableHeader(
        JsonNodeFactory.instance.objectNode().put("numero", id), "no id", row);
  }

  /** When a call is asked and answered. */
  static Interval now() {
    Instant now = Instant.now();
    return new Interval(now, now.plusMillis(1));
  }

  public void remove(long id) {
    orders.removeIf(order -> order.id() == id);
  }

  private static boolean matches(OrderHeader order, HeaderQuery query) {
    LocalDate data = Objects.requireNonNull(order.data());
    return (query.situacao() == null || query.situacao().equals(order.situacao()))
        && (query.dataInicial() == null || !data.isBefore(query.dataInicial()))
        && (query.dataFinal() == null || !data.isAfter(query.dataFinal()));
  }

  public static OrderHeader header(long id, int situacao, LocalDate data) {
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
