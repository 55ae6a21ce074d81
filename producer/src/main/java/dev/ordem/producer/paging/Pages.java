package dev.ordem.producer.paging;

import dev.ordem.tiny.order.HeaderQuery.Order;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a pass goes on after a page, so that no row is missed that was in the list all the time.
 *
 * <p>Offsets name places, and places move: a row that leaves the list moves all behind it up by
 * one, a row that enters it moves them down. Ids do not move, and the list is sorted by them. So
 * the invariant is about ids: <em>every row that stayed in the list and stands at or before the
 * last id has been read</em>. A page keeps it if it begins at or before the last id, or at the very
 * beginning of the list; then what follows in the page has no gap. Pages overlap by a row to make
 * that the usual case. If rows moved up, the page begins too late; then the pass steps back, twice
 * as far each time, at worst to the beginning. Rows that moved down are merely read again.
 *
 * <p>It ends at a page that reaches the end of the list as the server counts it, or that has
 * nothing behind the last row. Where rows without a readable id fill a page behind the last row,
 * pages do not overlap any more, and someone else has to go round. Every answer that brings no new
 * row counts as a stall; after {@value #MOST_STALLS} of them in a row the list contradicts itself
 * and the pass gives up.
 */
public final class Pages {
  static final int MOST_STALLS = 200;

  /** Beginnings of a list in a row that show nothing, although it is said to hold something. */
  private static final int MOST_EMPTY = 4;

  private final Comparator<Long> order;
  private final int limit;
  private final @Nullable Long floor;

  /**
   * Decides for one pass.
   *
   * @param limit rows asked for, at least 2
   * @param floor the pass ends where ids get as low as this; only for descending lists; null: never
   */
  public Pages(Order order, int limit, @Nullable Long floor) {
    this.order = order.byId();
    this.limit = limit;
    this.floor = floor;
  }

  /** What {@code page}, asked for at {@code at}, means for the pass. */
  public PageOutcome after(Position at, PageRows page) {
    if (page.size() == 0 && at.offset() == 0 && page.total() != null && page.total() > 0) {
      return at.stalls() < MOST_EMPTY
          ? new PageOutcome.Go(List.of(), new Position(0, at.lastId(), 0, at.stalls() + 1, false))
          : new PageOutcome.GiveUp(
              "Tiny's list contradicts itself: it has %d orders and shows none"
                  .formatted(page.total()));
    }
    if (page.size() == 0) {
      return at.offset() == 0 || at.probing()
          ? new PageOutcome.End(List.of(), at.lastId())
          : back(at);
    }
    if (!sorted(page.ids())) {
      return new PageOutcome.GiveUp("Tiny's list is not sorted by id as asked: " + page.ids());
    }
    if (page.ids().isEmpty()) {
      return page.offset() == 0 && counted(page) && page.size() < limit
          ? new PageOutcome.End(List.of(), at.lastId())
          : new PageOutcome.Around();
    }
    Long first = page.ids().get(0);
    if (page.offset() > 0 && (at.lastId() == null || order.compare(first, at.lastId()) > 0)) {
      return back(at);
    }
    return forward(at, page);
  }

  private PageOutcome forward(Position at, PageRows page) {
    Long before = misled(at, page) ? null : at.lastId();
    List<Long> fresh = page.ids().stream().filter(id -> isNew(id, before)).toList();
    Long last = fresh.isEmpty() ? before : Long.valueOf(fresh.get(fresh.size() - 1));
    long end = page.offset() + page.size();
    boolean counted = counted(page);
    boolean alone = fresh.isEmpty() && page.size() == 1;
    boolean atFloor = floor != null && last != null && last <= floor;
    if (atFloor || (counted && page.size() < limit) || (alone && page.total() == null)) {
      return new PageOutcome.End(fresh, last);
    }
    if (fresh.isEmpty() && at.stalls() >= MOST_STALLS) {
      return stalled(at);
    }
    boolean probe = alone && !counted;
    long next = probe ? end : end - 1 - page.behindLast();
    if (fresh.isEmpty() && page.nameless() > 0 && next <= at.offset()) {
      return new PageOutcome.Around();
    }
    int stalls = fresh.isEmpty() ? at.stalls() + 1 : 0;
    return new PageOutcome.Go(fresh, new Position(next, last, 0, stalls, probe));
  }

  /**
   * Whether the last row of the page before had an id that was not its own, beyond all others: now
   * it stands before rows that it should follow. Then what the page shows counts as new, which at
   * worst is read twice.
   */
  private boolean misled(Position at, PageRows page) {
    Long last = at.lastId();
    return last != null && page.denies(last) && order.compare(page.ids().get(0), last) < 0;
  }

  private static boolean counted(PageRows page) {
    return page.total() != null && page.offset() + page.size() >= page.total();
  }

  private PageOutcome back(Position at) {
    if (at.stalls() >= MOST_STALLS) {
      return stalled(at);
    }
    long far = (limit - 1L) << Math.min(at.backs(), 20);
    long offset = Math.max(0, at.offset() - far);
    return new PageOutcome.Go(
        List.of(), new Position(offset, at.lastId(), at.backs() + 1, at.stalls() + 1, false));
  }

  private static PageOutcome stalled(Position at) {
    return new PageOutcome.GiveUp(
        "Tiny's list contradicts itself: "
            + at.stalls()
            + " pages around offset "
            + at.offset()
            + " brought nothing behind id "
            + at.lastId());
  }

  private boolean sorted(List<Long> ids) {
    for (int i = 1; i < ids.size(); i++) {
      if (order.compare(ids.get(i - 1), ids.get(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isNew(Long id, @Nullable Long lastId) {
    return lastId == null || order.compare(id, lastId) > 0;
  }
}
