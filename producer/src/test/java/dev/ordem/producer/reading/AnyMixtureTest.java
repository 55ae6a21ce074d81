package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.paging.Pass;
import dev.ordem.producer.paging.Position;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * Lists of good rows, rows without an id, and rows with which no page can be served, in any order:
 * each is read to its end, in a bounded number of calls, and no row is lost.
 */
class AnyMixtureTest {
  private static final int ONE_BY_ONE = 16;

  /** What rows side by side are. */
  enum Kind {
    GOOD,
    NAMELESS,
    BROKEN
  }

  @Property(tries = 1500)
  void aListThatRestsIsReadAndNamedWhole(
      @ForAll @Size(min = 1, max = 40) List<Kind> kinds,
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 100) int pageSize,
      @ForAll boolean descending) {
    Reading reading = new Reading(kinds, seed, pageSize, descending, 130);
    reading.read();
    reading.endsInTime();
    assertThat(reading.gaveUp).isNull();
    assertThat(reading.ids).doesNotHaveDuplicates();
    assertThat(reading.ids).containsAll(reading.goodOutsideOfRanges());
    reading.namelessNamed.addAll(reading.inRanges());
    assertThat(reading.namelessNamed).containsAll(reading.tiny.nameless);
    assertThat(reading.inRanges()).containsAll(reading.tiny.broken);
  }

  /** At every place of a list that is read as Tiny's are. */
  @Property(tries = 300)
  void aRowWithoutAnIdBesideOneThatNoPageShowsCostsNobodyElse(
      @ForAll @IntRange(min = 4, max = 394) int broken,
      @ForAll @IntRange(min = -3, max = 3) int beside) {
    Assume.that(beside != 0);
    FakeTiny tiny = FakeTiny.holding(400);
    tiny.broken.add((long) broken);
    tiny.nameless.add((long) broken + beside);
    Reading reading = new Reading(tiny, 100);
    reading.read();
    assertThat(reading.gaveUp).isNull();
    assertThat(reading.ids).doesNotHaveDuplicates().hasSameElementsAs(reading.good());
    assertThat(reading.namelessNamed).isEqualTo(tiny.nameless);
    assertThat(reading.inRanges()).isEqualTo(tiny.broken);
    assertThat(tiny.asked).hasSizeLessThan(40);
  }

  @Property(tries = 200)
  void rowsWithoutAnIdThatFillAPageAreGoneRound(
      @ForAll @IntRange(min = 1, max = 200) int first,
      @ForAll @IntRange(min = 97, max = 250) int rows) {
    FakeTiny tiny = FakeTiny.holding(400);
    LongStream.range(first, first + Math.min(rows, 401 - first)).forEach(tiny.nameless::add);
    Reading reading = new Reading(tiny, 100);
    reading.read();
    assertThat(reading.gaveUp).isNull();
    assertThat(reading.ids).doesNotHaveDuplicates().hasSameElementsAs(reading.good());
    assertThat(reading.namelessNamed).isEqualTo(tiny.nameless);
    assertThat(tiny.asked).hasSizeLessThan(40);
  }

  @Property(tries = 1500)
  void ofShortStretchesNoRowThatCanBeReadIsLost(
      @ForAll @Size(min = 1, max = 60) List<Kind> kinds,
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 12) int pageSize) {
    Reading reading = new Reading(kinds, seed, pageSize, false, 3);
    reading.read();
    assertThat(reading.gaveUp).isNull();
    reading.endsInTime();
    if (reading.longestBroken() <= ONE_BY_ONE) {
      assertThat(reading.ids).hasSameElementsAs(reading.good());
      assertThat(reading.inRanges()).isEqualTo(reading.tiny.broken);
    }
  }

  @Property(tries = 1500)
  void whatIsLostWhileTheListMovesIsNotLostInSilence(
      @ForAll @Size(min = 1, max = 30) List<Kind> kinds,
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 12) int pageSize,
      @ForAll boolean descending) {
    Reading reading = new Reading(kinds, seed, pageSize, descending, 6);
    reading.moves = 12;
    reading.read();
    reading.endsInTime();
    assertThat(reading.gaveUp).isNull();
    if (!reading.ids.containsAll(reading.good())) {
      assertThat(reading.ranges.size() + reading.namelessNamed.size())
          .as("what is named makes the run PARTIAL")
          .isPositive();
    }
  }

  /** One pass, with nothing around it but memory. */
  private static final class Reading {
    private static final Pattern RANGE =
        Pattern.compile(
            "(?:behind order (\\d+)|at the beginning of the list), rows? (\\d+)(?: to (\\d+))?");

    final FakeTiny tiny;
    final List<Long> ids = new ArrayList<>();
    final Set<Long> namelessNamed = new HashSet<>();
    final List<long[]> ranges = new ArrayList<>();
    final Random random;
    final int pageSize;
    final boolean descending;
    final int rows;
    final int most;
    final Set<Long> stay = new TreeSet<>();
    int moves;
    Cursor cursor = Cursor.START;
    int attempts;
    @Nullable String gaveUp;

    Reading(FakeTiny tiny, int pageSize) {
      this.tiny = tiny;
      this.random = new Random(1);
      this.pageSize = pageSize;
      this.descending = false;
      this.rows = 400;
      this.most = 400;
      stay.addAll(LongStream.rangeClosed(1, rows).boxed().toList());
    }

    Reading(List<Kind> kinds, long seed, int pageSize, boolean descending, int longest) {
      this.tiny = new FakeTiny();
      this.random = new Random(seed);
      this.pageSize = pageSize;
      this.descending = descending;
      long id = 0;
      for (Kind kind : kinds) {
        for (int n = 1 + random.nextInt(random.nextBoolean() ? 3 : longest); n > 0; n--) {
          id++;
          tiny.add(id, 3, LocalDate.of(2026, 1, 1));
          if (kind != Kind.GOOD) {
            (kind == Kind.NAMELESS ? tiny.nameless : tiny.broken).add(id);
          }
        }
      }
      rows = (int) id;
      stay.addAll(LongStream.rangeClosed(1, rows).boxed().toList());
      int faults = tiny.nameless.size() + tiny.broken.size();
      most = 60 + 2 * rows / (pageSize - 1) + 25 * Math.min(faults, 4 * kinds.size());
    }

    void read() {
      try {
        Pass pass = descending ? Pass.newerThan(null) : Pass.everything();
        new PassReader(
                new PassReader.Calls(this::read, this::read, this::up, this::down),
                new PassReader.Writer(this::cursor, this::enough, this::write),
                pageSize,
                pass)
            .read();
      } catch (ReadingGivenUp e) {
        gaveUp = e.why();
      } catch (SQLException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void endsInTime() {
      assertThat(tiny.asked.size()).as("calls").isLessThanOrEqualTo(most * (moves == 0 ? 1 : 20));
    }

    Set<Long> good() {
      Set<Long> good = new TreeSet<>(stay);
      good.removeAll(tiny.nameless);
      good.removeAll(tiny.broken);
      return good;
    }

    Set<Long> goodOutsideOfRanges() {
      Set<Long> good = good();
      if (longestBroken() > ONE_BY_ONE) {
        good.removeAll(inRanges());
      }
      return good;
    }

    Set<Long> inRanges() {
      Set<Long> all = new TreeSet<>();
      for (long[] range : ranges) {
        for (long row = range[0]; row <= range[1]; row++) {
          all.add(descending ? rows + 1 - row : row);
        }
      }
      return all;
    }

    int longestBroken() {
      int longest = 0;
      int now = 0;
      for (long id = 1; id <= rows; id++) {
        now = tiny.broken.contains(id) ? now + 1 : stay.contains(id) ? 0 : now;
        longest = Math.max(longest, now);
      }
      return longest;
    }

    PageCalls.Got read(HeaderQuery query) throws InterruptedException {
      if (tiny.asked.size() > 20 * most) {
        throw new ReadingGivenUp("no end");
      }
      if (moves > 0 && random.nextInt(4) == 0) {
        moves--;
        Long gone = List.copyOf(stay).get(random.nextInt(stay.size()));
        if (stay.size() > 1) {
          stay.remove(gone);
          tiny.remove(gone);
        }
        if (random.nextBoolean()) {
          tiny.add(rows + 100L - moves, 3, LocalDate.of(2026, 1, 1));
        }
      }
      Answer<HeaderPage> answer = tiny.read("loja", query);
      return answer instanceof Answer.Ok<HeaderPage> ok
          ? new PageCalls.Got.Page(ok.value(), ok.at())
          : new PageCalls.Got.Bad(((Answer.Failed<HeaderPage>) answer).error());
    }

    void up() {
      attempts = 0;
    }

    void down(String why, String told) {
      attempts++;
      if (attempts > 3 && good().isEmpty()) {
        throw new ReadingStopped();
      } else if (attempts > 3) {
        throw new ReadingGivenUp(why);
      }
    }

    Cursor cursor() {
      return cursor;
    }

    boolean enough() {
      return false;
    }

    void write(PageRecords page, Pass pass, List<Long> fresh, int number, Position next) {
      ids.addAll(fresh);
      page.passed().forEach(row -> namelessNamed.add(row.raw().path("numero").asLong()));
      page.page().unreadable().forEach(row -> namelessNamed.add(row.raw().path("numero").asLong()));
      page.missing().forEach(item -> range(item.name()));
    }

    private void range(String name) {
      Matcher match = RANGE.matcher(name);
      assertThat(match.matches()).as(name).isTrue();
      long first = Long.parseLong(match.group(2));
      ranges.add(
          new long[] {first, match.group(3) == null ? first : Long.parseLong(match.group(3))});
    }
  }
}
