package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery.Order;
import dev.ordem.tiny.order.OrderHeader;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An item of the list that says it is another order. */
class MisplacedRowsTest {
  private static final long FIRST = 1001;
  private static final long LAST = 1020;

  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  @ParameterizedTest
  @CsvSource({
    "1001,1003",
    "1001,9223372036854775807",
    "1002,1",
    "1003,1",
    "1004,1001",
    "1004,9223372036854775807",
    "1005,9000000",
    "1007,2",
    "1008,9223372036854775807",
    "1013,9000000",
    "1014,1002",
    "1020,1",
    "1020,1019"
  })
  void costsItselfAlone(long order, long said) throws Exception {
    ReadingFixture.Result run = read(order, said);
    boolean named = run.cursor().unreadable().count() > 0;
    assertThat(named || run.ids().contains(said)).as("it is named, or told as it says").isTrue();
  }

  @ParameterizedTest
  @MethodSource("anothersIds")
  void thatSaysItIsAnotherOfTheListIsNamed(long order, long said) throws Exception {
    ReadingFixture.Result run = read(order, said);
    assertThat(run.cursor().unreadable().count()).isPositive();
    assertThat(run.column("headers->>'status'")).isEqualTo("PARTIAL");
    assertThat(runs.letters()).isNotEmpty();
  }

  static Stream<Arguments> anothersIds() {
    return LongStream.rangeClosed(FIRST, LAST)
        .boxed()
        .flatMap(
            order ->
                LongStream.of(order - 1, order + 1, order - 6, order + 6, FIRST, LAST)
                    .filter(said -> said >= FIRST && said <= LAST && said != order)
                    .mapToObj(said -> Arguments.of(order, said)));
  }

  private static ReadingFixture.Result read(long order, long said) throws Exception {
    FakeTiny tiny = new FakeTiny();
    LongStream.rangeClosed(FIRST, LAST)
        .forEach(id -> tiny.add(id, 3, LocalDate.of(2026, 1, 1).plusDays(id - 1000)));
    PageReader odd =
        (account, query) -> {
          Answer.Ok<HeaderPage> page = (Answer.Ok<HeaderPage>) tiny.read(account, query);
          return new Answer.Ok<>(saying(page.value(), order, said), page.at());
        };
    ReadingFixture.Result run = runs.read(odd, "'full', 'loja'");

    assertThat(run.cursor().ended()).isTrue();
    assertThat(run.ids())
        .containsAll(
            LongStream.rangeClosed(FIRST, LAST).filter(id -> id != order).boxed().toList());
    return run;
  }

  @ParameterizedTest
  @CsvSource({
    "1007 1006, 1006, two that change places",
    "1007 1006 1007, '', one that is no order before the good one that it says it is",
    "1006 1007 1007, '', one whose id another row has",
    "1006 1001, '', one whose id an earlier row has",
    "1006 9000, '', one that no order of this page can be",
    "1006 3, '', one that no order behind the first one can be"
  })
  void anOrderIsReadIfARowSaysThatItIsThatOneAndNoneElseCanBe(
      String middle, String wanted, String ofWhat) throws Exception {
    List<Long> ids = new ArrayList<>(LongStream.rangeClosed(1001, 1005).boxed().toList());
    Stream.of(middle.split(" ")).map(Long::valueOf).forEach(ids::add);
    LongStream.rangeClosed(1008, 1020).forEach(ids::add);
    PageReader odd =
        (account, query) ->
            new Answer.Ok<>(
                new HeaderPage(
                    headers(ids.stream().skip(query.offset()).limit(query.limit())),
                    List.of(),
                    query.limit(),
                    query.offset(),
                    (long) ids.size()),
                FakeTiny.now());
    runs.read(odd, "'full', 'loja'");
    runs.read(odd, "'full', 'loja'");

    assertThat(
            runs.events().stream()
                .filter(HeaderEvent.RefreshWanted.class::isInstance)
                .map(event -> String.valueOf(((HeaderEvent.RefreshWanted) event).osId())))
        .as("%s, read twice", ofWhat)
        .containsExactlyElementsOf(wanted.isEmpty() ? List.of() : List.of(wanted));
  }

  @Test
  void aPageOfRepetitionsIsNoSortedList() throws Exception {
    ReadingFixture.Result run =
        runs.read(
            (account, query) -> new Answer.Ok<>(page(1, 1, 2, 2, 3, 3), FakeTiny.now()),
            "'full', 'loja'");
    assertThat(run.column("status")).isEqualTo("FAILED");
    assertThat(run.column("error")).contains("not sorted");
  }

  @Test
  void aListThatIsNotSortedIsLeftAsItIs() {
    HeaderPage page = page(5, 1, 4, 2, 3);
    assertThat(MisplacedRows.among(page, Order.ASC)).isEqualTo(page);
    assertThat(MisplacedRows.among(page(9, 7, 8, 5, 3), Order.DESC).headers())
        .extracting(OrderHeader::id)
        .containsExactly(9L, 7L, 5L, 3L);
  }

  private static HeaderPage page(long... ids) {
    return new HeaderPage(
        headers(LongStream.of(ids).boxed()), List.of(), 100, 0, (long) ids.length);
  }

  private static List<OrderHeader> headers(Stream<Long> ids) {
    return ids.map(id -> FakeTiny.header(id, 3, LocalDate.of(2026, 1, 1))).toList();
  }

  private static HeaderPage saying(HeaderPage page, long order, long said) {
    List<OrderHeader> rows =
        page.headers().stream()
            .map(
                row -> row.id() == order ? FakeTiny.header(said, 3, LocalDate.of(2026, 1, 1)) : row)
            .toList();
    return new HeaderPage(rows, page.unreadable(), page.limit(), page.offset(), page.total());
  }
}
