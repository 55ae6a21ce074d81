package dev.ordem.quickstart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Topics;
import dev.ordem.tiny.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every odd value in every field of list and detail, one for each order, through everything: no
 * value costs its order, its page or its neighbours. Bodies are Latin-1 on the wire, so that a byte
 * above 127 is no UTF-8; a list page holds a hundred of these items.
 */
class AnyValueTest {
  private static final String MISSING = "";
  private static final List<String> LISTED =
      List.of(
          "situacao",
          "data",
          "dataPrevista",
          "numeroOrdemServico",
          "valor",
          "cliente",
          "marcadores");
  private static final List<String> VALUES = values();

  @TempDir Path directory;

  private final Map<String, Long> ids = new LinkedHashMap<>();

  @Test
  void noValueOfAnyFieldCostsItsOrder() throws Exception {
    try (HandmadeTiny tiny = new HandmadeTiny();
        Installation ordem =
            new Installation(directory, SimulatorSettings.inProcess().withOrders(1))) {
      fill(tiny);
      ordem.set("TINY_API_URL", tiny.url());
      ordem.start();
      ordem.complete("full");
      assertAllStored(ordem, tiny.count());
      assertStatuses(ordem);

      long changes = ordem.count("SELECT count(*) FROM os_status_history");
      ordem.stop();
      ordem.start();
      ordem.complete("full");
      ordem.complete("incremental");
      assertAllStored(ordem, tiny.count());
      assertThat(ordem.count("SELECT count(*) FROM os_status_history")).isEqualTo(changes);
    }
  }

  private static void assertAllStored(Installation ordem, int orders) throws Exception {
    assertThat(ordem.count("SELECT count(*) FROM import_failures")).isZero();
    assertThat(ordem.count("SELECT count(*) FROM unreadable_header")).isZero();
    assertThat(ordem.count("SELECT count(*) FROM os WHERE details_synced")).isEqualTo(orders);
    assertThat(ordem.count("SELECT count(DISTINCT os_id) FROM os_status_history"))
        .isEqualTo(orders);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", ordem.kafka()))) {
      TopicPartition letters = new TopicPartition(Topics.DLQ.name(), 0);
      assertThat(
              admin
                  .listOffsets(Map.of(letters, OffsetSpec.latest()))
                  .partitionResult(letters)
                  .get()
                  .offset())
          .as("dead letters")
          .isZero();
    }
  }

  /** A code is kept as itself; what is none is kept in the payload, and flagged. */
  private void assertStatuses(Installation ordem) throws Exception {
    assertThat(status(ordem, "8")).isEqualTo("8 8 8");
    assertThat(status(ordem, "\"8\"")).isEqualTo("8 8 8");
    assertThat(status(ordem, "\"abc\"")).isEqualTo("-1 abc -1");
    assertThat(status(ordem, "9999999999")).isEqualTo("-1 9999999999 -1");
    assertThat(status(ordem, "null")).isEqualTo("-1 null -1");
    assertThat(
            ordem.count(
                "SELECT count(*) FROM os_situacao_desconhecida WHERE situacao = 8"
                    + " AND recebida = '8'"))
        .as("where both say so, and where the detail alone does")
        .isEqualTo(4);
  }

  private String status(Installation ordem, String value) throws Exception {
    try (Statement statement = ordem.database().createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT o.situacao || ' ' || coalesce(payload->>'situacao', 'null') || ' '"
                    + " || to_situacao FROM os o JOIN os_status_history ON os_id = o.id"
                    + " WHERE o.id = "
                    + ids.get("both situacao " + value))) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private void fill(HandmadeTiny tiny) {
    for (String value : VALUES) {
      for (String field : item(1).keySet()) {
        if (LISTED.contains(field)) {
          put(tiny, "list " + field + " " + value, field, value, null);
        }
      }
      for (String field : detail(1).keySet()) {
        if (!field.equals("id")) {
          put(tiny, "detail " + field + " " + value, null, value, field);
        }
      }
      put(tiny, "both situacao " + value, "situacao", value, "situacao");
      put(tiny, "a new field " + value, "novo", value, "novo");
      put(tiny, "cliente " + value, "cliente", object(value), "contato");
      put(tiny, "marcadores " + value, "marcadores", "[" + object(value) + "]", null);
    }
  }

  private static String object(String value) {
    String or = value.isEmpty() ? "null" : value;
    return "{\"id\":%s,\"nome\":%s,\"descricao\":%s}".formatted(or, or, or);
  }

  private void put(
      HandmadeTiny tiny,
      String what,
      @Nullable String listed,
      String value,
      @Nullable String detailed) {
    long id = ids.size() + 1L;
    ids.put(what, id);
    Map<String, String> item = item(id);
    Map<String, String> detail = detail(id);
    if (listed != null) {
      item.put(listed, value);
    }
    if (detailed != null) {
      detail.put(detailed, value);
    }
    tiny.put(id, new HandmadeTiny.Order(3, json(item), 200, json(detail)));
  }

  private static byte[] json(Map<String, String> fields) {
    List<String> written = new ArrayList<>();
    fields.forEach(
        (name, value) -> {
          if (!value.equals(MISSING)) {
            written.add("\"" + name + "\":" + value);
          }
        });
    return ("{" + String.join(",", written) + "}").getBytes(ISO_8859_1);
  }

  private static Map<String, String> item(long id) {
    Map<String, String> item = new LinkedHashMap<>();
    item.put("id", Long.toString(id));
    item.put("situacao", "\"3\"");
    item.put("data", "\"2025-03-04\"");
    item.put("dataPrevista", "\"2025-03-05\"");
    item.put("numeroOrdemServico", "\"" + id + "\"");
    item.put("valor", "null");
    item.put("cliente", "{\"id\":42,\"nome\":\"Padaria\"}");
    item.put("marcadores", "[{\"descricao\":\"urgente\"}]");
    return item;
  }

  private static Map<String, String> detail(long id) {
    Map<String, String> detail = new LinkedHashMap<>();
    detail.put("id", Long.toString(id));
    detail.put("situacao", "\"3\"");
    detail.put("data", "\"2025-03-04\"");
    detail.put("dataPrevista", "\"2025-03-05 00:00:00\"");
    detail.put("numeroOrdemServico", "\"" + id + "\"");
    detail.put("contato", "{\"id\":42,\"nome\":\"Padaria\"}");
    for (String field :
        List.of(
            "dataConclusao",
            "totalServicos",
            "totalPecas",
            "totalOrdemServico",
            "desconto",
            "orcar",
            "equipamento",
            "equipamentoSerie",
            "descricaoProblema",
            "observacoes",
            "tecnico",
            "vendedor",
            "formaRecebimento",
            "formaPagamento",
            "categoria",
            "idLocalPrestacao",
            "alqComissao")) {
      detail.put(field, "\"\"");
    }
    return detail;
  }

  private static List<String> values() {
    StringBuilder random = new StringBuilder();
    new Random(7).ints(20_000, 'A', 'Z' + 1).forEach(c -> random.append((char) c));
    return List.of(
        MISSING,
        "null",
        "true",
        "0",
        "-1",
        "3.0",
        "8",
        "40000",
        "9999999999",
        "9223372036854775808",
        "1e400000",
        "-1e-400000",
        "1e9999999999",
        "0." + "1".repeat(1_200),
        "9".repeat(400),
        "9".repeat(3_000),
        "\"" + "9".repeat(3_000) + "\"",
        "\"1e999999999\"",
        "\"\"",
        "\"  \"",
        "\"8\"",
        "\"abc\"",
        "\"-0001-11-30 00:00:00\"",
        "\"0000-00-00\"",
        "\"0000-12-31\"",
        "\"9999-12-31T23:59:59.999999999\"",
        "\"+999999999-12-31\"",
        "\"2025-11-02T01:30:00Z\"",
        "\"\\u0000\"",
        "\"a\\u0000b\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"P\u00e3o\u00ff\"",
        "\"" + random + "\"",
        "[]",
        "{}",
        "[null,1,\"a\",[],{}]",
        "[[[1.5]]]",
        "[".repeat(150) + "]".repeat(150),
        "{\"a\":".repeat(1_500) + "1" + "}".repeat(1_500),
        "{\"" + "n".repeat(60_000) + "\":1,\"\\ud800\":2,\"\\u0000\":3,\"\":4}",
        "{\"id\":[1],\"nome\":{\"a\":\"b\"},\"descricao\":1e5}");
  }
}
