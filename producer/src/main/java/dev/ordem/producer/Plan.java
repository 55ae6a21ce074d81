package dev.ordem.producer;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.Situacao;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which queries a run makes, in order. The same run has the same plan after a restart. */
final class Plan {
  private Plan() {}

  /**
   * The queries of a run.
   *
   * @param mode as decided: never {@link Mode#AUTO}
   * @param knownId no order up to this id is unknown; null: nothing is known
   * @param startedOn the day the run started, in the zone of the account
   * @param lookbackDays how many days before that are read again by emission date
   */
  static List<Pass> of(
      RunRequest request,
      Mode mode,
      @Nullable Long knownId,
      LocalDate startedOn,
      int lookbackDays) {
    return switch (mode) {
      case FULL -> List.of(Pass.everything());
      case INCREMENTAL -> incremental(knownId, startedOn.minusDays(lookbackDays));
      case PERIOD ->
          months(
              Objects.requireNonNull(request.from(), "from"),
              Objects.requireNonNull(request.to(), "to"));
      case AUTO -> throw new IllegalArgumentException("auto is decided before it is planned");
    };
  }

  private static List<Pass> incremental(@Nullable Long knownId, LocalDate lookback) {
    List<Pass> passes = new ArrayList<>();
    passes.add(Pass.newerThan(knownId));
    passes.add(Pass.emitted(lookback, null));
    Arrays.stream(Situacao.values())
        .filter(situacao -> !situacao.terminal())
        .forEach(situacao -> passes.add(Pass.inStatus(situacao.code())));
    return passes;
  }

  private static List<Pass> months(LocalDate from, LocalDate to) {
    List<Pass> passes = new ArrayList<>();
    LocalDate begin = from;
    while (!begin.isAfter(to)) {
      LocalDate end = YearMonth.from(begin).atEndOfMonth();
      passes.add(Pass.emitted(begin, end.isBefore(to) ? end : to));
      begin = end.plusDays(1);
    }
    return passes;
  }
}
