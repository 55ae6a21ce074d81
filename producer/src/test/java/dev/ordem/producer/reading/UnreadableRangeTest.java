package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.reading.ReadingFixture.Result;
import dev.ordem.tiny.order.HeaderQuery;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges of a list that Tiny cannot serve. */
class UnreadableRangeTest {
  private static final int ROWS = 300;

  /** Pages of five with one row of overlap. */
  private static final int PAGES = ROWS / 4 + 2;

  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  @ParameterizedTest
  @CsvSource({
    "1,100", "101,200", "150,153", "150,155", "1,4", "297,300", "3,298", "1,299", "2,300"
  })
  void ordersSideBySideWithWhichNoPageCanBeServedAreNamedAndTheRestIsRead(long first, long last)
      throws Exception {
    FakeTiny tiny = FakeTiny.holding(ROWS);
    tiny.broken.addAll(ids(first, last));
    Result run = runs.read(tiny, "'full', 'loja'");
    assertThat(run.ids()).doesNotHaveDuplicates().containsExactlyElementsOf(allBut(first, last));
    assertThat(run.column("headers->>'status'")).isEqualTo("PARTIAL");
    assertThat(run.column("headers->>'total'")).isEqualTo("300");
    assertThat(run.cursor().unreadable().count()).isEqualTo(last - first + 1);
    assertThat(run.cursor().unreadable().names())
        .singleElement()
        .asString()
        .contains(first == 1 ? "at the beginning of the list" : "behind order " + (first - 1))
        .endsWith(", rows " + first + " to " + last);
    assertThat(runs.letters()).hasSize(1);
    assertThat(tiny.asked).hasSizeLessThanOrEqualTo(PAGES + 45);
    runs.complete(run);
    tiny.broken.clear();
    Result healed = runs.read(tiny, "'full', 'loja'");
    assertThat(healed.column("headers->>'status'")).isEqualTo("COMPLETE");
    assertThat(runs.database.text("SELECT count(*) FROM import_failures")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({"0,99", "100,199", "98,101", "4,4", "8,12", "200,299", "100,1000000", "1,300"})
  void placesAtWhichNoPageCanBeginAreGoneRound(long first, long last) throws Exception {
    FakeTiny tiny = FakeTiny.holding(ROWS);
    tiny.refusing = query -> query.offset() >= first && query.offset() <= last;
    Result run = runs.read(tiny, "'full', 'loja'");
    Set<Long> read = new HashSet<>(run.ids());
    assertThat(read).containsAll(ids(1, Math.min(first + 4, first == 0 ? 0 : ROWS)));
    assertThat(read).containsAll(ids(last + 2, ROWS));
    assertThat(run.cursor().unreadable().count()).isEqualTo(ROWS - read.size());
    assertThat(run.column("headers->>'status'"))
        .isEqualTo(read.size() == ROWS ? "COMPLETE" : "PARTIAL");
    assertThat(tiny.asked).hasSizeLessThanOrEqualTo(PAGES + 60);
  }

  @Test
  void aDescendingListIsGoneRoundDownToItsFloor() throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    runs.complete(runs.read(tiny, "'full', 'loja'"));
    for (long id = 31; id <= 145; id++) {
      tiny.add(id, 3, LocalDate.of(2025, 1, 1));
    }
    tiny.broken.addAll(ids(60, 120));
    Result run = runs.read(tiny, "'incremental', 'loja'");
    assertThat(run.ids()).containsAll(ids(31, 59)).containsAll(ids(121, 145));
    assertThat(run.cursor().unreadable().names()).contains("behind order 121, rows 26 to 86");
    assertThat(run.column("headers->>'status'")).isEqualTo("PARTIAL");
  }

  @Test
  void betweenPlacesThatFailOneThatIsServedIsAskedFor() throws Exception {
    FakeTiny tiny = FakeTiny.holding(ROWS);
    tiny.broken.addAll(ids(101, 250));
    AtomicInteger inARow = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    runs.read(
        (account, query) -> {
          var answer = tiny.read(account, query);
          boolean bad = answer instanceof dev.ordem.tiny.Answer.Failed;
          // One of a single row is sent three times.
          inARow.set(bad ? inARow.get() + (query.limit() == 1 ? 3 : 1) : 0);
          most.accumulateAndGet(inARow.get(), Math::max);
          return answer;
        },
        "'full', 'loja'");
    assertThat(most.get()).isLessThanOrEqualTo(16);
  }

  @Test
  void aListOfWhichNothingCanBeReadIsGivenUp() throws Exception {
    FakeTiny tiny = FakeTiny.holding(ROWS);
    tiny.refusing = query -> tiny.asked.size() > 20;
    Result run = runs.read(tiny, "'full', 'loja'");
    assertThat(run.column("headers->>'status'")).isEqualTo("FAILED");
    assertThat(run.column("headers->>'error'")).contains("after 3 attempts");
    assertThat(run.cursor().unreadable().count()).isZero();
  }

  @Test
  void whatMovesMeanwhileIsNotMissed() throws Exception {
    for (long seed = 1; seed <= 20; seed++) {
      runs.clear();
      Random random = new Random(seed);
      FakeTiny tiny = FakeTiny.holding(120);
      long first = 1L + random.nextInt(100);
      tiny.broken.addAll(ids(first, first + random.nextInt(60)));
      Set<Long> stay = new TreeSet<>(ids(1, 120));
      stay.removeAll(tiny.broken);
      List<Long> leave = new ArrayList<>(ids(1, 120));
      int[] moves = {12};
      Result run =
          runs.read(
              (account, query) -> {
                if (random.nextInt(4) == 0 && moves[0]-- > 0) {
                  Long gone = leave.remove(random.nextInt(leave.size()));
                  stay.remove(gone);
                  tiny.remove(gone);
                  tiny.add(1000L + moves[0], 3, LocalDate.of(2026, 3, 1));
                }
                return tiny.read(account, query);
              },
              "'full', 'loja'");
      assertThat(run.ids()).as("seed %d", seed).containsAll(stay);
      assertThat(run.column("headers->>'status'")).as("seed %d", seed).isEqualTo("PARTIAL");
    }
  }

  @Test
  void whatMovesWhileAPlaceFailsForAMomentIsNotMissed() throws Exception {
    FakeTiny tiny = FakeTiny.holding(40);
    tiny.refusing = query -> query.limit() > 1 && query.offset() == 20;
    AtomicInteger asked = new AtomicInteger();
    Result run =
        runs.read(
            (account, query) -> {
              if (isRow(query, 21) && asked.incrementAndGet() == 1) {
                tiny.remove(1);
                tiny.refusing = any -> false;
              }
              return tiny.read(account, query);
            },
            "'full', 'loja'");
    assertThat(asked.get()).isPositive();
    assertThat(run.ids()).containsAll(ids(1, 40));
  }

  private static boolean isRow(HeaderQuery query, long offset) {
    return query.limit() == 1 && query.offset() == offset;
  }

  private static List<Long> ids(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private static Collection<Long> allBut(long from, long to) {
    List<Long> all = new ArrayList<>(ids(1, ROWS));
    all.removeAll(ids(from, to));
    return all;
  }
}
