package dev.ordem.producer.baseline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent.BaselineOrder;
import dev.ordem.contract.Situacao;
import dev.ordem.producer.runs.Sql;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.OrderHeader;
import dev.ordem.tiny.order.StoredOrder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Postgres knows of each order, as the ledger is told it. */
final class BaselineRows {
  /**
   * Orders of which only transitions are left are told too, and those that Postgres refused whole,
   * so that no sequence is used twice. What Postgres refused counts, as others have seen it: as it
   * is taken out of both sides when they are compared. What was found unknown to the topics is not
   * believed, but for the sequences that it uses.
   */
  static final String SQL =
      """
      SELECT coalesce(o.id, h.os_id, f.os_id) AS order_id, o.*, h.last_seen_at,
        f.revision AS refused_revision,
        coalesce(h.changes, 0) + coalesce(f.changes, 0) AS changes,
        coalesce(h.changes_xor, 0) # coalesce(f.changes_xor, 0) AS changes_xor,
        greatest(o.revision, f.revision) AS last_revision,
        greatest(h.last_sequence, f.sequence) AS last_sequence,
        CASE WHEN f.sequence > coalesce(h.told_sequence, 0)
          THEN coalesce(f.last_situacao, o.situacao)
          ELSE coalesce(h.last_situacao, o.situacao) END AS last_situacao
      FROM (
          SELECT * FROM os t WHERE account = ? AND NOT EXISTS (SELECT FROM os_refused e
            WHERE e.table_name = 'os' AND e.state = 'EXTRA'
              AND e.account = t.account AND e.os_id = t.id)) AS o
        FULL JOIN (
          SELECT c.os_id, count(*) FILTER (WHERE e.os_id IS NULL) AS changes,
            max(c.sequence) AS last_sequence,
            max(c.sequence) FILTER (WHERE e.os_id IS NULL) AS told_sequence,
            max(c.seen_at) FILTER (WHERE e.os_id IS NULL) AS last_seen_at,
            (array_agg(c.to_situacao ORDER BY c.sequence DESC)
              FILTER (WHERE e.os_id IS NULL))[1] AS last_situacao,
            bit_xor(os_change_checksum(c.os_id, c.sequence, c.from_situacao, c.to_situacao))
              FILTER (WHERE e.os_id IS NULL) AS changes_xor
          FROM os_status_history c
            LEFT JOIN os_refused e ON e.table_name = 'os_status_history' AND e.state = 'EXTRA'
              AND e.account = c.account AND e.os_id = c.os_id AND e.sequence = c.sequence
          WHERE c.account = ? GROUP BY c.os_id) AS h ON h.os_id = o.id
        FULL JOIN (
          SELECT r.os_id, max(r.revision) AS revision, max(r.sequence) AS sequence,
            count(r.checksum) FILTER (WHERE r.sequence > 0) AS changes,
            bit_xor(r.checksum) FILTER (WHERE r.sequence > 0) AS changes_xor,
            (array_agg(substring(r.excerpt FROM '"to": ?(-?[0-9]+)')::int
              ORDER BY r.sequence DESC) FILTER (WHERE r.sequence > 0))[1] AS last_situacao
          FROM os_refused r
          WHERE r.table_name IN ('os', 'os_status_history') AND r.state = 'REFUSED'
            AND r.account = ?
          GROUP BY r.os_id) AS f ON f.os_id = coalesce(o.id, h.os_id)
      ORDER BY order_id
      """;

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final String account;
  private final UUID generation;
  private final Instant now;

  BaselineRows(String account, UUID generation, Instant now) {
    this.account = account;
    this.generation = generation;
    this.now = now;
  }

  /** The event of one row of {@link #SQL}. */
  BaselineOrder read(ResultSet row) throws SQLException {
    long id = row.getLong("order_id");
    boolean held = row.getString("account") != null && row.getTimestamp("removed_at") == null;
    boolean refused = Sql.number(row, "refused_revision") != null;
    Long situacao = Sql.number(row, "last_situacao");
    Instant headerSeenAt = Sql.instant(row, "header_seen_at");
    Instant detailFetchedAt = Sql.instant(row, "detail_fetched_at");
    Instant changeSeenAt = Sql.instant(row, "last_seen_at");
    Instant seen =
        Stream.of(headerSeenAt, detailFetchedAt, changeSeenAt)
            .filter(Objects::nonNull)
            .max(Instant::compareTo)
            .orElse(Instant.EPOCH);
    JsonNode payload = held ? payload(row.getString("payload")) : null;
    boolean detailed = held && row.getBoolean("details_synced");
    return new BaselineOrder(
        account,
        id,
        generation,
        row.getLong("last_revision"),
        situacao == null ? Situacao.NOT_TOLD : situacao.intValue(),
        seen,
        row.getLong("last_sequence"),
        row.getLong("changes"),
        row.getLong("changes_xor"),
        !held && !refused,
        payload == null ? null : header(row, id, payload, detailed),
        payload == null || !detailed ? null : detail(payload, id),
        held ? headerSeenAt : null,
        held ? detailFetchedAt : null,
        now);
  }

  /** The same without what may be too large: it is read from Tiny again. */
  static BaselineOrder smaller(BaselineOrder order) {
    Header header = order.header();
    Header bare =
        header == null
            ? null
            : new Header(
                header.id(),
                header.situacao(),
                header.data(),
                header.dataPrevista(),
                header.valor(),
                header.numeroOrdemServico(),
                header.clienteId(),
                null,
                List.of(),
                JSON.createObjectNode().put("id", header.id()));
    return new BaselineOrder(
        order.account(),
        order.osId(),
        order.generation(),
        order.revision(),
        order.situacao(),
        order.statusSeenAt(),
        order.sequence(),
        order.changes(),
        order.changesXor(),
        order.removed(),
        bare,
        null,
        order.headerSeenAt(),
        null,
        order.baselineAt());
  }

  /** Of an order without details the item as it came; else from what the columns keep of it. */
  private static Header header(ResultSet row, long id, JsonNode payload, boolean detailed)
      throws SQLException {
    Integer situacao = row.getInt("situacao");
    OrderHeader item = detailed ? null : StoredOrder.header(payload).orElse(null);
    LocalDateTime prevista = row.getObject("data_prevista", LocalDateTime.class);
    LocalDate data = row.getObject("data", LocalDate.class);
    Long cliente = Sql.number(row, "cliente_id");
    String nome = row.getString("cliente_nome");
    return new Header(
        id,
        situacao == Situacao.NOT_TOLD ? null : situacao,
        data,
        prevista,
        item == null ? null : item.valor(),
        row.getString("numero"),
        cliente,
        nome,
        List.of((String[]) row.getArray("marcadores").getArray()),
        detailed ? item(id, payload) : payload);
  }

  /** An item of the list, as far as a detail shows what stood in it. */
  private static JsonNode item(long id, JsonNode payload) {
    ObjectNode item = JSON.createObjectNode().put("id", id);
    for (String field : List.of("situacao", "data", "dataPrevista", "numeroOrdemServico")) {
      if (payload.has(field)) {
        item.set(field, payload.get(field));
      }
    }
    if (payload.has("contato")) {
      item.set("cliente", payload.get("contato"));
    }
    if (payload.has("marcadores")) {
      item.set("marcadores", payload.get("marcadores"));
    }
    return item;
  }

  private static @Nullable Detail detail(JsonNode payload, long id) {
    return StoredOrder.detail(payload, id).map(BaselineRows::detail).orElse(null);
  }

  private static Detail detail(OrderDetail read) {
    return new Detail(
        read.id(),
        read.situacao(),
        read.data(),
        read.dataPrevista(),
        read.dataConclusao(),
        read.numeroOrdemServico(),
        read.contatoId(),
        read.contatoNome(),
        read.tecnico(),
        read.equipamento(),
        read.equipamentoSerie(),
        read.totalServicos(),
        read.totalPecas(),
        read.totalOrdemServico(),
        read.raw());
  }

  private static JsonNode payload(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Postgres gave JSON that cannot be read", e);
    }
  }
}
