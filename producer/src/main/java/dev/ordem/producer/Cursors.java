package dev.ordem.producer;

import dev.ordem.contract.RunState.Cursor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a run's cursor moves. */
final class Cursors {
  static final Cursor START = new Cursor(0, 0, null, false, null, null, null);

  private Cursors() {}

  /**
   * Behind a page.
   *
   * @param pass of the next page
   * @param next of that pass
   * @param fresh ids that the page brought
   * @param unreadable items of the page that went to the dead letters
   */
  static Cursor moved(Cursor before, int pass, Position next, List<Long> fresh, int unreadable) {
    return new Cursor(
        pass,
        next.offset(),
        next.lastId(),
        false,
        highest(before, fresh),
        added(before.unreadable(), unreadable),
        null);
  }

  /** The markers are written; {@code ended} if behind the last page of the last pass. */
  static Cursor marked(Cursor before, boolean ended, Instant now) {
    return new Cursor(
        before.pass(),
        before.offset(),
        before.lastId(),
        ended,
        before.highestId(),
        before.unreadable(),
        now);
  }

  /** Reading goes on where it stopped. */
  static Cursor reopened(Cursor before) {
    return new Cursor(
        before.pass(),
        before.offset(),
        before.lastId(),
        false,
        before.highestId(),
        before.unreadable(),
        null);
  }

  /** Only the first query of a run can be the one that reads everything new. */
  private static @Nullable Long highest(Cursor before, List<Long> fresh) {
    Long known = before.highestId();
    if (before.pass() > 0 || fresh.isEmpty()) {
      return known;
    }
    long here = fresh.stream().max(Long::compare).orElseThrow();
    return known == null ? here : Math.max(known, here);
  }

  private static @Nullable Long added(@Nullable Long before, int more) {
    long sum = (before == null ? 0 : before) + more;
    return sum == 0 ? null : sum;
  }
}
