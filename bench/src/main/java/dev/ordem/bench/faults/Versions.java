package dev.ordem.bench.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.bench.pipeline.process.Tiny;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All states that each order has had in Tiny since a run was asked for: a run that ends COMPLETE
 * may have seen any of them, and nothing older. Reads Tiny's JSON by itself and shares no code with
 * the pipeline.
 */
final class Versions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String ROWS =
      """
      SELECT id, situacao, details_synced, array_to_json(marcadores) AS marcadores,
        payload - 'marcadores' AS payload
      FROM os WHERE removed_at IS NULL
      """;

  /** By id, the oldest first. */
  private final Map<Long, List<Version>> orders = new TreeMap<>();

  /** Those that were there when the run was asked for. */
  private final Set<Long> atFirst = new HashSet<>();

  /** Takes the truth of this moment; changed orders get one more version. */
  void look(Tiny tiny) throws Exception {
    tiny.eachOrder(
        order -> {
          List<Version> all =
              orders.computeIfAbsent(order.path("id").asLong(), id -> new ArrayList<>());
          Version now = Version.of(order);
          if (all.isEmpty() || !all.get(all.size() - 1).equals(now)) {
            all.add(now);
          }
        });
  }

  /** A run is asked for: from now on only what is there counts, and what comes. */
  void begin() {
    orders.values().forEach(all -> all.subList(0, all.size() - 1).clear());
    atFirst.addAll(orders.keySet());
  }

  /** Ids of orders that are not deleted. */
  Set<Long> living() {
    Set<Long> ids = new HashSet<>();
    orders.forEach(
        (id, all) -> {
          if (!all.get(all.size() - 1).deleted) {
            ids.add(id);
          }
        });
    return ids;
  }

  /** Situação of each order that is not deleted. */
  Map<Long, Integer> situacoes() {
    Map<Long, Integer> result = new HashMap<>();
    living().forEach(id -> result.put(id, newest(id).situacao));
    return result;
  }

  private Version newest(long id) {
    List<Version> all = orders.getOrDefault(id, List.of());
    return all.get(all.size() - 1);
  }

  /** What a run of this scope should have brought and did not: one sentence each. */
  List<String> differences(Connection connection, Scope scope) throws Exception {
    List<String> differences = new ArrayList<>();
    Set<Long> stored = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ROWS)) {
      while (row.next()) {
        long id = row.getLong("id");
        stored.add(id);
        compare(id, row, scope, differences);
      }
    }
    for (long id : living()) {
      Version now = newest(id);
      if (!stored.contains(id)
          && atFirst.contains(id)
          && scope.covers(now.data, now.situacao, null)) {
        differences.add(id + " is missing");
      }
    }
    return differences;
  }

  private void compare(long id, ResultSet row, Scope scope, List<String> differences)
      throws Exception {
    List<Version> all = orders.getOrDefault(id, List.of());
    if (all.isEmpty()) {
      differences.add(id + " was never in Tiny");
      return;
    }
    int situacao = row.getInt("situacao");
    boolean covered = all.stream().allMatch(v -> scope.covers(v.data, v.situacao, situacao));
    if (!row.getBoolean("details_synced")) {
      if (atFirst.contains(id) && (covered || scope.readsAllDetails())) {
        differences.add(id + " has no details");
      }
      return;
    }
    String wrong = covered && !newest(id).deleted ? wrong(row, all) : null;
    if (wrong != null) {
      differences.add(id + ": " + wrong);
    }
  }

  private static @Nullable String wrong(ResultSet row, List<Version> all)
      throws SQLException, java.io.IOException {
    String markers = row.getString("marcadores");
    ObjectNode payload = (ObjectNode) JSON.readTree(row.getString("payload"));
    int situacao = row.getInt("situacao");
    if (all.stream().noneMatch(v -> v.markers.equals(markers))) {
      return "markers are " + markers + ", in Tiny " + all.get(all.size() - 1).markers;
    }
    if (all.stream().noneMatch(v -> v.situacao == situacao)) {
      return "situacao is " + situacao + ", in Tiny " + all.get(all.size() - 1).situacao;
    }
    JsonNode contact = payload.remove("contato");
    if (all.stream().noneMatch(v -> v.contact.equals(contact))) {
      return "contato is " + contact + ", in Tiny " + all.get(all.size() - 1).contact;
    }
    if (all.stream().noneMatch(v -> v.detail.equals(payload))) {
      return "payload differs in " + differing(payload, all.get(all.size() - 1).detail);
    }
    return null;
  }

  private static List<String> differing(JsonNode stored, ObjectNode right) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : right.properties()) {
      JsonNode other = stored.path(field.getKey());
      if (!field.getValue().equals(other)) {
        names.add(field.getKey() + " " + other + ", in Tiny " + field.getValue());
      }
    }
    return names;
  }

  /**
   * The detail is compared whole, but for the contact, which a header brings as well; markers are
   * in the header alone.
   */
  private record Version(
      int situacao,
      boolean deleted,
      LocalDate data,
      String markers,
      JsonNode contact,
      ObjectNode detail) {
    static Version of(JsonNode order) {
      List<String> markers = new ArrayList<>();
      order
          .path("header")
          .path("marcadores")
          .forEach(marker -> markers.add(marker.path("descricao").asText()));
      ObjectNode detail = (ObjectNode) order.path("detail");
      JsonNode contact = detail.remove("contato");
      return new Version(
          order.path("situacao").asInt(),
          order.path("deleted").asBoolean(),
          LocalDate.parse(order.path("header").path("data").asText()),
          JSON.valueToTree(markers).toString(),
          contact,
          detail);
    }
  }
}
