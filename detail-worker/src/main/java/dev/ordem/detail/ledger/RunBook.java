package dev.ordem.detail.ledger;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.RunProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What one partition knows of the runs. It is told at the marker, when nothing is left to be done,
 * and once in a while as it changes. Not thread safe.
 */
final class RunBook {
  /** Ended runs are forgotten after this: as long as their headers are kept. */
  private static final Duration KEPT = Duration.ofDays(7);

  private final KeyValueStore<String, RunCount> runs;
  private final Outlet outlet;
  private final int partition;
  private final Set<String> changed = new LinkedHashSet<>();

  RunBook(KeyValueStore<String, RunCount> runs, Outlet outlet, int partition) {
    this.runs = runs;
    this.outlet = outlet;
    this.partition = partition;
  }

  /** Forgets old runs; those that go on are told anew, in case their last change was not told. */
  void open(Instant now) {
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, RunCount> all = runs.all()) {
      while (all.hasNext()) {
        KeyValue<String, RunCount> entry = all.next();
        RunProgress progress = entry.value.progress();
        if (!progress.done()) {
          changed.add(entry.key);
        } else if (progress.updatedAt().plus(KEPT).isBefore(now)) {
          old.add(entry.key);
        }
      }
    }
    old.forEach(runs::delete);
  }

  /** A run is at work here. */
  void begin(UUID run, String account, Instant at) {
    if (runs.get(run.toString()) == null) {
      put(RunCount.begun(run, account, partition, at));
    }
  }

  /** A header of the run is here: if it had ended, it was resumed. */
  void resume(UUID run, Instant now) {
    RunCount count = begun(run);
    if (count.progress().ended()) {
      put(count.resumed(now));
    }
  }

  boolean canceled(UUID run) {
    return begun(run).canceled();
  }

  /** Whether this end of its headers, or a later one, was passed. */
  boolean ended(UUID run, Instant endedAt) {
    Instant passed = begun(run).progress().endedAt();
    return passed != null && !passed.isBefore(endedAt);
  }

  /** When its first header here was read. */
  Instant begunAt(UUID run) {
    return begun(run).firstSeenAt();
  }

  void end(UUID run, Instant endedAt, Instant now) {
    RunCount ended = begun(run).ended(endedAt, now);
    put(ended);
    tell(ended);
  }

  void cancel(UUID run, Instant now) {
    RunCount canceled = begun(run).canceled(now);
    put(canceled);
    tell(canceled);
  }

  void count(UUID run, String account, Tally tally, Instant now) {
    RunCount known = runs.get(run.toString());
    RunCount before = known == null ? RunCount.begun(run, account, partition, now) : known;
    RunCount after = before.plus(tally, now);
    put(after);
    if (after.progress().done() && !before.progress().done()) {
      tell(after);
    }
  }

  void tellChanged() {
    for (String run : List.copyOf(changed)) {
      RunCount count = runs.get(run);
      if (count != null) {
        tell(count);
      }
    }
    changed.clear();
  }

  private RunCount begun(UUID run) {
    return requireNonNull(runs.get(run.toString()), "begin comes first");
  }

  private void put(RunCount count) {
    String run = count.progress().runId().toString();
    runs.put(run, count);
    changed.add(run);
  }

  private void tell(RunCount count) {
    outlet.progress(count.progress());
    changed.remove(count.progress().runId().toString());
  }
}
