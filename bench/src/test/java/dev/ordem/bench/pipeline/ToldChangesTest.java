package dev.ordem.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.OrderKey;
import dev.ordem.contract.StatusChange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A referee that sees nothing is no referee: each defect is put before it. */
class ToldChangesTest {
  private static final StatusChange FIRST = change(1, 1, null, 0);
  private static final StatusChange SECOND = change(1, 2, 0, 3);
  private static final StatusChange OTHER = change(2, 1, null, 5);

  @Test
  void aHistoryWithoutDefectsHasNone() {
    assertThat(defects(FIRST, OTHER, SECOND)).isEmpty();
  }

  @Test
  void whatIsToldTwiceIsFound() {
    assertThat(defects(FIRST, SECOND, SECOND, OTHER))
        .anySatisfy(defect -> assertThat(defect).startsWith("told twice"));
  }

  @Test
  void aGapIsFound() {
    assertThat(defects(SECOND, OTHER)).hasSize(1).first().asString().startsWith("not behind null");
  }

  @Test
  void aChangeThatBeginsElsewhereIsFound() {
    assertThat(defects(FIRST, change(1, 2, 4, 3), OTHER)).hasSize(1);
  }

  @Test
  void anOrderThatIsNotWhereItWasToldToBeIsFound() {
    assertThat(defects(FIRST, OTHER)).hasSize(1).first().asString().startsWith("1 is 3");
  }

  @Test
  void anOrderOfWhichNothingWasToldIsFound() {
    assertThat(defects(FIRST, SECOND)).hasSize(1).first().asString().endsWith("last told null");
  }

  private static List<String> defects(StatusChange... changes) {
    return new ToldChanges(List.of(changes)).defects(Map.of(1L, 3, 2L, 5));
  }

  private static StatusChange change(long order, long sequence, @Nullable Integer from, int to) {
    return new StatusChange(
        StatusChange.idOf(new OrderKey("default", order), sequence, from, to),
        "default",
        order,
        sequence,
        sequence == 1 ? null : sequence - 1,
        from,
        to,
        null,
        Instant.EPOCH,
        StatusChange.Source.HEADER,
        null);
  }
}
