package dev.ordem.sink;

import com.fasterxml.jackson.databind.JsonNode;
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
 */
final class OsTable extends Table<EnrichedOrder> {
  OsTable() {
    super(
        Topics.OS_ENRICHED,
        "os",
        List.of("account", "id"),
        List.of(
            "account",
            "id",
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
            "source_offset"));
  }

  @Override
  void row(Change<EnrichedOrder> change, EnrichedOrder order, CopyText row) {
    row.put(order.account()).put(order.osId());
    row.put(order.numero()).put(order.situacao());
    row.put(order.data()).put(order.dataPrevista()).put(order.dataConclusao());
    row.put(order.clienteId()).put(order.clienteNome());
    row.put(order.tecnico()).put(order.equipamento()).put(order.equipamentoSerie());
    row.put(order.totalServicos()).put(order.totalPecas()).put(order.total());
    row.put(order.marcadores()).put(json(order.payload()));
    row.put(order.detailsSynced());
    row.put(order.headerSeenAt()).put(order.detailFetchedAt()).put(order.detailFetchedAt());
    row.put(order.runId()).put(order.updatedAt()).put(order.revision());
    row.put((Object) null).put(change.at()).put(change.offset());
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
        upsert("excluded.revision > t.revision"),
        "UPDATE os t SET removed_at = g.at, source_at = g.at, source_offset = g.source_offset"
            + " FROM gone_os g WHERE t.account = g.account AND t.id = g.id"
            + " AND t.removed_at IS NULL"
            + " AND (g.source_offset > t.source_offset OR g.at > t.source_at)");
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

  private static String json(JsonNode payload) {
    String text = payload.toString();
    return text.contains("\\u0000") ? WithoutNul.of(payload).toString() : text;
  }
}
