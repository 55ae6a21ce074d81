package dev.ordem.producer.reading;

import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery.Order;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.UnreadableHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds rows whose id cannot be theirs: those that stand out of the list's order, or show an id
 * again, if they are few. Such a row is as one that cannot be read, or it would cost all that stand
 * behind it; it is not told by its id, which may be another order's. A page of which more is out of
 * order stays as it is: then the list is not sorted.
 */
public final class MisplacedRows {
  /** One row in so many, and one in a page that has fewer. */
  private static final int ONE_IN = 10;

  private static final String WHY = " stands out of the order of the list, or is another row's too";

  private MisplacedRows() {}

  /** The page with those rows among the unreadable ones. */
  public static HeaderPage among(HeaderPage page, Order order) {
    List<OrderHeader> rows = page.headers();
    List<OrderHeader> kept = longest(rows, order.byId());
    int others = rows.size() - kept.size();
    if (others == 0 || others > Math.max(1, rows.size() / ONE_IN)) {
      return page;
    }
    Set<OrderHeader> sorted = Collections.newSetFromMap(new IdentityHashMap<>());
    sorted.addAll(kept);
    List<UnreadableHeader> unreadable = new ArrayList<>(page.unreadable());
    List<Integer> places = places(page);
    for (int i = 0; i < rows.size(); i++) {
      OrderHeader row = rows.get(i);
      if (!sorted.contains(row)) {
        unreadable.add(new UnreadableHeader(row.raw(), "its id " + row.id() + WHY, places.get(i)));
      }
    }
    return new HeaderPage(kept, unreadable, page.limit(), page.offset(), page.total());
  }

  /**
   * Rows of such a page whose id may as well be the wrong one: as many rows are misplaced if one of
   * those that were set aside stands where it must instead.
   *
   * @return which of the page's headers, from 0
   */
  public static Set<Integer> doubtful(HeaderPage page, Order order) {
    List<UnreadableHeader> misplaced =
        page.unreadable().stream().filter(row -> claimed(row) > 0).toList();
    List<Integer> places = places(page);
    Set<Integer> doubtful = new HashSet<>();
    for (UnreadableHeader row : misplaced) {
      Set<Integer> contradicted =
          IntStream.range(0, places.size())
              .filter(
                  i -> {
                    long id = page.headers().get(i).id();
                    boolean before = places.get(i) < row.row();
                    int sorted = order.byId().compare(id, claimed(row));
                    return before ? sorted >= 0 : sorted <= 0;
                  })
              .boxed()
              .collect(Collectors.toSet());
      if (contradicted.size() <= misplaced.size()) {
        doubtful.addAll(contradicted);
      }
    }
    return doubtful;
  }

  /** The id that a row shows, though it cannot be its own; 0: it shows none. */
  static long claimed(UnreadableHeader row) {
    return row.raw().path("id").asLong();
  }

  /** Which rows of the page its headers are: those that the others are not. */
  public static List<Integer> places(HeaderPage page) {
    Set<Integer> others =
        page.unreadable().stream().map(UnreadableHeader::row).collect(Collectors.toSet());
    int size = page.headers().size() + others.size();
    return IntStream.range(0, size).filter(row -> !others.contains(row)).boxed().toList();
  }

  /** Where one of its rows stands, for people. */
  public static String place(HeaderPage page, int row) {
    String place = "row " + (page.offset() + row + 1);
    int before = (int) places(page).stream().filter(each -> each < row).count();
    return before == 0
        ? place
        : place + ", " + UnreadableHeaders.behind(page.headers().get(before - 1).id());
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
