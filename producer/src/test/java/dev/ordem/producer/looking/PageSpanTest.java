package dev.ordem.producer.looking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.producer.looking.PageSpan.Hole;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.MisplacedRows;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery.Order;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.UnreadableHeader;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PageSpanTest {
  private static final long NO_ID = 0;

  @Test
  void theOnlyPageOfAListSpansAllIds() {
    assertThat(PageSpan.of(Slice.ofStatus(6, 0), page(0, 2, 5, 9)))
        .contains(new PageSpan(6, 0, Long.MAX_VALUE, List.of(), List.of()));
    assertThat(PageSpan.of(Slice.ofStatus(6, 0), page(0, 0)))
        .contains(new PageSpan(6, 0, Long.MAX_VALUE, List.of(), List.of()));
  }

  @Test
  void aPageInTheMiddleSpansWhatLiesBetweenItsRows() {
    assertThat(PageSpan.of(Slice.range(1), page(99, 300, 5, 7, 9)))
        .contains(new PageSpan(null, 5, 9, List.of(), List.of(gap(5, 7), gap(7, 9))));
    assertThat(PageSpan.of(Slice.range(2), page(198, 201, 5, 7, 9)))
        .contains(new PageSpan(null, 5, Long.MAX_VALUE, List.of(), List.of(gap(5, 7))));
  }

  @Test
  void theNewestPageSpansWhatIsNewer() {
    assertThat(PageSpan.of(Slice.newest(), page(0, 300, 9, 7, 5)))
        .contains(new PageSpan(null, 5, Long.MAX_VALUE, List.of(), List.of(gap(5, 7))));
    assertThat(PageSpan.of(Slice.newest(), page(0, 3, 9, 7, 5)))
        .contains(new PageSpan(null, 0, Long.MAX_VALUE, List.of(), List.of()));
  }

  @Test
  void aPageBehindTheEndTellsNothing() {
    assertThat(PageSpan.of(Slice.range(3), page(297, 250))).isEmpty();
  }

  @Test
  void whatIsOutOfOrderOrHasNoIdAtAllTellsNothing() {
    assertThat(PageSpan.of(Slice.range(0), page(0, 3, 5, 4, 9))).isEmpty();
    assertThat(PageSpan.of(Slice.newest(), page(0, 2, 4, 9))).isEmpty();
    assertThat(PageSpan.of(Slice.ofStatus(0, 0), page(0, 1, NO_ID))).isEmpty();
  }

  @Test
  void aRowWithoutAnIdHidesWhatLiesBetweenItsNeighbours() {
    PageSpan middle = PageSpan.of(Slice.range(1), page(99, 300, 5, NO_ID, 9, 12)).orElseThrow();
    assertThat(middle)
        .isEqualTo(
            new PageSpan(null, 5, 12, List.of(new Hole(5, 9, 1)), List.of(gap(5, 9), gap(9, 12))));
    assertThat(middle.left(List.of(7L, 10L, 11L))).containsExactly(10L, 11L);
    assertThat(middle.left(List.of(6L, 8L, 11L))).as("two, for one row").contains(6L, 8L);

    assertThat(PageSpan.of(Slice.ofStatus(6, 0), page(0, 4, NO_ID, 5, 9, NO_ID)))
        .contains(
            new PageSpan(
                6,
                0,
                Long.MAX_VALUE,
                List.of(new Hole(0, 5, 1), new Hole(9, Long.MAX_VALUE, 1)),
                List.of()));
    assertThat(PageSpan.of(Slice.newest(), page(0, 300, 9, NO_ID, NO_ID, 5)))
        .contains(
            new PageSpan(null, 5, Long.MAX_VALUE, List.of(new Hole(5, 9, 2)), List.of(gap(5, 9))));
  }

  @Test
  void aPageWithoutATotalEndsTheListByItsRowsTheNamelessOnesToo() {
    List<OrderHeader> rows = headers(LongStream.rangeClosed(1, 99).toArray());
    HeaderPage full = new HeaderPage(rows, List.of(nameless(99)), 100, 0, null);
    assertThat(PageSpan.of(Slice.range(0), full).orElseThrow().last()).isEqualTo(99);
  }

  @Test
  void whereTwoRowsContradictEachOtherEitherMayBeTheWrongOne() {
    HeaderPage page = MisplacedRows.among(page(0, 300, 1, 5, 4, 9), Order.ASC);
    assertThat(page.unreadable()).hasSize(1);
    assertThat(PageSpan.of(Slice.range(0), page))
        .contains(new PageSpan(null, 0, 9, List.of(new Hole(1, 9, 2)), List.of(gap(1, 9))));
    HeaderPage outvoted = MisplacedRows.among(page(0, 300, 1, 2, 50, 4, 9), Order.ASC);
    assertThat(PageSpan.of(Slice.range(0), outvoted))
        .contains(new PageSpan(null, 0, 9, List.of(new Hole(2, 4, 1)), List.of(gap(4, 9))));
  }

  @Test
  void anIdFarBeyondOthersAtTheEndOfAPageIsNotBelievedToCoverTheNextPages() {
    List<Long> others = LongStream.rangeClosed(4, 40).boxed().toList();
    PageSpan ascending = PageSpan.of(Slice.range(0), page(0, 300, 1, 2, 3, 900)).orElseThrow();
    assertThat(ascending.left(others)).containsExactly(4L, 5L, 6L);
    PageSpan next = PageSpan.of(Slice.range(1), page(99, 102, 1, 50, 60)).orElseThrow();
    assertThat(next.left(others)).containsExactly(4L, 5L, 6L);
    PageSpan newest = PageSpan.of(Slice.newest(), page(0, 300, 60, 50, 1)).orElseThrow();
    assertThat(newest.left(others)).containsExactly(4L, 5L, 6L);
  }

  @Test
  void aHoleAtAnEdgeIsNotCutToItsOwnRows() {
    HeaderPage page = page(99, 103, 114, NO_ID, NO_ID, 119);
    PageSpan span = PageSpan.of(Slice.ofStatus(6, 1), page).orElseThrow();
    assertThat(span.left(List.of(115L, 116L, 117L, 118L)))
        .as("two of them have left")
        .containsExactly(115L, 116L, 117L, 118L);
    assertThat(span.left(List.of(115L, 116L, 117L))).as("one of them has").isEmpty();
  }

  /** Whatever rows have no id, and one says that it is another one of the page. */
  @Property(tries = 2_000)
  void noOrderOfTheListIsSaidToHaveLeftAndEachThatDidBesideGoodRowsIs(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 130) int orders) {
    List<Long> listed = new ArrayList<>();
    List<Long> departed = new ArrayList<>();
    for (long id = 1; listed.size() < orders; id++) {
      boolean few = departed.size() < 3 || departed.get(departed.size() - 3) < id - 3;
      (few && random.nextInt(6) == 0 ? departed : listed).add(id);
    }
    Slice slice =
        random.nextInt(3) == 0
            ? Slice.newest()
            : Slice.ofStatus(6, random.nextInt(orders / 99 + 1));
    if (slice.kind() == Slice.Kind.NEWEST) {
      Collections.reverse(listed);
    }
    List<Long> rows = listed.stream().skip(slice.first()).limit(Slice.ROWS).toList();
    Set<Long> bad = new HashSet<>();
    long[] said = said(random, rows, bad);
    HeaderPage page = MisplacedRows.among(page(slice.first(), orders, said), slice.query().order());

    PageSpan span = PageSpan.of(slice, page).orElse(null);
    Set<Long> shown = page.headers().stream().map(OrderHeader::id).collect(Collectors.toSet());
    List<Long> left =
        span == null
            ? List.of()
            : span.left(
                Stream.concat(listed.stream(), departed.stream())
                    .filter(id -> !shown.contains(id) && span.covers(known(id, slice)))
                    .sorted()
                    .toList());

    List<Long> wrong = left.stream().filter(listed::contains).toList();
    assertThat(bad).as("what is asked for in vain").containsAll(wrong);
    assertThat(2 * wrong.size()).isLessThanOrEqualTo(left.size());
    for (long id : departed) {
      if (between(id, rows, listed, bad)) {
        assertThat(left).contains(id);
      }
    }
  }

  /** What each row says: some say nothing, and one may say that it is another. */
  private static long[] said(Random random, List<Long> rows, Set<Long> bad) {
    long[] said = rows.stream().mapToLong(Long::longValue).toArray();
    int faults = random.nextInt(4);
    for (int i = 0; i < faults && !rows.isEmpty(); i++) {
      int row = random.nextInt(rows.size());
      said[row] = NO_ID;
      bad.add(rows.get(row));
    }
    if (rows.size() > 1 && random.nextBoolean()) {
      int row = random.nextInt(rows.size());
      int other = random.nextInt(rows.size());
      if (row != other && said[row] != NO_ID && said[other] != NO_ID) {
        said[row] = rows.get(other);
        bad.add(rows.get(row));
        bad.add(rows.get(other)); // nobody knows which of the two it is
      }
    }
    return said;
  }

  /** Whether it lies between two good rows of a page, or beyond the last good one of the list. */
  private static boolean between(long id, List<Long> rows, List<Long> listed, Set<Long> bad) {
    Long above = listed.stream().filter(each -> each > id).min(Long::compare).orElse(null);
    Long below = listed.stream().filter(each -> each < id).max(Long::compare).orElse(null);
    return (above == null ? rows.contains(below) : rows.contains(above))
        && (below == null ? rows.contains(above) : rows.contains(below))
        && (above == null || !bad.contains(above))
        && (below == null || !bad.contains(below));
  }

  private static Hole gap(long above, long below) {
    return new Hole(above, below, 0);
  }

  private static KnownOrder known(long id, Slice slice) {
    Integer situacao = slice.situacao();
    return new KnownOrder(id, situacao == null ? 3 : situacao, null, List.of(), true);
  }

  private static HeaderPage page(long offset, long total, long... ids) {
    List<UnreadableHeader> nameless =
        IntStream.range(0, ids.length)
            .filter(row -> ids[row] == NO_ID)
            .mapToObj(PageSpanTest::nameless)
            .toList();
    return new HeaderPage(headers(ids), nameless, 100, offset, total);
  }

  private static List<OrderHeader> headers(long... ids) {
    return Arrays.stream(ids)
        .filter(id -> id != NO_ID)
        .mapToObj(id -> FakeTiny.header(id, 6, LocalDate.of(2026, 1, 1)))
        .toList();
  }

  private static UnreadableHeader nameless(int row) {
    return new UnreadableHeader(JsonNodeFactory.instance.objectNode(), "no id", row);
  }
}
