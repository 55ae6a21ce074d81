package dev.ordem.producer.paging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.tiny.order.HeaderQuery.Order;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A pass over a list that changes between any two pages, as a server and its users would have it.
 */
class MovingListTest {
  @Property(tries = 2000)
  void noRowThatStaysInTheListIsMissed(
      @ForAll long seed,
      @ForAll Order order,
      @ForAll @IntRange(min = 0, max = 60) int rows,
      @ForAll @IntRange(min = 2, max = 8) int limit,
      @ForAll Shape shape) {
    MovingList list = new MovingList(seed, order, rows, limit, shape);
    list.read(null);
    if (shape != Shape.BOASTING || !list.list.isEmpty()) { // that shows none of those it counts
      assertThat(list.gaveUp).as("gave up").isNull();
    }
    assertThat(list.seen).containsAll(list.stayed());
  }

  @Property(tries = 1000)
  void downToAFloorNoRowAboveItIsMissed(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int rows,
      @ForAll @IntRange(min = 2, max = 8) int limit,
      @ForAll @IntRange(min = 0, max = 700) int floor) {
    MovingList list = new MovingList(seed, Order.DESC, rows, limit, Shape.HONEST);
    list.read((long) floor);
    assertThat(list.gaveUp).as("gave up").isNull();
    assertThat(list.seen).containsAll(list.stayed().stream().filter(id -> id > floor).toList());
  }

  @Property(tries = 500)
  void aPassThatIsInterruptedAnywhereGoesOnAtItsCursor(
      @ForAll long seed, @ForAll Order order, @ForAll @IntRange(min = 2, max = 6) int limit) {
    MovingList list = new MovingList(seed, order, 40, limit, Shape.HONEST);
    list.forgetsAllButItsCursor = true;
    list.read(null);
    assertThat(list.gaveUp).as("gave up").isNull();
    assertThat(list.seen).containsAll(list.stayed());
  }

  @Property(tries = 300)
  void aListThatRestsIsReadOnceWithOneRowOfOverlap(
      @ForAll Order order,
      @ForAll @IntRange(min = 0, max = 60) int rows,
      @ForAll @IntRange(min = 2, max = 8) int limit) {
    MovingList list = new MovingList(1, order, rows, limit, Shape.HONEST);
    list.movesLeft = 0;
    list.read(null);
    assertThat(list.seen).hasSize(rows);
    assertThat(list.fresh).isEqualTo(rows);
    assertThat(list.calls).isLessThanOrEqualTo(rows / (limit - 1) + 2);
  }

  @Property(tries = 500)
  void aPageThatBeginsTooLateIsReadAgainFromEarlier(@ForAll @IntRange(min = 2, max = 5) int pages) {
    List<Long> before = new ArrayList<>();
    for (long id = 1; id <= pages * 3L; id++) {
      before.add(id);
    }
    Pages decide = new Pages(Order.ASC, 3, null);
    PageOutcome first = decide.after(Position.START, page(before, 0, 3));
    assertThat(first).isInstanceOf(PageOutcome.Go.class);
    List<Long> after = new ArrayList<>(before.subList(2, before.size()));
    Assume.that(after.size() > 3);
    Position next = ((PageOutcome.Go) first).next();
    PageOutcome second = decide.after(next, page(after, next.offset(), 3));
    assertThat(second).isInstanceOf(PageOutcome.Go.class);
    assertThat(((PageOutcome.Go) second).fresh()).isEmpty();
    assertThat(((PageOutcome.Go) second).next().offset()).isLessThan(next.offset());
  }

  @Test
  void aListThatCountsRowsAndShowsNoneIsAskedAgainAndGivenUp() {
    Pages decide = new Pages(Order.DESC, 100, 50L);
    Position at = Position.START;
    int asked = 1;
    while (decide.after(at, new PageRows(List.of(), 0, 109L)) instanceof PageOutcome.Go go) {
      assertThat(go.fresh()).isEmpty();
      assertThat(go.next().offset()).isZero();
      at = go.next();
      asked++;
    }
    assertThat(asked).isEqualTo(5);
    assertThat(decide.after(at, new PageRows(List.of(), 0, 109L)))
        .isInstanceOf(PageOutcome.GiveUp.class);
    assertThat(decide.after(Position.START, new PageRows(List.of(), 0, 0L)))
        .isInstanceOf(PageOutcome.End.class);
  }

  private static PageRows page(List<Long> list, long offset, int limit) {
    int from = (int) Math.min(offset, list.size());
    int to = Math.min(from + limit, list.size());
    return new PageRows(
        list.subList(from, to).stream().map(PageRows.Row::of).toList(), offset, (long) list.size());
  }

  /** What a server may do to a page. */
  enum Shape {
    HONEST,
    /** Tells no total. */
    SILENT,
    /** Gives fewer rows than asked for. */
    STINGY,
    /** Counts rows that are no longer there. */
    BOASTING,
    /** One row of a page cannot be read at all. */
    NAMELESS
  }

  /** The list, and a pass over it. */
  private static final class MovingList {
    final Random random;
    final Order order;
    final int limit;
    final Shape shape;
    final TreeSet<Long> list = new TreeSet<>();
    final Set<Long> always = new HashSet<>();
    final Set<Long> seen = new HashSet<>();
    final Set<Long> illegible = new HashSet<>();
    int movesLeft = 40;
    int fresh;
    int calls;
    boolean forgetsAllButItsCursor;
    @Nullable String gaveUp;

    MovingList(long seed, Order order, int rows, int limit, Shape shape) {
      this.random = new Random(seed);
      this.order = order;
      this.limit = shape == Shape.NAMELESS ? limit + 2 : limit;
      this.shape = shape;
      for (long id = 1; id <= rows; id++) {
        list.add(id * 10);
      }
      always.addAll(list);
      if (shape == Shape.NAMELESS && !list.isEmpty()) {
        illegible.add(sorted().get(random.nextInt(list.size())));
      }
    }

    Set<Long> stayed() {
      always.removeAll(illegible);
      return always;
    }

    void read(@Nullable Long floor) {
      Pages pages = new Pages(order, limit, floor);
      Position position = Position.START;
      while (true) {
        PageOutcome step = pages.after(position, answer(position.offset()));
        calls++;
        if (step instanceof PageOutcome.Go go) {
          take(go.fresh());
          position = go.next();
          if (forgetsAllButItsCursor && random.nextInt(3) == 0) {
            position = Position.at(position.offset(), position.lastId());
          }
        } else if (step instanceof PageOutcome.End end) {
          take(end.fresh());
          return;
        } else if (step instanceof PageOutcome.GiveUp lost) {
          gaveUp = lost.why();
          return;
        }
        move();
      }
    }

    private void take(List<Long> ids) {
      seen.addAll(ids);
      fresh += ids.size();
    }

    private void move() {
      for (int moves = random.nextInt(5); moves > 0 && movesLeft > 0; moves--, movesLeft--) {
        if (random.nextBoolean() && !list.isEmpty()) {
          Long gone = sorted().get(random.nextInt(list.size()));
          list.remove(gone);
          always.remove(gone);
        } else if (random.nextBoolean()) {
          list.add(list.isEmpty() ? 10L : list.last() + 10);
        } else {
          list.add(1L + random.nextInt(600));
        }
      }
    }

    private List<Long> sorted() {
      return list.stream().sorted(order.byId()).toList();
    }

    private PageRows answer(long offset) {
      List<Long> all = sorted();
      int from = (int) Math.min(offset, all.size());
      int most = shape == Shape.STINGY ? 2 + random.nextInt(limit) : limit;
      List<Long> page = all.subList(from, Math.min(from + Math.min(most, limit), all.size()));
      Long total =
          switch (shape) {
            case SILENT -> null;
            case BOASTING -> all.size() + 7L;
            case HONEST, STINGY, NAMELESS -> Long.valueOf(all.size());
          };
      List<PageRows.Row> rows =
          page.stream()
              .map(id -> illegible.contains(id) ? PageRows.Row.NAMELESS : PageRows.Row.of(id))
              .toList();
      return new PageRows(rows, offset, total);
    }
  }
}
