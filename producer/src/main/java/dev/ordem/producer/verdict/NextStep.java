package dev.ordem.producer.verdict;

import java.util.List;
import java.util.SortedSet;

/** What is to be done next about a run, as the evidence stands. */
sealed interface NextStep {
  /** The run is not in a state that is judged: somebody cancelled it, or reads it. */
  record Leave(String why) implements NextStep {}

  /** Something is still to come. */
  record Wait(String what) implements NextStep {}

  /** What was read did not reach the ledger that is there now. */
  record ReadAgain(String why) implements NextStep {}

  /** What a whole read did not show is to be counted as absent. */
  record ConfirmAbsences(long known, long absent) implements NextStep {}

  /** A whole read that nobody should believe unasked. */
  record AskPerson(long known, long absent) implements NextStep {}

  /** The account never stands still: have it stop for a moment. */
  record Hold() implements NextStep {}

  /** Postgres differs and will not come right by itself. */
  record Repair(SortedSet<Integer> partitions) implements NextStep {}

  /** Nothing that the run asked for is missing in Postgres. */
  record Complete() implements NextStep {}

  /**
   * Something is missing.
   *
   * @param reasons never empty
   */
  record Partial(List<Reason> reasons) implements NextStep {
    /** Whether it can become whole by itself, so that it is judged again. */
    boolean heals() {
      return reasons.stream().anyMatch(reason -> reason.kind().heals());
    }
  }
}
