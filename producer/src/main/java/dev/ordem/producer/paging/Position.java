package dev.ordem.producer.paging;

import org.jspecify.annotations.Nullable;

/**
 * Where a pass stands in its list.
 *
 * @param offset of the next page
 * @param lastId id of the last row read, in the order of the list; null: nothing read
 * @param backs steps back taken in a row, to double the next one
 * @param stalls pages in a row that brought no new row, to give up in the end
 * @param probing whether the last page held nothing but the last row although the server counts
 *     more, so that an empty page now is the end
 */
public record Position(long offset, @Nullable Long lastId, int backs, int stalls, boolean probing) {

  /** Before the first page. */
  public static final Position START = new Position(0, null, 0, 0, false);

  /** As a cursor remembers it. */
  public static Position at(long offset, @Nullable Long lastId) {
    return new Position(offset, lastId, 0, 0, false);
  }
}
