package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.reading.ReadingFixture.Result;
import java.time.LocalDate;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An order that leaves the list before it is read looks, by numbers, like one that is counted and
 * never shown: then the list is read once more.
 */
class DeletedWhileReadTest {
  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  @ParameterizedTest
  @CsvSource({"1,5,1", "11,6,0"})
  void whereOneReadingProvesItItIsTheOnlyOne(long deleted, int calls, int left) throws Exception {
    FakeTiny tiny = FakeTiny.holding(12);
    Result run = readWithout(tiny, deleted);
    assertThat(tiny.asked).hasSize(calls);
    assertThat(run.cursor().left()).isEqualTo(left);
    assertThat(run.cursor().addsUp()).isTrue();
    assertThat(run.cursor().ended()).isTrue();
  }

  /** Deletes an order when the second page is asked for. */
  private static Result readWithout(FakeTiny tiny, long deleted) throws Exception {
    AtomicInteger pages = new AtomicInteger();
    return runs.read(
        (account, query) -> {
          if (pages.incrementAndGet() == 2) {
            tiny.remove(deleted);
          }
          return tiny.read(account, query);
        },
        "'full', 'loja'");
  }

  /**
   * The last item of the list said an id that no order has, beyond all others; then it was gone.
   */
  @Test
  void whereTheNewestOrderIsGoneWhatIsNewIsReadDownToWhatAnotherRunProves() throws Exception {
    FakeTiny tiny = FakeTiny.holding(12);
    runs.complete(runs.read(tiny, "'full', 'loja'"));
    tiny.add(9_000, 3, LocalDate.of(2025, 1, 1));
    runs.complete(runs.read(tiny, "'incremental', 'loja'"));
    assertThat(runs.book.knownId("loja", false)).contains(9_000L);
    tiny.remove(9_000);
    for (long id = 13; id <= 40; id++) {
      tiny.add(id, 3, LocalDate.of(2025, 1, 1));
    }
    Result run = runs.read(tiny, "'incremental', 'loja'");
    assertThat(run.ids()).contains(13L, 40L);
  }

  @Test
  void whatNeverAddsUpIsReadTwiceAndNoMore() throws Exception {
    FakeTiny tiny = FakeTiny.holding(12);
    AtomicInteger pages = new AtomicInteger();
    Result run =
        runs.read(
            (account, query) -> {
              int page = pages.incrementAndGet();
              if (page == 2 || page == 6) {
                tiny.remove(page == 2 ? 11 : 10);
              }
              return tiny.read(account, query);
            },
            "'full', 'loja'");
    assertThat(run.cursor().addsUp()).isFalse();
    assertThat(run.cursor().ended()).isTrue();
  }
}
