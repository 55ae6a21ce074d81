package dev.ordem.tiny.simulator;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * What people do to orders all day, drawn from a seed: the same steps on the same account make the
 * same changes.
 *
 * <p>Of a hundred steps about 40 move an order to another situação, 14 open a new one, 20 edit what
 * only the detail shows, 8 change a customer's telephone, 10 the markers, 4 the due date, 2 lose a
 * serial number and 2 delete an order. One step is one change. The {@link ChangeJournal} is the
 * only caller, and holds the book's monitor: no other change falls into a step.
 */
final class OrderActivity {
  static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");

  private static final int[][] NEXT = {
    {1, 6, 5, 6, 7}, {5, 5, 4}, {3, 3, 3, 6}, {6, 2}, {1, 7}, {6, 6, 7}, {2, 2, 2, 3}, {0}
  };
  private static final int[] OPEN = {0, 1, 2, 5, 6};

  private final OrderBook book;
  private final OrderSeed seed;
  private final RandomGenerator random;
  private final InstantSource clock;
  private long steps;

  OrderActivity(OrderBook book, OrderSeed seed, long randomSeed, InstantSource clock) {
    this.book = book;
    this.seed = seed;
    this.random = new SplittableRandom(randomSeed);
    this.clock = clock;
  }

  /** Makes the first orders. */
  void begin(int orders, LocalDate day) {
    seed.fill(book, orders, day);
  }

  long steps() {
    synchronized (book) {
      return steps;
    }
  }

  long createOrder() {
    Order order = seed.next(book.customerIds(), today());
    book.create(order);
    return order.id();
  }

  void setSituacao(long id, int situacao) {
    book.update(id, order -> moved(order, situacao));
  }

  void step() {
    draw();
    steps++;
  }

  private void draw() {
    int choice = random.nextInt(100);
    if (choice < 14 || book.size() == 0) {
      createOrder();
    } else if (choice < 54) {
      move();
    } else if (choice < 74) {
      editDetail(anyOrder());
    } else if (choice < 82) {
      book.updateCustomer(seed.pick(book.customerIds()), c -> c.withTelefone(seed.phone()));
    } else if (choice < 92) {
      book.update(anyOrder(), order -> order.with(order.progress().withMarcadores(seed.markers())));
    } else if (choice < 96) {
      book.update(
          anyOrder(), order -> order.with(order.progress().withDataPrevista(seed.due(today()))));
    } else if (choice < 98) {
      book.update(anyOrder(), order -> order.with(order.device().forgetful()));
    } else {
      book.delete(anyOrder());
    }
  }

  /** An open order goes on; when none is open, a final one is opened again. */
  private void move() {
    long id = anyOpenOrder();
    Row row = book.find(id);
    if (row != null) {
      int[] choices = NEXT[row.order.situacao()];
      setSituacao(id, choices[random.nextInt(choices.length)]);
    }
  }

  private long anyOpenOrder() {
    int open = 0;
    for (int situacao : OPEN) {
      open += book.sizeIn(situacao);
    }
    if (open == 0 || random.nextInt(100) == 0) {
      return anyOrder();
    }
    int n = random.nextInt(open);
    for (int situacao : OPEN) {
      int size = book.sizeIn(situacao);
      if (n < size) {
        return book.idIn(situacao, n);
      }
      n -= size;
    }
    throw new IllegalStateException("orders changed while a step was being made");
  }

  private void editDetail(long id) {
    if (random.nextBoolean()) {
      book.update(id, order -> order.with(seed.totals()));
    } else {
      String text = seed.pick(Vocabulary.OBSERVACOES) + " #" + steps;
      book.update(id, order -> order.with(order.notes().withObservacoes(text)));
    }
  }

  private Order moved(Order order, int situacao) {
    boolean concluded = situacao == 2 || situacao == 3;
    Order.Progress moved = order.progress().withSituacao(situacao);
    return order.with(concluded ? moved.withDataConclusao(seed.conclusion(today())) : moved);
  }

  /** Half of the time one of the fifty newest, which is where people work. */
  private long anyOrder() {
    int size = book.size();
    int reach = random.nextBoolean() ? Math.min(50, size) : size;
    return book.idAt(size - 1 - random.nextInt(reach));
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZONE);
  }
}
