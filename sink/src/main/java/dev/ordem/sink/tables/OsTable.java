package dev.ordem.sink.tables;

import dev.ordem.contract.Checksum;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code os}: of two revisions the greater stays; a tombstone marks the row, and deletes nothing.
 *
 * <p>The same revision told again, as a baseline does, is taken for where it now stands, but never
 * for what stands before it: a tombstone between the two would be forgotten.
 */
final class OsTable extends Table<EnrichedOrder> {
  private static final String NEWS =
      "excluded.revision > t.revision OR (excluded.revision = t.revision"
          + " AND (excluded.source_topic > t.source_topic"
          + " OR excluded.source_offset > t.source_offset OR excluded.source_at > t.source_at"
          + " OR (excluded.partition IS DISTINCT FROM t.partition AND t.removed_at IS NULL)))";

  OsTable() {
    super(
        Topics.OS_ENRICHED,
        EnrichedOrder.class,
        "os",
        new Columns(
            List.of("account", "id"),
            List.of(
                "numero",
                "situacao",
                "data",
                "data_prevista",
                "data_conclusao",
                "cliente_id",
                "cliente_nome",
                "tecnico",
                "equipamento",
                "equipamento_serie",
                "total_servicos",
                "total_pecas",
                "total",
                "marcadores",
                "payload",
                "details_synced",
                "header_seen_at",
                "detail_fetched_at",
                "sync_attempted_at",
                "run_id",
                "updated_at",
                "revision",
                "removed_at",
                "source_at",
                "source_offset",
                "partition")));
  }

  @Override
  String keyOf(EnrichedOrder order) {
    return order.key().toString();
  }

  @Override
  void row(Change<EnrichedOrder> change, EnrichedOrder order, CopyText row) {
    row.put(order.account()).put(order.osId());
    row.put(order.numero()).put(order.situacao());
    row.put(order.data()).put(order.dataPrevista()).put(order.dataConclusao());
    row.put(order.clienteId()).put(order.clienteNome());
    row.put(order.tecnico()).put(order.equipamento()).put(order.equipamentoSerie());
    row.put(order.totalServicos()).put(order.totalPecas()).put(order.total());
    row.putIndexed(order.marcadores()).put(PostgresValues.json(order.payload()));
    row.put(order.detailsSynced());
    row.put(order.headerSeenAt()).put(order.detailFetchedAt()).put(order.detailFetchedAt());
    row.put(order.runId()).putRequired(order.updatedAt()).put(order.revision());
    row.put((Object) null).putRequired(change.at()).put(change.offset()).put(change.partition());
  }

  @Override
  void key(String text, CopyText row) {
    OrderKey key = OrderKey.parse(text);
    row.put(key.account()).put(key.osId());
  }

  /** The greatest revision of each order, and a tombstone if it stands behind that. */
  @Override
  Collection<Change<EnrichedOrder>> newest(List<Change<EnrichedOrder>> changes) {
    Map<String, Change<EnrichedOrder>> newest = new LinkedHashMap<>();
    Map<String, Change<EnrichedOrder>> gone = new LinkedHashMap<>();
    for (Change<EnrichedOrder> change : changes) {
      if (change.value() == null) {
        gone.put(change.key(), change);
      } else if (revision(change) >= revision(newest.get(change.key()))) {
        newest.put(change.key(), change);
        gone.remove(change.key());
      }
    }
    Collection<Change<EnrichedOrder>> all = new ArrayList<>(newest.values());
    all.addAll(gone.values());
    return all;
  }

  @Override
  List<String> statements() {
    return List.of(
        upsert(NEWS),
        "UPDATE os t SET removed_at = g.at, source_at = g.at, source_offset = g.source_offset,"
            + " partition = g.partition, source_topic = "
            + number()
            + " FROM gone_os g WHERE t.account = g.account AND t.id = g.id"
            + " AND t.removed_at IS NULL"
            + " AND ("
            + number()
            + " > t.source_topic OR g.source_offset > t.source_offset OR g.at > t.source_at)");
  }

  @Override
  List<String> heal() {
    String key = " WHERE r.table_name = 'os' AND r.account = s.account AND r.os_id = s.id";
    return List.of(
        "DELETE FROM os_refused r USING stage_os s" + key + " AND s.revision >= r.revision",
        "DELETE FROM os_refused r USING gone_os s" + key + " AND " + later("s.at", ">"));
  }

  @Override
  RefusedRows.Refusal refusal(EnrichedOrder order) {
    long checksum = Checksum.ofOrder(order.osId(), order.revision());
    return new RefusedRows.Refusal(
        order.account(), order.osId(), 0, order.revision(), checksum, order.runId());
  }

  @Override
  String overwrite(String column) {
    return column.equals("sync_attempted_at")
        ? "greatest(t.sync_attempted_at, excluded.sync_attempted_at)"
        : super.overwrite(column);
  }

  private static long revision(@Nullable Change<EnrichedOrder> change) {
    EnrichedOrder order = change == null ? null : change.value();
    return order == null ? Long.MIN_VALUE : order.revision();
  }
}
