package dev.ordem.producer.looking;

import dev.ordem.producer.reading.MisplacedRows;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery.Order;
import dev.ordem.tiny.order.OrderHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which ids of a list a page covers: an order of that list whose id lies there and that the page
 * does not show is not in the list. One answer shows one moment, so that is so however the list
 * moves. A row without an id of its own stands between the rows beside it, so it may be any order
 * whose id does ({@link Hole}), and none else: of all others the page tells as much as without it.
 *
 * @param situacao whose list it is; null: the list of all orders
 * @param first lowest id, included
 * @param last highest id, included
 * @param holes where rows stand that may be any order
 * @param edges what lies before the outermost row of a page beyond which the list goes on: if its
 *     id is another's, no row behind it contradicts it, and it seems to cover what other pages show
 */
record PageSpan(
    @Nullable Integer situacao, long first, long last, List<Hole> holes, List<Hole> edges) {
  private static final long NO_ID = 0;

  /** So many orders at an edge are asked for, and others once these are known to have left. */
  private static final int FEW = 3;

  /** Copies the lists. */
  PageSpan {
    holes = List.copyOf(holes);
    edges = List.copyOf(edges);
  }

  /**
   * Ids between two rows whose ids are their own.
   *
   * @param above id of the row before them; 0: there is none
   * @param below id of the row behind them; {@link Long#MAX_VALUE}: there is none
   * @param rows that stand there, each of which may be one of these orders
   */
  record Hole(long above, long below, int rows) {
    private boolean holds(long id) {
      return id > above && id < below;
    }
  }

  /** Empty if the page tells nothing. */
  static Optional<PageSpan> of(Slice slice, HeaderPage page) {
    Order order = slice.query().order();
    if (!sorted(order, page.headers())) {
      return Optional.empty();
    }
    List<Long> ids = ids(order, page);
    Long total = page.total();
    boolean ends = total == null ? ids.size() < page.limit() : page.offset() + ids.size() >= total;
    boolean begins = page.offset() == 0;
    boolean descending = order == Order.DESC;
    if (descending) {
      Collections.reverse(ids);
    }
    return of(slice.situacao(), ids, descending ? ends : begins, descending ? begins : ends);
  }

  private static Optional<PageSpan> of(
      @Nullable Integer situacao, List<Long> ascending, boolean fromLowest, boolean toHighest) {
    List<Long> own = ascending.stream().filter(id -> id != NO_ID).toList();
    if (own.isEmpty()) {
      return ascending.isEmpty() && fromLowest && toHighest
          ? Optional.of(new PageSpan(situacao, 0, Long.MAX_VALUE, List.of(), List.of()))
          : Optional.empty();
    }
    return Optional.of(
        new PageSpan(
            situacao,
            fromLowest ? 0 : own.get(0),
            toHighest ? Long.MAX_VALUE : own.get(own.size() - 1),
            holes(ascending),
            edges(own, fromLowest, toHighest)));
  }

  private static List<Hole> edges(List<Long> own, boolean fromLowest, boolean toHighest) {
    List<Hole> edges = new ArrayList<>();
    int rows = own.size();
    if (!fromLowest && rows > 1) {
      edges.add(new Hole(own.get(0), own.get(1), 0));
    }
    if (!toHighest && rows > 1) {
      edges.add(new Hole(own.get(rows - 2), own.get(rows - 1), 0));
    }
    return edges;
  }

  private static List<Hole> holes(List<Long> ascending) {
    List<Hole> holes = new ArrayList<>();
    long last = 0;
    int nameless = 0;
    for (long id : ascending) {
      if (id == NO_ID) {
        nameless++;
      } else {
        if (nameless > 0) {
          holes.add(new Hole(last, id, nameless));
        }
        last = id;
        nameless = 0;
      }
    }
    if (nameless > 0) {
      holes.add(new Hole(last, Long.MAX_VALUE, nameless));
    }
    return holes;
  }

  /** Of each row, in the order of the page; {@link #NO_ID} where it may not be its own. */
  private static List<Long> ids(Order order, HeaderPage page) {
    List<Integer> places = MisplacedRows.places(page);
    Set<Integer> doubtful = MisplacedRows.doubtful(page, order);
    int rows = places.size() + page.unreadable().size();
    List<Long> ids = new ArrayList<>(Collections.nCopies(rows, NO_ID));
    for (int i = 0; i < places.size(); i++) {
      if (!doubtful.contains(i)) {
        ids.set(places.get(i), page.headers().get(i).id());
      }
    }
    return ids;
  }

  /** A list in another order than asked for says nothing of gaps. */
  private static boolean sorted(Order order, List<OrderHeader> rows) {
    for (int i = 1; i < rows.size(); i++) {
      if (order.byId().compare(rows.get(i - 1).id(), rows.get(i).id()) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the page shows the order, or its place, if it is in the list. */
  boolean covers(KnownOrder order) {
    return order.id() >= first
        && order.id() <= last
        && (situacao == null || situacao == order.situacao());
  }

  /**
   * Which orders that it {@link #covers} and does not show are not in the list. In a hole as many
   * may be as rows stand there, and nobody knows which: all are said to have left where that is
   * true of half of them at least, since whoever asks for an order that did not has asked in vain.
   * At an edge only a few are, but never so few that they may all be a hole's rows.
   */
  List<Long> left(List<Long> absent) {
    Set<Long> hidden = new HashSet<>();
    for (Hole hole : holes) {
      List<Long> within = absent.stream().filter(hole::holds).toList();
      if (within.size() < 2 * hole.rows) {
        hidden.addAll(within);
      }
    }
    for (Hole edge : edges) {
      int few = Math.max(FEW, 2 * rowsWithin(edge));
      absent.stream().filter(edge::holds).skip(few).forEach(hidden::add);
    }
    return absent.stream().filter(id -> !hidden.contains(id)).toList();
  }

  private int rowsWithin(Hole edge) {
    return holes.stream()
        .filter(hole -> hole.above == edge.above && hole.below == edge.below)
        .mapToInt(Hole::rows)
        .sum();
  }
}
