package dev.ordem.sink;

import dev.ordem.contract.OrderKey;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** {@code os_status_history}: rows are added and never changed. */
final class HistoryTable extends Table<StatusChange> {
  HistoryTable() {
    super(
        Topics.OS_STATUS_CHANGES,
        "os_status_history",
        List.of("account", "os_id", "sequence"),
        List.of(
            "account",
            "os_id",
            "sequence",
            "id",
            "from_situacao",
            "to_situacao",
            "seen_before",
            "seen_at",
            "source",
            "run_id"));
  }

  @Override
  void row(Change<StatusChange> record, StatusChange change, CopyText row) {
    row.put(change.account()).put(change.osId()).put(change.sequence()).put(change.id());
    row.put(change.from()).put(change.to()).put(change.seenBefore()).put(change.seenAt());
    row.put(change.source().name().toLowerCase(Locale.ROOT)).put(change.runId());
  }

  /** History has no tombstones. */
  @Override
  void key(String text, CopyText row) {
    throw new IllegalArgumentException("no value for " + OrderKey.parse(text));
  }

  @Override
  Collection<Change<StatusChange>> newest(List<Change<StatusChange>> changes) {
    return changes;
  }

  @Override
  List<String> statements() {
    return List.of(insert() + " ON CONFLICT DO NOTHING");
  }
}
