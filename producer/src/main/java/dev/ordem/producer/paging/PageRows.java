package dev.ordem.producer.paging;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What paging needs to know of a page.
 *
 * @param ids of the readable rows, in the order of the page
 * @param nameless rows whose id cannot be read, or not be theirs
 * @param offset that the server applied
 * @param total rows of the whole list as the server counts them; null where it does not say
 */
public record PageRows(List<Long> ids, int nameless, long offset, @Nullable Long total) {
  /** Copies the list. */
  public PageRows {
    ids = List.copyOf(ids);
  }

  /** Rows of the page. */
  public int size() {
    return ids.size() + nameless;
  }
}
