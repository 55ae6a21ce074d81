package dev.ordem.sink.tables;

import dev.ordem.contract.RunProgress;
import dev.ordem.contract.Topics;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code sync_run_progress}: the last word of each partition on each run. */
final class ProgressTable extends Table<RunProgress> {
  ProgressTable() {
    super(
        Topics.SYNC_RUN_PROGRESS,
        RunProgress.class,
        "sync_run_progress",
        new Columns(
            List.of("run_id", "partition"),
            List.of(
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
                "reading",
                "open",
                "dropped",
                "skipped",
                "certificate_version",
                "known",
                "absent",
                "absences_counted",
                "suspects",
                "details_left",
                "refused",
                "updated_at",
                "source_offset")));
  }

  @Override
  boolean takes(String key) {
    return !key.startsWith(CertificateTable.KEY);
  }

  @Override
  String keyOf(RunProgress progress) {
    return progress.key();
  }

  @Override
  void row(Change<RunProgress> change, RunProgress progress, CopyText row) {
    row.put(progress.runId()).put(progress.partition()).put(progress.account());
    row.put(progress.ended()).put(progress.seen()).put(progress.fresh()).put(progress.changed());
    row.put(progress.unchanged()).put(progress.requested());
    row.put(progress.settled()).put(progress.parked()).put(progress.endedAt());
    row.put(progress.reading()).put(count(progress.open())).put(count(progress.dropped()));
    row.put(count(progress.skipped())).put(progress.certificateVersion());
    row.put(progress.known()).put(progress.absent());
    row.put(Boolean.TRUE.equals(progress.absencesCounted())).put(count(progress.suspects()));
    row.put(progress.detailsLeft());
    row.put(count(progress.refused()));
    row.putRequired(progress.updatedAt()).put(change.offset());
  }

  /** {@code {run}:{partition}}. */
  @Override
  void key(String text, CopyText row) {
    int colon = text.lastIndexOf(':');
    row.put(UUID.fromString(text.substring(0, Math.max(colon, 0))));
    row.put(Integer.parseInt(text.substring(colon + 1)));
  }

  @Override
  List<String> statements() {
    return List.of(upsert(LATER), delete());
  }

  private static long count(@Nullable Long notBeforeSchema2) {
    return notBeforeSchema2 == null ? 0 : notBeforeSchema2;
  }
}
