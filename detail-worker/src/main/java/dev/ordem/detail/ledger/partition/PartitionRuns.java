package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.detail.ledger.store.Account;
import dev.ordem.detail.ledger.store.CountedStore;
import dev.ordem.detail.ledger.store.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * What one partition knows of the runs. The store is read once; what is changed is written at once,
 * and told when a run ends, is cancelled or resumed, or has nothing left to come, and once in a
 * while as it changes. Not thread safe.
 */
final class PartitionRuns {
  /** A forgotten run is remembered as long as headers of it may lie in the topic, and a day. */
  private static final Duration REMEMBERED = Duration.ofDays(8);

  /** The clocks of hosts and of Postgres, at the most. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);

  private final CountedStore<Run> store;
  private final PartitionAccounts accounts;
  private final TopicWriter writer;
  private final Map<UUID, Run> runs = new HashMap<>();
  private final Set<UUID> changed = new LinkedHashSet<>();
  private final TreeMap<Instant, List<UUID>> forgotten = new TreeMap<>();

  PartitionRuns(CountedStore<Run> store, PartitionAccounts accounts, TopicWriter writer) {
    this.store = store;
    this.accounts = accounts;
    this.writer = writer;
    try (KeyValueIterator<String, Run> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<String, Run> entry = all.next();
        Run run = entry.value;
        runs.put(run.id(), run);
        Instant forgotten = run.course().forgottenAt();
        if (forgotten != null) {
          forgotten(run.id(), forgotten);
        } else if (!run.settled()) {
          changed.add(run.id()); // its last change may not have been told
        }
      }
    }
  }

  @Nullable Run run(UUID id) {
    return runs.get(id);
  }

  /** Whether what it claims is to be asked for. */
  boolean live(@Nullable UUID id) {
    Run run = id == null ? null : runs.get(id);
    return run != null && !run.course().canceled();
  }

  /** Whether headers of its reading may still come. */
  boolean reads(UUID id) {
    Run run = runs.get(id);
    return run != null && run.course().reads();
  }

  /**
   * A header of a run is here.
   *
   * @return whether it is news of the run: not of a reading that is over, cancelled or forgotten
   */
  boolean meets(HeaderEvent.Seen seen, Instant now) {
    UUID id = seen.runId();
    Long reading = seen.reading();
    if (id == null || reading == null) {
      return false;
    }
    Run run = known(id, seen.account());
    if (run.course().canceled() || reading < run.course().reading()) {
      return false;
    }
    if (run.course().endMet() >= reading) {
      return false;
    }
    put(run.reads(reading), now);
    return true;
  }

  /**
   * A marker of a run is here.
   *
   * @return whether it is of the newest reading, or of a newer one
   */
  boolean meets(HeaderEvent.OfRun marker, Instant now) {
    Long reading = marker.reading();
    if (reading == null) {
      return false;
    }
    Run run = known(marker.runId(), marker.account());
    if (run.course().forgottenAt() != null || reading < run.course().reading()) {
      return false;
    }
    if (reading > run.course().reading()) {
      put(run.with(run.course().reading(reading)), now);
    }
    return true;
  }

  /** Changes a run; one that is not known stays so. */
  void change(UUID id, UnaryOperator<Run> by, Instant now) {
    Run run = runs.get(id);
    if (run != null) {
      put(by.apply(run), now);
    }
  }

  /**
   * The end of a reading is met. If records were deleted unread since the run began, they may have
   * been its headers, and it is to be read again; once, as what is read then comes behind them.
   */
  void ends(HeaderEvent.EndOfHeaders end, long reading, Instant now) {
    Account.Missed missed = accounts.account(end.account()).missed();
    Instant beganAt = end.beganAt();
    boolean mayMiss =
        missed != null && beganAt != null && beganAt.isBefore(missed.foundAt().plus(CLOCKS_DIFFER));
    change(
        end.runId(),
        run -> {
          Run met = run.with(run.course().endMet(reading));
          return mayMiss && missed != null
              ? met.with(met.sightings().miss(reading, missed.next()))
              : met;
        },
        now);
  }

  /** A header or a marker of a run went to the DLQ, or an order that a marker of it is about. */
  void refuse(UUID id, String account, @Nullable Long reading, Instant now) {
    Run run = known(id, account);
    long in = reading == null ? run.course().reading() : reading;
    if (run.course().forgottenAt() == null && in >= run.course().reading()) {
      Run met = in > run.course().reading() ? run.with(run.course().reading(in)) : run;
      put(met.with(met.sightings().refuse(in)), now);
    }
  }

  void tell(UUID id, Instant now) {
    Run run = runs.get(id);
    if (run != null && run.course().forgottenAt() == null) {
      changed.remove(id);
      writer.progress(run, accounts.account(run.account()).totals().suspects(), now);
    }
  }

  void tellChanged(Instant now) {
    for (UUID id : List.copyOf(changed)) {
      tell(id, now);
      changed.remove(id);
    }
  }

  /** All that it claimed is removed: subscribers are told that it is no more. */
  void forget(UUID id, Instant now) {
    Run run = runs.get(id);
    if (run != null) {
      put(Run.begun(id, run.account()).with(run.course().forgotten(now)), now);
      changed.remove(id);
      forgotten(id, now);
      writer.forgotten(id, now);
    }
  }

  /** Removes what is left of runs that were forgotten long ago, a few at a time. */
  void erase(Instant now) {
    Map.Entry<Instant, List<UUID>> oldest = forgotten.firstEntry();
    if (oldest != null && oldest.getKey().plus(REMEMBERED).isBefore(now)) {
      for (UUID id : oldest.getValue()) {
        runs.remove(id);
        store.delete(id.toString());
      }
      forgotten.remove(oldest.getKey());
    }
  }

  private Run known(UUID id, String account) {
    Run run = runs.get(id);
    return run == null ? Run.begun(id, account) : run;
  }

  /** What a run has settled is told with the certificate that holds it. */
  private void put(Run next, Instant now) {
    Run before = runs.get(next.id());
    boolean settled = next.settled();
    boolean anew = settled && next.settledVersion() == null;
    Run run = next;
    if (anew) {
      run = next.settledAt(accounts.account(next.account()).version());
    } else if (!settled && next.settledVersion() != null) {
      run = next.settledAt(null);
    }
    if (run.equals(before)) {
      return;
    }
    runs.put(run.id(), run);
    store.put(run.id().toString(), run);
    changed.add(run.id());
    if (anew) {
      tell(run.id(), now);
      accounts.tell(run.account(), now);
    }
  }

  private void forgotten(UUID id, Instant at) {
    forgotten.computeIfAbsent(at, same -> new ArrayList<>()).add(id);
  }
}
