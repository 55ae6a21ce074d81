package dev.ordem.detail.ledger;

import dev.ordem.contract.RunProgress;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a run in one partition.
 *
 * @param progress as told, or about to be
 * @param firstSeenAt when its first header here was read: an order that was seen later by any call
 *     was not absent from this run
 * @param canceled whether it was cancelled and did not go on since
 */
record RunCount(RunProgress progress, Instant firstSeenAt, boolean canceled) {
  static RunCount begun(UUID runId, String account, int partition, Instant at) {
    return new RunCount(
        new RunProgress(runId, account, partition, false, 0, 0, 0, 0, 0, 0, 0, at, null),
        at,
        false);
  }

  RunCount plus(Tally tally, Instant now) {
    RunProgress p = progress;
    return new RunCount(
        new RunProgress(
            p.runId(),
            p.account(),
            p.partition(),
            p.ended(),
            p.seen() + tally.fresh() + tally.changed() + tally.unchanged(),
            p.fresh() + tally.fresh(),
            p.changed() + tally.changed(),
            p.unchanged() + tally.unchanged(),
            p.requested() + tally.requested(),
            p.settled() + tally.settled(),
            p.parked() + tally.parked(),
            now,
            p.endedAt()),
        firstSeenAt,
        canceled);
  }

  /** No more headers. */
  RunCount ended(Instant endedAt, Instant now) {
    return with(true, endedAt, false, now);
  }

  /** No more of anything. */
  RunCount canceled(Instant now) {
    return with(true, progress.endedAt(), true, now);
  }

  /** There are headers again. */
  RunCount resumed(Instant now) {
    return with(false, progress.endedAt(), false, now);
  }

  private RunCount with(boolean ended, @Nullable Instant endedAt, boolean canceled, Instant now) {
    RunProgress p = progress;
    return new RunCount(
        new RunProgress(
            p.runId(),
            p.account(),
            p.partition(),
            ended,
            p.seen(),
            p.fresh(),
            p.changed(),
            p.unchanged(),
            p.requested(),
            p.settled(),
            p.parked(),
            now,
            endedAt),
        firstSeenAt,
        canceled);
  }
}
