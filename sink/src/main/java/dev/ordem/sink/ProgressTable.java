package dev.ordem.sink;

import dev.ordem.contract.RunProgress;
import dev.ordem.contract.Topics;
import java.util.List;
import java.util.UUID;

/** {@code sync_run_progress}: the last word of each partition on each run. */
final class ProgressTable extends Table<RunProgress> {
  ProgressTable() {
    super(
        Topics.SYNC_RUN_PROGRESS,
        "sync_run_progress",
        List.of("run_id", "partition"),
        List.of(
            "run_id",
            "partition",
            "account",
            "ended",
            "seen",
            "fresh",
            "changed",
            "unchanged",
            "requested",
            "settled",
            "parked",
            "ended_at",
            "updated_at",
            "source_offset"));
  }

  @Override
  void row(Change<RunProgress> change, RunProgress progress, CopyText row) {
    row.put(progress.runId()).put(progress.partition()).put(progress.account());
    row.put(progress.ended()).put(progress.seen()).put(progress.fresh()).put(progress.changed());
    row.put(progress.unchanged()).put(progress.requested());
    row.put(progress.settled()).put(progress.parked()).put(progress.endedAt());
    row.put(progress.updatedAt()).put(change.offset());
  }

  @Override
  void key(String text, CopyText row) {
    int colon = text.lastIndexOf(':');
    row.put(UUID.fromString(text.substring(0, Math.max(colon, 0))));
    row.put(Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  List<String> statements() {
    return List.of(
        upsert("excluded.source_offset > t.source_offset OR excluded.updated_at > t.updated_at"),
        delete());
  }
}
