package dev.ordem.tiny.simulator;

import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import dev.ordem.tiny.simulator.TinySimulator.Transition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The orders and customers of one account, and the log of what truly happened to them.
 *
 * <p>Every change goes through {@link #create}, {@link #update}, {@link #delete} or {@link
 * #updateCustomer}, each of which holds the book's monitor and leaves rows, index and log agreeing.
 * A {@link Row} is immutable, so what a reader was given never changes under it. Deleted orders
 * leave the list and stay in the truth.
 */
final class OrderBook {
  private final InstantSource clock;
  private final Map<Long, Row> rows = new HashMap<>();
  private final Map<Long, Customer> customers = new LinkedHashMap<>();
  private final Map<Long, IdList> ordersOf = new HashMap<>();
  private final OrderIndex index = new OrderIndex(id -> row(id).order, customers);
  private final Map<Long, List<Transition>> transitions = new HashMap<>();
  private final Map<Long, Row> deleted = new TreeMap<>();
  private long transitionCount;

  OrderBook(InstantSource clock) {
    this.clock = clock;
  }

  /** One page of the list, and how many orders the whole list has. */
  record Page(List<Row> rows, int total) {}

  synchronized Page list(ListQuery.Valid query) {
    IdList matches = index.match(query.filter());
    long[] ids = index.page(matches, query.ascending(), query.limit(), query.offset());
    List<Row> page = new ArrayList<>(ids.length);
    for (long id : ids) {
      page.add(row(id));
    }
    return new Page(page, matches.size());
  }

  synchronized @Nullable Row find(long id) {
    return rows.get(id);
  }

  synchronized void create(Order order) {
    rows.put(order.id(), new Row(order, customer(order.contatoId())));
    ordersOf.computeIfAbsent(order.contatoId(), c -> new IdList()).add(order.id());
    index.add(order);
  }

  /**
   * Changes one order; a changed situação is a transition at the clock's time.
   *
   * @throws NoSuchElementException if there is no such order
   */
  synchronized void update(long id, UnaryOperator<Order> change) {
    Row row = row(id);
    Order before = row.order;
    Order after = change.apply(before);
    rows.put(id, new Row(after, row.customer));
    index.replace(before, after);
    if (before.situacao() != after.situacao()) {
      List<Transition> log = transitions.computeIfAbsent(id, i -> new ArrayList<>());
      Instant now = clock.instant();
      log.add(new Transition(log.size() + 1, before.situacao(), after.situacao(), now));
      transitionCount++;
    }
  }

  synchronized void delete(long id) {
    Row row = row(id);
    rows.remove(id);
    IdList others = ordersOf.get(row.order.contatoId());
    if (others != null) {
      others.remove(id);
    }
    index.remove(row.order);
    deleted.put(id, row);
  }

  synchronized void add(Customer customer) {
    customers.put(customer.id(), customer);
  }

  synchronized void updateCustomer(long id, UnaryOperator<Customer> change) {
    Customer changed = change.apply(customer(id));
    customers.put(id, changed);
    IdList theirs = ordersOf.getOrDefault(id, new IdList());
    for (int i = 0; i < theirs.size(); i++) {
      rows.computeIfPresent(theirs.get(i), (orderId, row) -> new Row(row.order, changed));
    }
  }

  synchronized int size() {
    return index.all().size();
  }

  synchronized List<Long> ids() {
    return idsOf(index.all());
  }

  /** The {@code n}-th of all orders, by id. */
  synchronized long idAt(int n) {
    return index.all().get(n);
  }

  synchronized int sizeIn(int situacao) {
    return index.inSituacao(situacao).size();
  }

  synchronized long idIn(int situacao, int n) {
    return index.inSituacao(situacao).get(n);
  }

  synchronized long customerOf(long id) {
    return row(id).order.contatoId();
  }

  synchronized List<Long> customerIds() {
    return List.copyOf(customers.keySet());
  }

  synchronized long transitionCount() {
    return transitionCount;
  }

  /** How many ids the list has looked at since the start. */
  synchronized long examined() {
    return index.examined();
  }

  /** Every order that is or was, as of one moment: first those that are, by id. */
  List<OrderTruth> truth() {
    List<OrderTruth> truth = new ArrayList<>();
    forEachTruth(truth::add);
    return truth;
  }

  /** As {@link #truth}, without all of it in memory at once. */
  void forEachTruth(Consumer<OrderTruth> consumer) {
    List<Row> present = new ArrayList<>();
    List<Row> gone;
    Map<Long, List<Transition>> log = new HashMap<>();
    synchronized (this) {
      idsOf(index.all()).forEach(id -> present.add(row(id)));
      gone = List.copyOf(deleted.values());
      transitions.forEach((id, list) -> log.put(id, List.copyOf(list)));
    }
    present.forEach(row -> consumer.accept(OrderJson.truth(row, false, log)));
    gone.forEach(row -> consumer.accept(OrderJson.truth(row, true, log)));
  }

  private Row row(long id) {
    Row row = rows.get(id);
    if (row == null) {
      throw new NoSuchElementException(
          "no order " + id + " in the simulated account; it never was, or was deleted");
    }
    return row;
  }

  private Customer customer(long id) {
    Customer customer = customers.get(id);
    if (customer == null) {
      throw new NoSuchElementException("no contact " + id + " in the simulated account");
    }
    return customer;
  }

  private static List<Long> idsOf(IdList list) {
    List<Long> ids = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      ids.add(list.get(i));
    }
    return ids;
  }
}
