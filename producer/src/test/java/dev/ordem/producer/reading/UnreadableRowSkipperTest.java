package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.producer.reading.ReadingFixture.Result;
import dev.ordem.tiny.http.TinyError;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that Tiny cannot serve, because of single orders in them. */
class UnreadableRowSkipperTest {
  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 5, 6, 9, 10, 17, 29, 30})
  void anOrderWithWhichNoPageCanBeServedIsNamedAndTheRestIsRead(long broken) throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    tiny.broken.add(broken);
    Result run = runs.read(tiny, "'full', 'loja'");
    assertThat(run.ids())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, 30).filter(id -> id != broken).boxed().toList());
    assertThat(run.column("headers->>'status'")).isEqualTo("PARTIAL");
    assertThat(run.cursor().unreadable().count()).isEqualTo(1);
    assertThat(run.cursor().unreadable().names())
        .singleElement()
        .asString()
        .contains(broken == 1 ? "at the beginning" : "behind order " + (broken - 1));
    assertThat(run.ends()).hasSize(2).noneMatch(HeaderEvent.EndOfHeaders::whole);
    assertThat(runs.letters()).hasSize(1);
    assertThat(tiny.asked).hasSizeLessThan(30);
  }

  @ParameterizedTest
  @EnumSource(
      value = TinyError.Cause.class,
      names = {"SERVER", "NOT_JSON", "UNREADABLE", "TOO_LARGE", "TIMEOUT", "CONNECTION_LOST"})
  void whateverIsWrongWithThePageOneRowIsNamedAndTheRestIsRead(TinyError.Cause cause)
      throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    tiny.broken.add(17L);
    tiny.breaks = cause;
    Result run = runs.read(tiny, "'full', 'loja'");
    assertThat(run.ids()).hasSize(29).doesNotContain(17L);
    assertThat(run.cursor().unreadable().names()).singleElement().asString().contains("order 16");
    assertThat(run.column("headers->>'status'")).isEqualTo("PARTIAL");
    assertThat(failures()).startsWith("UNREADABLE null behind order 16, row 17");
    runs.complete(run);
    tiny.broken.clear();
    runs.read(tiny, "'full', 'loja'");
    assertThat(failures()).as("it can be read").isEqualTo("null");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPageWithoutRowsWhereTheListCountsSomeIsOneThatCannotBeRead(boolean emptyTotal)
      throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    tiny.emptying.addAll(List.of(17L, 24L));
    tiny.emptyTotal = emptyTotal;
    Result run = runs.read(tiny, "'full', 'loja'");
    assertThat(run.ids()).hasSize(28).doesNotContain(17L, 24L);
    assertThat(run.cursor().unreadable().names())
        .satisfiesExactly(
            name -> assertThat(name).contains("order 16"),
            name -> assertThat(name).contains("order 23"));
    assertThat(run.column("headers->>'status'")).isEqualTo("PARTIAL");
    assertThat(tiny.asked).hasSizeLessThan(60);
  }

  private static String failures() throws Exception {
    return runs.database.text(
        "SELECT string_agg(state || ' ' || coalesce(os_id::text, 'null') || ' ' || error, ',')"
            + " FROM import_failures");
  }

  @Test
  void ordersAtFaultSideBySideAreGoneRoundTogether() throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    tiny.broken.addAll(List.of(7L, 8L, 9L, 20L, 30L));
    Result run = runs.read(tiny, "'full', 'loja'");
    assertThat(run.ids())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, 29).filter(id -> !tiny.broken.contains(id)).boxed().toList());
    assertThat(run.cursor().unreadable().count()).isEqualTo(5);
  }

  @Test
  void aDescendingListIsGoneRoundDownToItsFloor() throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    runs.complete(runs.read(tiny, "'full', 'loja'"));
    for (long id = 31; id <= 45; id++) {
      tiny.add(id, 3, LocalDate.of(2025, 1, 1));
    }
    tiny.broken.add(40L);
    Result run = runs.read(tiny, "'incremental', 'loja'");
    assertThat(run.ids())
        .containsAll(LongStream.rangeClosed(31, 45).filter(id -> id != 40).boxed().toList());
  }

  @Test
  void whatMovesMeanwhileIsNotMissed() throws Exception {
    for (long seed = 1; seed <= 25; seed++) {
      runs.clear();
      Random random = new Random(seed);
      FakeTiny tiny = FakeTiny.holding(40);
      tiny.broken.add(1L + random.nextInt(40));
      tiny.broken.add(1L + random.nextInt(40));
      Set<Long> stay = new TreeSet<>(LongStream.rangeClosed(1, 40).boxed().toList());
      stay.removeAll(tiny.broken);
      List<Long> leave = new ArrayList<>(stay);
      int[] moves = {12};
      Result run =
          runs.read(
              (account, query) -> {
                if (random.nextInt(4) == 0 && moves[0]-- > 0) {
                  Long gone = leave.remove(random.nextInt(leave.size()));
                  stay.remove(gone);
                  tiny.remove(gone);
                }
                return tiny.read(account, query);
              },
              "'full', 'loja'");
      assertThat(run.ids()).as("seed %d", seed).containsAll(stay);
      assertThat(run.column("headers->>'status'")).as("seed %d", seed).isEqualTo("PARTIAL");
    }
  }
}
