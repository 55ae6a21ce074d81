package dev.ordem.producer.reading;

import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery.Order;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.UnreadableHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds rows whose id cannot be theirs: those that stand out of the list's order, if they are few.
 * Such a row is as one that cannot be read, or it would cost all that stand behind it; it is not
 * told by its id, which may be another order's. A page of which more is out of order stays as it
 * is: then the list is not sorted.
 *
 * @param page with those rows among the unreadable ones
 * @param misplaced the same rows, and unreadable ones whose id is beyond those of the page
 */
record MisplacedRows(HeaderPage page, Set<UnreadableHeader> misplaced) {
  /** One row in so many, and one in a page that has fewer. */
  private static final int ONE_IN = 10;

  static MisplacedRows of(HeaderPage page, Order order) {
    List<OrderHeader> rows = page.headers();
    Comparator<Long> sorted = order.byId();
    List<OrderHeader> kept = isSorted(rows, sorted) ? rows : longest(rows, sorted);
    if (rows.size() - kept.size() > Math.max(1, rows.size() / ONE_IN)) {
      return new MisplacedRows(page, Set.of());
    }
    List<UnreadableHeader> unreadable = new ArrayList<>(page.unreadable());
    Set<UnreadableHeader> misplaced = new HashSet<>(beyond(unreadable, kept, sorted));
    List<OrderHeader> others = new ArrayList<>(rows);
    others.removeAll(kept);
    for (OrderHeader row : others) {
      UnreadableHeader told =
          new UnreadableHeader(
              row.raw(), "its id " + row.id() + " stands out of the order of the list");
      unreadable.add(told);
      misplaced.add(told);
    }
    return new MisplacedRows(
        new HeaderPage(kept, unreadable, page.limit(), page.offset(), page.total()), misplaced);
  }

  private static List<UnreadableHeader> beyond(
      List<UnreadableHeader> rows, List<OrderHeader> kept, Comparator<Long> sorted) {
    return rows.stream().filter(row -> isBeyond(row, kept, sorted)).toList();
  }

  private static boolean isBeyond(
      UnreadableHeader row, List<OrderHeader> kept, Comparator<Long> sorted) {
    long id = row.raw().path("id").asLong(0);
    return !kept.isEmpty() && sorted.compare(id, kept.get(kept.size() - 1).id()) > 0;
  }

  private static boolean isSorted(List<OrderHeader> rows, Comparator<Long> sorted) {
    for (int i = 1; i < rows.size(); i++) {
      if (sorted.compare(rows.get(i - 1).id(), rows.get(i).id()) > 0) {
        return false;
      }
    }
    return true;
  }

  /** The most rows that are sorted, each id once; of two choices the one that begins earlier. */
  private static List<OrderHeader> longest(List<OrderHeader> rows, Comparator<Long> sorted) {
    int[] length = new int[rows.size()];
    int[] next = new int[rows.size()];
    int best = -1;
    for (int i = rows.size() - 1; i >= 0; i--) {
      length[i] = 1;
      next[i] = -1;
      for (int j = i + 1; j < rows.size(); j++) {
        boolean follows = sorted.compare(rows.get(i).id(), rows.get(j).id()) < 0;
        if (follows && length[j] >= length[i]) {
          length[i] = length[j] + 1;
          next[i] = j;
        }
      }
      best = best < 0 || length[i] >= length[best] ? i : best;
    }
    List<OrderHeader> kept = new ArrayList<>();
    for (int i = best; i >= 0; i = next[i]) {
      kept.add(rows.get(i));
    }
    return kept;
  }
}
