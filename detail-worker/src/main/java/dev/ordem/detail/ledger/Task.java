package dev.ordem.detail.ledger;

import dev.ordem.contract.Failure;
import dev.ordem.contract.Lane;
import dev.ordem.contract.SyncState.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is being done about an order's detail. Its methods are the only ways from one state to the
 * next.
 *
 * @param since when it came into this state
 * @param lane why its detail is or was wanted
 * @param runId the newest run that wants or wanted it; null when a person does
 * @param runs the runs that wait for it, oldest first
 * @param attempts failed attempts so far
 * @param dueAt {@code RETRYING}: when to try again; {@code REQUESTED}: when to take the request for
 *     lost; otherwise null
 * @param requestId of the request that is out, if one is
 * @param requestFingerprint of the newest header when that request was sent
 * @param again what came up while that request was out
 * @param droppedBy the run that was cancelled while it alone wanted the order, unless that is over
 */
record Task(
    Work state,
    Instant since,
    Lane lane,
    @Nullable UUID runId,
    List<UUID> runs,
    int attempts,
    @Nullable Instant dueAt,
    @Nullable Failure lastError,
    @Nullable UUID requestId,
    @Nullable String requestFingerprint,
    @Nullable Again again,
    @Nullable UUID droppedBy) {
  static final Task NONE =
      new Task(
          Work.SETTLED,
          Instant.EPOCH,
          Lane.BACKFILL,
          null,
          List.of(),
          0,
          null,
          null,
          null,
          null,
          null,
          null);

  /** So many runs can wait for one order; a later one does not ask for it, but counts it. */
  static final int MAX_RUNS = 16;

  Task {
    runs = List.copyOf(runs);
  }

  /**
   * The order is wanted once more unless the answer that is under way was given after this.
   *
   * @param after an answer given earlier does not do
   */
  record Again(Lane lane, Instant after) {}

  boolean waiting() {
    return state == Work.QUEUED || state == Work.RETRYING;
  }

  boolean answers(UUID request) {
    return state == Work.REQUESTED && request.equals(requestId);
  }

  /** Whether this run waits for the order, or can still join those that do. */
  boolean admits(UUID run) {
    return runs.contains(run) || runs.size() < MAX_RUNS;
  }

  /** A run wants the detail; what is under way already serves it. */
  Task wantedBy(UUID run, Lane why, Instant now) {
    List<UUID> joined = new ArrayList<>(runs);
    if (!joined.contains(run)) {
      joined.add(run);
    }
    return switch (state) {
      case SETTLED, PARKED -> queued(why, run, joined, 0, now);
      case QUEUED ->
          why.compareTo(lane) < 0
              ? queued(why, run, joined, attempts, since)
              : waitedForBy(run, joined);
      case REQUESTED, RETRYING -> waitedForBy(run, joined);
    };
  }

  /** A person wants the detail now, whatever failed before. */
  Task wantedByPerson(Instant now) {
    return state == Work.REQUESTED
        ? again(new Again(Lane.REFRESH, now))
        : new Task(
            Work.QUEUED, now, Lane.REFRESH, null, runs, 0, null, lastError, null, null, null, null);
  }

  /** While a request is out: its answer may not do. */
  Task again(Again wanted) {
    Again kept = again != null && again.lane == Lane.REFRESH ? again : wanted;
    return new Task(
        state,
        since,
        lane,
        runId,
        runs,
        attempts,
        dueAt,
        lastError,
        requestId,
        requestFingerprint,
        kept,
        null);
  }

  Task requested(UUID id, @Nullable String fingerprint, Instant now, Duration timeout) {
    return new Task(
        Work.REQUESTED,
        now,
        lane,
        runId,
        runs,
        attempts,
        now.plus(timeout),
        lastError,
        id,
        fingerprint,
        null,
        null);
  }

  /** Back to the queue, without an attempt made. */
  Task putBack(Instant now) {
    return queued(again == null ? lane : first(lane, again.lane), runId, runs, attempts, now);
  }

  /** The time that was set is up: try again, or take the request for lost. */
  Task due(Instant now) {
    return state == Work.RETRYING ? queued(Lane.RETRY, runId, runs, attempts, now) : putBack(now);
  }

  /** The answer is there, given at {@code at}. */
  Task answered(Instant at, Instant now) {
    return again != null && at.isBefore(again.after)
        ? queued(again.lane, runId, runs, 0, now)
        : settled(now);
  }

  Task settled(Instant now) {
    return ended(Work.SETTLED, 0, null, now);
  }

  Task failed(Failure failure, Instant now, LedgerRules rules) {
    if (again != null && again.lane == Lane.REFRESH) {
      return queued(Lane.REFRESH, runId, runs, 0, now);
    }
    Optional<Duration> delay = rules.delayAfter(attempts + 1);
    return delay.isEmpty()
        ? parked(failure, now)
        : new Task(
            Work.RETRYING,
            now,
            Lane.RETRY,
            runId,
            runs,
            attempts + 1,
            now.plus(delay.get()),
            failure,
            null,
            null,
            null,
            null);
  }

  Task parked(Failure failure, Instant now) {
    return ended(Work.PARKED, attempts + 1, failure, now);
  }

  /** While it waits: this run no longer wants it, and nothing is done for no one. */
  Task droppedBy(UUID run, Instant now) {
    List<UUID> left = runs.stream().filter(other -> !other.equals(run)).toList();
    return left.isEmpty() && lane != Lane.REFRESH
        ? new Task(Work.SETTLED, now, lane, runId, left, 0, null, null, null, null, null, run)
        : new Task(
            state,
            since,
            lane,
            runId,
            left,
            attempts,
            dueAt,
            lastError,
            requestId,
            requestFingerprint,
            again,
            null);
  }

  private Task queued(Lane in, @Nullable UUID run, List<UUID> waiting, int failed, Instant at) {
    return new Task(
        Work.QUEUED, at, in, run, waiting, failed, null, lastError, null, null, null, null);
  }

  private Task waitedForBy(UUID run, List<UUID> joined) {
    return new Task(
        state,
        since,
        lane,
        run,
        joined,
        attempts,
        dueAt,
        lastError,
        requestId,
        requestFingerprint,
        again,
        null);
  }

  private Task ended(Work how, int failed, @Nullable Failure failure, Instant now) {
    return new Task(
        how, now, lane, runId, List.of(), failed, null, failure, null, null, null, null);
  }

  private static Lane first(Lane one, Lane other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
