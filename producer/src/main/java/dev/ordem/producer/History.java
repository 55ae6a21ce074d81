package dev.ordem.producer;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;

/**
 * What the earlier runs of an account prove.
 *
 * @param runs all of that account
 */
record History(Collection<RunState> runs) {

  /**
   * No order up to this id is unknown. Only the query that reads everything new proves it, only
   * when it was read to its end, and never in a run with a maximum: another query may meet a higher
   * id while a lower one is still unknown.
   */
  Optional<Long> knownId() {
    return runs.stream()
        .filter(run -> run.request().max() == null && readEverythingNew(run))
        .map(run -> Objects.requireNonNull(run.cursor()).highestId())
        .filter(Objects::nonNull)
        .max(Long::compare);
  }

  /** What {@link Mode#AUTO} means now; empty: nothing, as what is known is fresh. */
  Optional<Mode> auto(Duration fresh, Instant now) {
    boolean everFull = runs.stream().anyMatch(run -> run.mode() == Mode.FULL && unlimited(run));
    if (!everFull) {
      return Optional.of(Mode.FULL);
    }
    boolean isFresh =
        runs.stream()
            .filter(run -> run.status() == RunStatus.COMPLETE && unlimited(run))
            .filter(run -> run.mode() == Mode.FULL || run.mode() == Mode.INCREMENTAL)
            .map(RunState::startedAt)
            .anyMatch(started -> started != null && started.plus(fresh).isAfter(now));
    return isFresh ? Optional.empty() : Optional.of(Mode.INCREMENTAL);
  }

  private static boolean unlimited(RunState run) {
    return run.request().max() == null && run.cursor() != null && run.cursor().ended();
  }

  private static boolean readEverythingNew(RunState run) {
    RunState.Cursor cursor = run.cursor();
    if (cursor == null) {
      return false;
    }
    return switch (run.mode()) {
      case FULL, INCREMENTAL -> cursor.ended() || cursor.pass() > 0;
      case PERIOD, AUTO -> false;
    };
  }
}
