package dev.ordem.producer.reading;

import dev.ordem.producer.paging.Pass;
import dev.ordem.producer.paging.Position;
import dev.ordem.producer.runs.Cursor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a run's cursor moves. */
final class CursorUpdates {
  private static final int NAMED = 20;

  private CursorUpdates() {}

  /**
   * What a page brought.
   *
   * @param written ids of headers that were written
   * @param highest greatest id of the page that counts as known; null: none
   * @param unreadable items that this reading did not meet before
   * @param refused orders that Kafka does not take
   * @param total of the list; null: not told
   */
  record Page(
      List<Long> written,
      @Nullable Long highest,
      Faults unreadable,
      List<Long> refused,
      @Nullable Long total) {}

  /**
   * Items that cannot be read.
   *
   * @param rows of the list that they are: several where one names a range
   */
  record Faults(List<String> names, long rows) {}

  /** Behind a page of {@code pass}; the next one is at {@code next} of pass {@code number}. */
  static Cursor moved(Cursor before, Pass pass, Page page, int number, Position next) {
    boolean everything = pass.everyOrderCounts();
    Long total = everything && page.total() != null ? page.total() : before.total();
    return new Cursor(
        number,
        next.offset(),
        next.lastId(),
        false,
        greater(before.highestId(), page.highest()),
        before.seen() + page.written().size(),
        unreadable(before.unreadable(), page.unreadable()),
        total,
        before.left() + (everything ? fell(before.total(), total) : 0),
        joined(before.refusedByKafka(), page.refused()),
        totals(before.totals(), pass, page.total()));
  }

  /** So much of the whole list is read; or none, where it is to be read once more. */
  static Cursor counted(Cursor before, int number, long seen, @Nullable Long total) {
    return new Cursor(
        number,
        0,
        null,
        false,
        before.highestId(),
        seen,
        before.unreadable(),
        total,
        0,
        before.refusedByKafka(),
        before.totals());
  }

  /** Nothing is left to be read before the stage of that number. */
  static Cursor over(Cursor before, int number) {
    return moved(before, number, false);
  }

  /** The end of the headers is written. */
  static Cursor ended(Cursor before) {
    return moved(before, before.pass(), true);
  }

  private static Cursor moved(Cursor before, int number, boolean ended) {
    return new Cursor(
        number,
        before.offset(),
        before.lastId(),
        ended,
        before.highestId(),
        before.seen(),
        before.unreadable(),
        before.total(),
        before.left(),
        before.refusedByKafka(),
        before.totals());
  }

  /** By how much the list became shorter between two pages: so many orders left it at least. */
  private static long fell(@Nullable Long from, @Nullable Long to) {
    return from == null || to == null ? 0 : Math.max(0, from - to);
  }

  private static Cursor.Unreadable unreadable(Cursor.Unreadable before, Faults more) {
    List<String> names = joined(before.names(), more.names());
    return new Cursor.Unreadable(
        before.count() + more.rows(), names.subList(0, Math.min(names.size(), NAMED)));
  }

  private static Map<Integer, Long> totals(
      Map<Integer, Long> before, Pass pass, @Nullable Long total) {
    if (pass.situacao() == null || total == null) {
      return before;
    }
    Map<Integer, Long> after = new HashMap<>(before);
    after.put(pass.situacao(), total);
    return after;
  }

  private static @Nullable Long greater(@Nullable Long one, @Nullable Long other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Math.max(one, other);
  }

  private static <T> List<T> joined(Collection<T> before, Collection<T> more) {
    List<T> all = new ArrayList<>(before);
    more.stream().filter(Objects::nonNull).forEach(all::add);
    return all;
  }
}
