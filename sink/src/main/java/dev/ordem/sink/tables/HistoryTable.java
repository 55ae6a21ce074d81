package dev.ordem.sink.tables;

import dev.ordem.contract.Checksum;
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
        StatusChange.class,
        "os_status_history",
        new Columns(
            List.of("account", "os_id", "sequence"),
            List.of(
                "id",
                "previous_sequence",
                "from_situacao",
                "to_situacao",
                "seen_before",
                "seen_at",
                "source",
                "run_id",
                "partition")));
  }

  @Override
  String keyOf(StatusChange change) {
    return change.key().toString();
  }

  @Override
  void row(Change<StatusChange> record, StatusChange change, CopyText row) {
    row.put(change.account()).put(change.osId()).put(change.sequence()).put(change.id());
    row.put(change.previousSequence()).put(change.from()).put(change.to());
    row.put(change.seenBefore()).putRequired(change.seenAt());
    row.put(change.source().name().toLowerCase(Locale.ROOT)).put(change.runId());
    row.put(record.partition());
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

  @Override
  List<String> heal() {
    return List.of(
        "DELETE FROM os_refused r USING stage_os_status_history s"
            + " WHERE r.table_name = 'os_status_history' AND r.account = s.account"
            + " AND r.os_id = s.os_id AND r.sequence = s.sequence");
  }

  @Override
  RefusedRows.Refusal refusal(StatusChange change) {
    long checksum = Checksum.ofChange(change.osId(), change.sequence(), change.from(), change.to());
    return new RefusedRows.Refusal(
        change.account(), change.osId(), change.sequence(), null, checksum, change.runId());
  }
}
