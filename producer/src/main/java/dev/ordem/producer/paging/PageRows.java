package dev.ordem.producer.paging;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What paging needs to know of a page.
 *
 * @param ids of the readable rows, in the order of the page
 * @param strayIds of rows that are unreadable but for their id
 * @param nameless rows whose id is unreadable too
 * @param offset that the server applied
 * @param total rows of the whole list as the server counts them; null where it does not say
 */
public record PageRows(
    List<Long> ids, List<Long> strayIds, int nameless, long offset, @Nullable Long total) {
  /** Copies the lists. */
  public PageRows {
    ids = List.copyOf(ids);
    strayIds = List.copyOf(strayIds);
  }

  /** Rows of the page. */
  public int size() {
    return ids.size() + strayIds.size() + nameless;
  }
}
