package dev.ordem.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.bench.pipeline.process.Tiny;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares Postgres with what the simulated account holds. It reads Tiny's JSON by itself and
 * shares no code with the pipeline.
 */
public final class Truth {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Each is rebuilt from what Tiny sends; the rest of the detail is compared whole, as payload. */
  private static final String ROWS =
      """
      SELECT id, situacao, numero, cliente_nome, tecnico, total, details_synced,
        array_to_json(marcadores) AS marcadores, payload - 'marcadores' AS payload
      FROM os WHERE removed_at IS NULL
      """;

  private final Map<Long, Order> orders = new HashMap<>();

  /** Takes the truth of this moment. */
  public Truth(Tiny tiny) throws Exception {
    tiny.eachOrder(order -> orders.put(order.path("id").asLong(), Order.of(order)));
  }

  /** Status of each order that is not deleted. */
  public Map<Long, Integer> situacoes() {
    Map<Long, Integer> result = new HashMap<>();
    orders.forEach(
        (id, order) -> {
          if (!order.deleted) {
            result.put(id, order.situacao);
          }
        });
    return result;
  }

  /** How often each order has changed its status. */
  Map<Long, Integer> transitions() {
    Map<Long, Integer> result = new HashMap<>();
    orders.forEach((id, order) -> result.put(id, order.transitions));
    return result;
  }

  /** What is missing, too much, or not as it is in Tiny: one sentence an order. */
  List<String> differences(Connection connection) throws Exception {
    List<String> differences = new ArrayList<>();
    Set<Long> there = new HashSet<>();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(1000);
      try (ResultSet row = statement.executeQuery(ROWS)) {
        while (row.next()) {
          long id = row.getLong("id");
          there.add(id);
          Order order = orders.get(id);
          if (order == null || order.deleted) {
            differences.add(id + " is not in Tiny");
          } else {
            compare(id, row, order, differences);
          }
        }
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    situacoes().keySet().stream()
        .filter(id -> !there.contains(id))
        .forEach(id -> differences.add(id + " is missing"));
    return differences;
  }

  private static void compare(long id, ResultSet row, Order order, List<String> differences)
      throws Exception {
    if (!row.getBoolean("details_synced")) {
      differences.add(id + " has no details");
      return;
    }
    JsonNode detail = JSON.readTree(order.detail);
    String situacao = Integer.toString(order.situacao);
    same(id, "situacao", row.getString("situacao"), situacao, differences);
    String numero = detail.path("numeroOrdemServico").asText();
    same(id, "numero", row.getString("numero"), numero, differences);
    String client = detail.path("contato").path("nome").asText();
    same(id, "cliente_nome", row.getString("cliente_nome"), client, differences);
    same(id, "tecnico", row.getString("tecnico"), detail.path("tecnico").asText(), differences);
    same(id, "marcadores", row.getString("marcadores"), order.markers, differences);
    if (!JSON.readTree(row.getString("payload")).equals(detail)) {
      differences.add(id + " has another payload");
    }
  }

  private static void same(
      long id, String column, @Nullable String stored, String right, List<String> differences) {
    String text = stored == null ? "" : stored;
    if (!text.equals(right)) {
      differences.add(id + "." + column + " is \"" + text + "\", in Tiny \"" + right + "\"");
    }
  }

  /** Only what is compared: accounts are large. */
  private record Order(
      int situacao, boolean deleted, int transitions, String markers, String detail) {
    static Order of(JsonNode order) {
      List<String> markers = new ArrayList<>();
      order
          .path("header")
          .path("marcadores")
          .forEach(marker -> markers.add(marker.path("descricao").asText()));
      return new Order(
          order.path("situacao").asInt(),
          order.path("deleted").asBoolean(),
          order.path("transitions").size(),
          JSON.valueToTree(markers).toString(),
          order.path("detail").toString());
    }
  }
}
