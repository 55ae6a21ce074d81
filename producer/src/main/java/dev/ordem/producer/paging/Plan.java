package dev.ordem.producer.paging;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.Situacao;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a run does, stage by stage. The same run has the same stages after a restart. A period is
 * one list, however long it is: an order whose emission date is put right while a period is read
 * month by month can be in none of them.
 */
public final class Plan {
  /** First emission date that a run may ask for. */
  public static final LocalDate FIRST_DAY = LocalDate.of(2000, 1, 1);

  private final List<Stage> stages;

  private Plan(List<Stage> stages) {
    this.stages = List.copyOf(stages);
  }

  /**
   * The plan of a run.
   *
   * @param mode as decided; {@link Mode#AUTO} that stays so reads nothing
   * @param knownId no order up to this id is unknown; null: nothing is known
   * @param startedOn the day the run started, in the zone of the account
   * @param lookbackDays how many days before that are read again by emission date
   */
  public static Plan of(
      RunRequest request,
      Mode mode,
      @Nullable Long knownId,
      LocalDate startedOn,
      int lookbackDays) {
    return switch (mode) {
      case FULL -> new Plan(full());
      case INCREMENTAL -> new Plan(incremental(knownId, startedOn.minusDays(lookbackDays)));
      case PERIOD -> new Plan(List.of(new Stage.Read(period(request, startedOn.plusYears(1)))));
      case DETAILS, AUTO -> new Plan(List.of());
      case RECONCILE -> new Plan(reconcile());
    };
  }

  /** The stage of that number, from 0; empty: all are over. */
  public Optional<Stage> stage(int number) {
    return number < stages.size() ? Optional.of(stages.get(number)) : Optional.empty();
  }

  /** Behind the last one. */
  public int end() {
    return stages.size();
  }

  /** Codes of the statuses in which work on an order is not over. */
  public static List<Integer> openStatuses() {
    return Arrays.stream(Situacao.values())
        .filter(situacao -> !situacao.terminal())
        .map(Situacao::code)
        .toList();
  }

  /** Twice at most: where orders were deleted meanwhile, one reading may prove nothing. */
  private static List<Stage> full() {
    Stage everything = new Stage.Read(Pass.everything());
    return List.of(everything, new Stage.Judge(), everything);
  }

  private static List<Stage> incremental(@Nullable Long knownId, LocalDate lookback) {
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage.Read(Pass.newerThan(knownId)));
    stages.add(new Stage.Read(Pass.emitted(lookback, null)));
    openStatuses().forEach(code -> stages.add(new Stage.Read(Pass.inStatus(code))));
    return stages;
  }

  /** The last one reads what is in no known status, and what moved from list to list meanwhile. */
  private static List<Stage> reconcile() {
    List<Stage> stages = new ArrayList<>();
    IntStream.range(0, Situacao.values().length)
        .forEach(code -> stages.add(new Stage.Read(Pass.inStatus(code))));
    stages.add(new Stage.Count());
    stages.addAll(full());
    return stages;
  }

  /** Who asks is told of its bounds by {@code ordem_request}; this is for rows made otherwise. */
  private static Pass period(RunRequest request, LocalDate lastDay) {
    LocalDate from = Objects.requireNonNull(request.from(), "from");
    LocalDate to = Objects.requireNonNull(request.to(), "to");
    if (from.isBefore(FIRST_DAY) || to.isAfter(lastDay)) {
      throw new IllegalArgumentException(
          "the period " + from + " to " + to + " is not from " + FIRST_DAY + " to " + lastDay);
    }
    return Pass.emitted(from, to);
  }
}
