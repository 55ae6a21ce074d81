package dev.ordem.producer;

import dev.ordem.contract.RunProgress;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a run stands behind its headers, and how it ends. COMPLETE is only ever said of a run whose
 * headers are whole, whose details are all there, and whose records the sink has stored.
 *
 * @param details its details now
 * @param settled whether every partition has nothing more to come for it
 */
record Outcome(Module details, boolean settled) {

  /** Headers read to the end. */
  static Module headers(long done, @Nullable Long unreadable) {
    return unreadable == null
        ? new Module(Module.Status.COMPLETE, done, done, null)
        : new Module(
            Module.Status.PARTIAL,
            done,
            done + unreadable,
            unreadable + " unreadable items of pages went to the topic ordem.dlq");
  }

  /**
   * Judges what the ledger reports.
   *
   * @param progress of this run, at most one of each partition
   * @param partitions of {@code os-headers}
   */
  static Outcome of(RunState run, Collection<RunProgress> progress, int partitions) {
    Instant markedAt = Objects.requireNonNull(run.cursor()).markedAt();
    long requested = progress.stream().mapToLong(RunProgress::requested).sum();
    long done = progress.stream().mapToLong(RunProgress::settled).sum();
    long parked = progress.stream().mapToLong(RunProgress::parked).sum();
    long ended = progress.stream().filter(one -> passed(one, markedAt)).count();
    boolean settled =
        ended == partitions
            && progress.stream().filter(one -> passed(one, markedAt)).allMatch(RunProgress::done);
    if (run.request().headersOnly() && requested == 0) {
      return new Outcome(new Module(Module.Status.SKIPPED, 0, 0L, null), settled);
    }
    if (!settled) {
      return new Outcome(new Module(Module.Status.RUNNING, done, requested, null), false);
    }
    Module details =
        parked == 0
            ? new Module(Module.Status.COMPLETE, done, requested, null)
            : new Module(
                Module.Status.PARTIAL,
                done,
                requested,
                parked + " details could not be read: see GET /api/failures");
    return new Outcome(details, true);
  }

  /** The last state of a run whose records are all stored. */
  static RunState end(RunState run, Module store, Instant now) {
    List<String> errors = new ArrayList<>();
    add(errors, "headers", run.headers());
    add(errors, "details", run.details());
    RunStatus status = errors.isEmpty() ? RunStatus.COMPLETE : RunStatus.PARTIAL;
    String error = errors.isEmpty() ? null : String.join("; ", errors);
    return Draft.of(run).store(store).ended(status, error, now).at(now);
  }

  private static void add(List<String> errors, String name, Module module) {
    if (module.status() != Module.Status.COMPLETE && module.status() != Module.Status.SKIPPED) {
      String why = module.error() == null ? module.status().toString() : module.error();
      errors.add(name + ": " + why);
    }
  }

  /** Neither an end that an earlier, resumed reading wrote nor a cancelling counts. */
  private static boolean passed(RunProgress progress, @Nullable Instant markedAt) {
    return progress.ended() && markedAt != null && markedAt.equals(progress.endedAt());
  }
}
