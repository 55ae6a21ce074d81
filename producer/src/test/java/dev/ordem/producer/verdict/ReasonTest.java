package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.runs.Cursor;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What people are told of a run that is not COMPLETE. */
class ReasonTest {
  private final Case run = new Case();

  @Test
  void aRangeOfTheListIsNamedByItsRowsAlone() {
    run.unreadable = new Cursor.Unreadable(100, List.of("behind order 7, rows 8 to 107"));
    assertThat(run.next())
        .isInstanceOfSatisfying(
            NextStep.Partial.class,
            partial ->
                assertThat(partial.reasons())
                    .extracting(Reason::text)
                    .contains(
                        "100 rows of Tiny's list could not be read: behind order 7, rows 8 to 107"
                            + " (see import_failures)"));
  }

  @Test
  void twentyIdsAreNamedAndTheRestIsCounted() {
    List<Long> ids = LongStream.rangeClosed(1, 30).boxed().toList();

    Reason reason = Reason.of(Reason.Kind.PARKED, 30, "details could not be read", ids);

    assertThat(reason.ids()).hasSize(20);
    assertThat(reason.text()).endsWith("19, 20 and 10 more (see import_failures)");
  }
}
