package dev.ordem.producer.verdict;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.certificate.AccountGeneration;
import dev.ordem.producer.certificate.LedgerCertificate;
import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.Phase;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All that a verdict on a run rests on, as Postgres held it at one moment. Immutable.
 *
 * @param now that moment, by the database's clock
 * @param generation the account's present one; null: none has begun
 * @param progress of the run, by partition
 * @param certificates of the account, by partition
 * @param proofs of partitions, as kept in the run's row
 * @param parked orders that the run has waiting for a person; of one that says that all is there,
 *     all
 * @param refused rows of {@code os_refused} that stand against the run: of one that speaks for all
 *     orders, all
 * @param repair the one that this verdict asked for; null: it asked for none
 * @param trials what comparing has brought so far
 */
record Evidence(
    Instant now,
    Run run,
    @Nullable AccountGeneration generation,
    SortedMap<Integer, Progress> progress,
    SortedMap<Integer, LedgerCertificate> certificates,
    SortedMap<Integer, Proof> proofs,
    Named parked,
    Refused refused,
    @Nullable Repair repair,
    Trials trials) {
  /** Copies the maps. */
  Evidence {
    progress = copy(progress);
    certificates = copy(certificates);
    proofs = copy(proofs);
  }

  private static <T> SortedMap<Integer, T> copy(SortedMap<Integer, T> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  /** What was said of a whole read that missed most of the known orders. */
  enum Absences {
    ASKED,
    CONFIRMED,
    REFUSED
  }

  /**
   * The row of {@code sync_run}.
   *
   * @param startedAt when it began, or else when it was asked for
   * @param finishedAt of the first verdict; null: there was none
   * @param auto whether it was asked to see that all is there, whatever has to be read for it
   * @param lostGround whether a run was cancelled, or failed, that had proved the id below which
   *     this one read nothing
   * @param owed markers that the ledger must be sent first
   */
  record Run(
      UUID id,
      String account,
      Mode mode,
      RunStatus status,
      Phase phase,
      long reading,
      @Nullable UUID generation,
      @Nullable Instant beganAt,
      Instant startedAt,
      @Nullable Instant finishedAt,
      Instant progressedAt,
      boolean limited,
      boolean headersOnly,
      boolean auto,
      boolean lostGround,
      @Nullable Cursor cursor,
      List<String> owed,
      @Nullable Absences absences,
      @Nullable Module headers,
      @Nullable Module details,
      @Nullable Module store,
      @Nullable String waitsFor,
      @Nullable String error) {

    /** Whether it had to read every header there is. */
    boolean whole() {
      return mode.whole() && !limited;
    }

    /** Whether it speaks for all orders: it read them, or says that all is there. */
    boolean speaksForAll() {
      return whole() || auto;
    }
  }

  /**
   * A row of {@code sync_run_progress}; see {@link dev.ordem.contract.RunProgress} for each number.
   */
  record Progress(
      int partition,
      long reading,
      boolean ended,
      long seen,
      long fresh,
      long requested,
      long settled,
      long open,
      long parked,
      long dropped,
      long skipped,
      @Nullable Long certificateVersion,
      @Nullable Long known,
      @Nullable Long absent,
      boolean absencesCounted,
      long suspects,
      long refused) {}

  /**
   * Orders, named as far as it helps.
   *
   * @param ids of the first 20
   */
  record Named(long count, List<Long> ids) {
    static final int MOST = 20;
    static final Named NONE = new Named(0, List.of());
  }

  /**
   * Orders with rows that Postgres refused or the ledger does not know.
   *
   * @param partitions that hold those rows
   */
  record Refused(Named orders, SortedSet<Integer> partitions) {
    static final Refused NONE = new Refused(Named.NONE, Collections.emptySortedSet());
  }

  /**
   * A row of {@code repair}.
   *
   * @param takenUntil until when a sink has taken it; null: none has
   * @param restored rows that it put right; null: it is not done
   */
  record Repair(
      long id,
      List<Integer> partitions,
      @Nullable Instant takenUntil,
      @Nullable Instant doneAt,
      @Nullable Long restored,
      @Nullable String error) {}

  /**
   * What comparing has brought since this producer looks at the run.
   *
   * @param comparisons the last of each partition that is not proved
   * @param gone since when a partition has no progress of the run any more, though it had
   * @param since when comparing began; null: it has not, or all is proved
   * @param unplaced rows that Postgres holds of the account in no partition, so that no certificate
   *     covers them; null: not counted
   * @param heldAt when the account was last asked to hold; null: not within the last minute, or
   *     nobody wants to know
   * @param behind of what Kafka held once the repair was done, partitions that no sink has stored
   *     all of; null: that is not known
   */
  record Trials(
      SortedMap<Integer, PartitionComparison> comparisons,
      SortedMap<Integer, Instant> gone,
      @Nullable Instant since,
      @Nullable Long unplaced,
      @Nullable Instant heldAt,
      @Nullable List<String> behind) {
    /** Copies the maps. */
    Trials {
      comparisons = copy(comparisons);
      gone = copy(gone);
    }
  }

  long sum(ToLongFunction<Progress> number) {
    return progress.values().stream().mapToLong(number).sum();
  }

  Evidence with(Trials newer) {
    return new Evidence(
        now, run, generation, progress, certificates, proofs, parked, refused, repair, newer);
  }

  Evidence with(SortedMap<Integer, Proof> newer) {
    return new Evidence(
        now, run, generation, progress, certificates, newer, parked, refused, repair, trials);
  }
}
