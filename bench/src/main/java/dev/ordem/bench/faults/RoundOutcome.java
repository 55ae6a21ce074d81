package dev.ordem.bench.faults;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a round ended.
 *
 * @param tried faults that happened: not those for which it was too late
 * @param resumed how long after the last fault everything moved again; null: nothing had to
 * @param verdict status of the run, or how it went on after that
 * @param wrong differences between the verdict and the truth, one sentence each
 */
record RoundOutcome(
    List<Fault> tried, @Nullable Duration resumed, String verdict, List<String> wrong) {
  RoundOutcome {
    tried = List.copyOf(tried);
    wrong = List.copyOf(wrong);
  }
}
