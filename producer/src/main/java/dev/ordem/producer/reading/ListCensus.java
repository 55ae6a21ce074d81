package dev.ordem.producer.reading;

import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.Priority;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many orders there were before lists were read one after the other, and whether those are all
 * still there: what is created has a higher id, so of the ids up to {@code highest} the number can
 * only fall. As long as it has not, none of them was deleted; then as many different ones as were
 * shown are all of them, wherever they moved meanwhile. That two numbers agree says less: an order
 * that moved unseen and another that was deleted after it was seen make up for each other.
 *
 * @param total orders then
 * @param highest id then; 0: there were none
 */
record ListCensus(long total, long highest) {
  private static final int NEWEST = 100;

  /** Asks for it; empty if Tiny does not say. */
  static Optional<ListCensus> taken(PageCalls calls) throws InterruptedException, SQLException {
    HeaderPage page = newest(calls, 1);
    Long counted = page == null ? null : page.total();
    if (page == null || counted == null) {
      return Optional.empty();
    }
    long total = counted;
    return total == 0
        ? Optional.of(new ListCensus(0, 0))
        : page.headers().stream().findFirst().map(first -> new ListCensus(total, first.id()));
  }

  /**
   * Whether none of those orders is gone.
   *
   * @param now the same, taken again
   */
  boolean stands(ListCensus now, PageCalls calls) throws InterruptedException, SQLException {
    if (now.highest == highest) {
      return now.total == total;
    }
    HeaderPage page = newest(calls, NEWEST);
    if (page == null || page.total() == null || now.highest < highest) {
      return false;
    }
    long newer = page.headers().stream().filter(row -> row.id() > highest).count();
    long oldest =
        page.headers().stream()
            .map(row -> row.id())
            .min(Comparator.naturalOrder())
            .orElse(Long.MAX_VALUE);
    boolean all = oldest <= highest || newer == page.total();
    return all && page.total() - newer == total;
  }

  private static @Nullable HeaderPage newest(PageCalls calls, int limit)
      throws InterruptedException, SQLException {
    HeaderQuery query =
        new HeaderQuery(null, null, null, HeaderQuery.Order.DESC, limit, 0, Priority.PAGE);
    return calls.read(query) instanceof PageCalls.Got.Page got ? got.page() : null;
  }
}
