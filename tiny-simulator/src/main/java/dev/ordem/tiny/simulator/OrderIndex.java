package dev.ordem.tiny.simulator;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ids that a list query matches, without reading the orders it does not match.
 *
 * <p>One sorted {@link IdList} stands behind each value of each parameter, so a query with one
 * parameter is answered by the list itself and any page of it costs the page. Several parameters
 * cost the smallest of their lists, once: the outcome is kept until an order appears, goes or
 * changes in a field that is asked for. {@link #examined()} counts the ids looked at, so that a
 * test can say what a query costs without a stopwatch. Not thread safe: the book guards it.
 */
final class OrderIndex {
  private static final int KEPT_MATCHES = 64;

  private final IdList all = new IdList();
  private final Map<Integer, IdList> bySituacao = new HashMap<>();
  private final TreeMap<LocalDate, IdList> byData = new TreeMap<>();
  private final Map<Long, IdList> byContato = new HashMap<>();
  private final Map<String, IdList> byNumero = new HashMap<>();
  private final Map<String, IdList> byMarcador = new HashMap<>();
  private final Map<Object, IdList> kept = new LinkedHashMap<>();
  private final LongFunction<Order> orders;
  private final Map<Long, Customer> customers;
  private long examined;

  OrderIndex(LongFunction<Order> orders, Map<Long, Customer> customers) {
    this.orders = orders;
    this.customers = customers;
  }

  void add(Order order) {
    all.add(order.id());
    listsOf(order).forEach(list -> list.add(order.id()));
    kept.clear();
  }

  void remove(Order order) {
    all.remove(order.id());
    listsOf(order).forEach(list -> list.remove(order.id()));
    kept.clear();
  }

  void replace(Order before, Order after) {
    if (before.situacao() != after.situacao() || !before.marcadores().equals(after.marcadores())) {
      remove(before);
      add(after);
    }
  }

  IdList all() {
    return all;
  }

  IdList inSituacao(int situacao) {
    return bySituacao.computeIfAbsent(situacao, s -> new IdList());
  }

  long examined() {
    return examined;
  }

  IdList match(ListQuery.Filter filter) {
    List<IdList> candidates = candidates(filter);
    if (candidates.isEmpty()) {
      return all;
    }
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    return keep(filter, () -> select(filter, candidates));
  }

  /** The ids of one page, in the order asked for. */
  long[] page(IdList matches, boolean ascending, int limit, int offset) {
    int count = Math.max(0, Math.min(limit, matches.size() - offset));
    long[] page = new long[count];
    for (int i = 0; i < count; i++) {
      int position = offset + i;
      page[i] = matches.get(ascending ? position : matches.size() - 1 - position);
    }
    examined += count;
    return page;
  }

  private List<IdList> listsOf(Order order) {
    List<IdList> lists = new ArrayList<>();
    lists.add(inSituacao(order.situacao()));
    lists.add(byData.computeIfAbsent(order.data(), d -> new IdList()));
    lists.add(byContato.computeIfAbsent(order.contatoId(), c -> new IdList()));
    lists.add(byNumero.computeIfAbsent(order.numero().strip(), n -> new IdList()));
    order.marcadores().forEach(m -> lists.add(byMarcador.computeIfAbsent(m, k -> new IdList())));
    return lists;
  }

  private List<IdList> candidates(ListQuery.Filter filter) {
    List<IdList> lists = new ArrayList<>();
    filter.situacao().ifPresent(s -> lists.add(inSituacao(s)));
    filter.idContato().ifPresent(c -> lists.add(byContato.getOrDefault(c, new IdList())));
    String numero = filter.numero();
    if (numero != null) {
      lists.add(byNumero.getOrDefault(numero.strip(), new IdList()));
    }
    if (filter.hasDates()) {
      LocalDate from = filter.from();
      LocalDate to = filter.to();
      lists.add(keep(new Dates(from, to), () -> union(inDates(from, to))));
    }
    if (!filter.marcadores().isEmpty()) {
      lists.add(keep(filter.marcadores(), () -> union(withMarcadores(filter.marcadores()))));
    }
    String nome = filter.nomeCliente();
    if (nome != null) {
      lists.add(keep(nome, () -> union(ofCustomersNamed(nome))));
    }
    return lists;
  }

  private record Dates(@Nullable LocalDate from, @Nullable LocalDate to) {}

  private List<IdList> inDates(@Nullable LocalDate from, @Nullable LocalDate to) {
    LocalDate first = from == null ? LocalDate.MIN : from;
    LocalDate last = to == null ? LocalDate.MAX : to;
    return first.isAfter(last)
        ? List.of()
        : List.copyOf(byData.subMap(first, true, last, true).values());
  }

  private List<IdList> withMarcadores(List<String> wanted) {
    return wanted.stream().distinct().map(m -> byMarcador.getOrDefault(m, new IdList())).toList();
  }

  private List<IdList> ofCustomersNamed(String part) {
    String wanted = part.toLowerCase(Locale.ROOT);
    return customers.values().stream()
        .filter(c -> c.nome().toLowerCase(Locale.ROOT).contains(wanted))
        .map(c -> byContato.getOrDefault(c.id(), new IdList()))
        .toList();
  }

  private IdList union(List<IdList> lists) {
    int size = lists.stream().mapToInt(IdList::size).sum();
    long[] ids = new long[size];
    int at = 0;
    for (IdList list : lists) {
      list.copyTo(ids, at);
      at += list.size();
    }
    examined += size;
    long[] distinct = Arrays.stream(ids).sorted().distinct().toArray();
    return IdList.of(distinct);
  }

  private IdList select(ListQuery.Filter filter, List<IdList> candidates) {
    IdList smallest = candidates.stream().min(Comparator.comparingInt(IdList::size)).orElse(all);
    examined += smallest.size();
    long[] ids = new long[smallest.size()];
    int count = 0;
    for (int i = 0; i < smallest.size(); i++) {
      long id = smallest.get(i);
      if (matches(filter, orders.apply(id))) {
        ids[count++] = id;
      }
    }
    return IdList.of(Arrays.copyOf(ids, count));
  }

  private boolean matches(ListQuery.Filter filter, Order order) {
    LocalDate from = filter.from();
    LocalDate to = filter.to();
    String numero = filter.numero();
    return (filter.situacao().isEmpty() || filter.situacao().getAsInt() == order.situacao())
        && (filter.idContato().isEmpty() || filter.idContato().getAsLong() == order.contatoId())
        && (numero == null || numero.strip().equals(order.numero().strip()))
        && (from == null || !order.data().isBefore(from))
        && (to == null || !order.data().isAfter(to))
        && (filter.marcadores().isEmpty()
            || order.marcadores().stream().anyMatch(filter.marcadores()::contains))
        && isOfCustomerNamed(order, filter.nomeCliente());
  }

  private boolean isOfCustomerNamed(Order order, @Nullable String part) {
    Customer customer = customers.get(order.contatoId());
    return part == null
        || (customer != null
            && customer.nome().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)));
  }

  private IdList keep(Object question, Supplier<IdList> answer) {
    IdList known = kept.get(question);
    if (known != null) {
      return known;
    }
    IdList found = answer.get();
    if (kept.size() == KEPT_MATCHES) {
      kept.remove(kept.keySet().iterator().next());
    }
    kept.put(question, found);
    return found;
  }
}
