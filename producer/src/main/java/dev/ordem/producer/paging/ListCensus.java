package dev.ordem.producer.paging;

import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.Priority;
import java.util.Optional;

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
public record ListCensus(long total, long highest) {
  /** The newest orders, as many as that. */
  public static HeaderQuery newest(int limit) {
    return new HeaderQuery(null, null, null, HeaderQuery.Order.DESC, limit, 0, Priority.PAGE);
  }

  /** As a page of the newest tells it; empty: it does not. */
  public static Optional<ListCensus> of(PageRows page) {
    Long counted = page.total();
    if (counted == null) {
      return Optional.empty();
    }
    long total = counted;
    return total == 0
        ? Optional.of(new ListCensus(0, 0))
        : page.ids().stream().findFirst().map(first -> new ListCensus(total, first));
  }

  /** Whether none of those orders is gone, as far as a later page of the newest shows. */
  public boolean stands(PageRows page) {
    Long now = page.total();
    long newer = page.ids().stream().filter(id -> id > highest).count();
    boolean reaches = page.ids().stream().anyMatch(id -> id <= highest);
    return now != null && (reaches || newer == now) && now - newer == total;
  }
}
