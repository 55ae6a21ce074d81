package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import dev.ordem.tiny.simulator.TinySimulator.Transition;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Compares Postgres with what is true in the simulated account, field by field. It reads Tiny's
 * JSON with rules of its own, written from Tiny's documentation: it shares no code with the
 * pipeline.
 */
final class Truth {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Truth() {}

  /** Every order is there once, complete, and as it is in the account. */
  static void assertStored(Connection connection, List<OrderTruth> truth) throws Exception {
    List<OrderTruth> living = truth.stream().filter(order -> !order.deleted()).toList();
    assertThat(count(connection, "SELECT count(*) FROM os WHERE removed_at IS NULL"))
        .isEqualTo(living.size());
    assertThat(count(connection, "SELECT count(*) FROM os WHERE NOT details_synced")).isZero();
    assertOrders(connection, living);
  }

  /** These orders are there, complete, and as they are in the account. */
  static void assertOrders(Connection connection, List<OrderTruth> living) throws Exception {
    for (OrderTruth order : living) {
      try (PreparedStatement statement =
          connection.prepareStatement("SELECT * FROM os WHERE id = ?")) {
        statement.setLong(1, order.id());
        try (ResultSet row = statement.executeQuery()) {
          assertThat(row.next()).as("order %d is in Postgres", order.id()).isTrue();
          assertRow(row, order);
        }
      }
    }
  }

  private static void assertRow(ResultSet row, OrderTruth order) throws Exception {
    JsonNode header = JSON.readTree(order.header());
    JsonNode detail = JSON.readTree(order.detail());
    String name = "order " + order.id();
    assertThat(row.getInt("situacao")).as(name).isEqualTo(order.situacao());
    assertThat(row.getString("numero")).as(name).isEqualTo(text(detail, "numeroOrdemServico"));
    assertThat(row.getString("data")).as(name).isEqualTo(date(detail, "data"));
    assertThat(row.getString("data_prevista")).as(name).isEqualTo(date(detail, "dataPrevista"));
    assertThat(row.getString("data_conclusao")).as(name).isEqualTo(date(detail, "dataConclusao"));
    assertThat(row.getLong("cliente_id")).as(name).isEqualTo(detail.at("/contato/id").asLong());
    assertThat(row.getString("cliente_nome"))
        .as(name)
        .isEqualTo(text(detail.path("contato"), "nome"));
    assertThat(row.getString("tecnico")).as(name).isEqualTo(text(detail, "tecnico"));
    assertThat(row.getString("equipamento")).as(name).isEqualTo(text(detail, "equipamento"));
    assertMoney(row.getBigDecimal("total_servicos"), detail, "totalServicos");
    assertMoney(row.getBigDecimal("total_pecas"), detail, "totalPecas");
    assertMoney(row.getBigDecimal("total"), detail, "totalOrdemServico");
    assertThat((Object[]) row.getArray("marcadores").getArray())
        .as(name)
        .containsExactly(markers(header).toArray());
    ObjectNode payload = (ObjectNode) JSON.readTree(row.getString("payload"));
    payload.remove("marcadores");
    assertThat(payload).as(name).isEqualTo(sorted(detail));
  }

  /** As Postgres' jsonb gives it back: numbers by value, whatever their spelling was. */
  private static JsonNode sorted(JsonNode detail) throws JsonProcessingException {
    return JSON.readTree(detail.toString());
  }

  private static List<String> markers(JsonNode header) {
    return StreamSupport.stream(header.path("marcadores").spliterator(), false)
        .map(marker -> marker.path("descricao").asText())
        .toList();
  }

  private static void assertMoney(@Nullable BigDecimal stored, JsonNode detail, String field) {
    assertThat(stored).as(field).isEqualByComparingTo(new BigDecimal(detail.path(field).asText()));
  }

  private static @Nullable String text(JsonNode node, String field) {
    String text = node.path(field).asText();
    return text.isEmpty() ? null : text;
  }

  private static @Nullable String date(JsonNode node, String field) {
    String text = node.path(field).asText();
    return text.isEmpty() || text.startsWith("0000-00-00") ? null : text;
  }

  /**
   * The history of each order starts with its first observation, has no gap, ends where the order
   * is now, and each row is bracketed rightly: before {@code seen_before} the order really was in
   * {@code from}, and at {@code seen_at} in {@code to}.
   */
  static void assertHistory(Connection connection, List<OrderTruth> truth) throws SQLException {
    for (OrderTruth order : truth) {
      List<Observed> rows = history(connection, order.id());
      assertThat(rows).as("history of %d", order.id()).isNotEmpty();
      Integer previous = null;
      long sequence = 1;
      for (Observed row : rows) {
        assertThat(row.sequence()).as("sequence of %d", order.id()).isEqualTo(sequence++);
        assertThat(row.from()).as("from of %d", order.id()).isEqualTo(previous);
        assertThat(at(order, row.seenAt()))
            .as("%d at %s", order.id(), row.seenAt())
            .contains(row.to());
        if (row.seenBefore() != null) {
          assertThat(at(order, row.seenBefore())).as("%d before", order.id()).contains(row.from());
        }
        previous = row.to();
      }
      if (!order.deleted()) {
        assertThat(previous).as("last of %d", order.id()).isEqualTo(order.situacao());
      }
    }
  }

  /** The states an order had within a second of that moment: clocks of calls are not sharper. */
  private static List<Integer> at(OrderTruth order, Instant moment) {
    List<Integer> states = new ArrayList<>();
    int state =
        order.transitions().isEmpty() ? order.situacao() : order.transitions().get(0).from();
    Instant since = Instant.MIN;
    for (Transition transition : order.transitions()) {
      addIfAround(states, state, since, transition.at(), moment);
      state = transition.to();
      since = transition.at();
    }
    addIfAround(states, state, since, Instant.MAX, moment);
    return states;
  }

  private static void addIfAround(
      List<Integer> states, int state, Instant since, Instant until, Instant moment) {
    if (!since.isAfter(moment.plusSeconds(1)) && !until.isBefore(moment.minusSeconds(1))) {
      states.add(state);
    }
  }

  private static List<Observed> history(Connection connection, long id) throws SQLException {
    List<Observed> rows = new ArrayList<>();
    String sql =
        "SELECT sequence, from_situacao, to_situacao, seen_before, seen_at FROM os_status_history"
            + " WHERE os_id = ? ORDER BY sequence";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          java.sql.Timestamp before = row.getTimestamp(4);
          rows.add(
              new Observed(
                  row.getLong(1),
                  row.getObject(2, Integer.class),
                  row.getInt(3),
                  before == null ? null : before.toInstant(),
                  row.getTimestamp(5).toInstant()));
        }
      }
    }
    return rows;
  }

  static long count(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  private record Observed(
      long sequence,
      @Nullable Integer from,
      int to,
      @Nullable Instant seenBefore,
      Instant seenAt) {}
}
