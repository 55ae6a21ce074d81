package dev.ordem.tiny.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ordem.tiny.simulator.TinySimulator.OrderTruth;
import dev.ordem.tiny.simulator.TinySimulator.Transition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Writes orders the way the API does: every oddity of a type or a form is made here. */
final class OrderJson {
  private static final JsonFactory JSON = new JsonFactory();
  private static final LocalDate BOOLEANS_SINCE = LocalDate.of(2025, 5, 1);

  private OrderJson() {}

  @FunctionalInterface
  interface Writing {
    void to(JsonGenerator json) throws IOException;
  }

  static byte[] write(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
    try {
      write(bytes, writing);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  static void write(OutputStream out, Writing writing) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      writing.to(json);
    }
  }

  static byte[] page(OrderBook.Page page, ListQuery.Valid query) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(page.rows().size() * 700 + 100);
    bytes.writeBytes("{\"itens\":[".getBytes(UTF_8));
    String comma = "";
    for (Row row : page.rows()) {
      bytes.writeBytes(comma.getBytes(UTF_8));
      bytes.writeBytes(row.header());
      comma = ",";
    }
    String tail =
        "],\"paginacao\":{\"limit\":%d,\"offset\":%d,\"total\":%d}}"
            .formatted(query.limit(), query.offset(), page.total());
    bytes.writeBytes(tail.getBytes(UTF_8));
    return bytes.toByteArray();
  }

  static byte[] header(Row row) {
    return write(
        json -> {
          Order order = row.order;
          json.writeStartObject();
          json.writeNumberField("id", order.id());
          json.writeStringField("situacao", Integer.toString(order.situacao()));
          json.writeStringField("data", order.data().toString());
          json.writeStringField("dataPrevista", order.progress().dataPrevista());
          if (order.tossed(0)) {
            json.writeNullField("valor");
          } else {
            json.writeNumberField("valor", 0);
          }
          json.writeStringField("numeroOrdemServico", order.numero());
          contact(json, "cliente", row.customer);
          json.writeFieldName("marcadores");
          markers(json, order.marcadores());
          json.writeEndObject();
        });
  }

  static byte[] markers(Row row) {
    return write(json -> markers(json, row.order.marcadores()));
  }

  static byte[] detail(Row row) {
    return write(
        json -> {
          json.writeStartObject();
          identity(json, row);
          texts(json, row.order);
          amounts(json, row.order);
          references(json, row.order);
          json.writeEndObject();
        });
  }

  static OrderTruth truth(Row row, boolean deleted, Map<Long, List<Transition>> log) {
    return new OrderTruth(
        row.order.id(),
        row.order.situacao(),
        deleted,
        new String(row.header(), UTF_8),
        new String(row.detail(), UTF_8),
        row.order.device().lastSerie(),
        log.getOrDefault(row.order.id(), List.of()));
  }

  private static void identity(JsonGenerator json, Row row) throws IOException {
    Order order = row.order;
    json.writeNumberField("id", order.id());
    json.writeStringField("situacao", Integer.toString(order.situacao()));
    json.writeStringField("data", order.data().toString());
    json.writeStringField("dataPrevista", order.progress().dataPrevista());
    json.writeStringField("dataConclusao", order.progress().dataConclusao());
    json.writeStringField("numeroOrdemServico", order.numero());
    contact(json, "contato", row.customer);
  }

  private static void texts(JsonGenerator json, Order order) throws IOException {
    json.writeStringField("equipamento", order.device().nome());
    json.writeStringField("equipamentoSerie", order.device().serie());
    json.writeStringField("descricaoProblema", order.notes().problema());
    json.writeStringField("observacoes", order.notes().observacoes());
    json.writeStringField("observacoesServico", order.notes().servico());
    json.writeStringField("observacoesInternas", order.notes().internas());
    json.writeStringField("tecnico", order.tecnico());
    flag(json, "orcar", order, order.tossed(1));
    flag(json, "orcado", order, order.tossed(1) && order.situacao() != 0);
  }

  private static void amounts(JsonGenerator json, Order order) throws IOException {
    Order.Totals totals = order.totals();
    json.writeStringField("totalServicos", unpadded(totals.servicos()));
    json.writeStringField("totalPecas", unpadded(totals.pecas()));
    json.writeStringField("totalOrdemServico", unpadded(Discount.apply(totals)));
    json.writeStringField("desconto", totals.desconto());
    if (order.tossed(2)) {
      json.writeNumberField("alqComissao", 0);
    } else {
      json.writeNumberField("alqComissao", 2.5);
    }
    json.writeNumberField("vlrComissao", order.tossed(2) ? 0 : totals.servicos() / 4000);
  }

  private static void references(JsonGenerator json, Order order) throws IOException {
    json.writeNumberField("idForma", order.tossed(3) ? 0 : 553_112_001);
    json.writeNumberField("idContaContabil", order.tossed(4) ? 0 : 338_000_417);
    json.writeNumberField("idListaPreco", 0);
    json.writeNumberField("idDeposito", order.tossed(5) ? 0 : 560_441_920);
    json.writeStringField("idLocalPrestacao", order.tossed(6) ? "0" : "");
    if (order.tossed(7)) {
      json.writeNullField("vendedor");
    } else {
      contact(json, "vendedor", Vocabulary.VENDEDOR);
    }
    json.writeObjectFieldStart("categoria");
    json.writeNumberField("id", order.tossed(8) ? 0 : 338_000_990);
    json.writeStringField("descricao", order.tossed(8) ? "" : "Prestação de serviços");
    json.writeEndObject();
    String forma = order.tossed(9) ? "formaPagamento" : "formaRecebimento";
    if (order.tossed(3)) {
      json.writeNullField(forma);
    } else {
      json.writeObjectFieldStart(forma);
      json.writeNumberField("id", 553_112_001);
      json.writeStringField("nome", "Cartão de crédito");
      json.writeEndObject();
    }
  }

  private static void flag(JsonGenerator json, String name, Order order, boolean value)
      throws IOException {
    if (order.data().isBefore(BOOLEANS_SINCE)) {
      json.writeStringField(name, value ? "S" : "N");
    } else {
      json.writeBooleanField(name, value);
    }
  }

  private static void markers(JsonGenerator json, List<String> markers) throws IOException {
    json.writeStartArray();
    for (String marker : markers) {
      json.writeStartObject();
      json.writeStringField("descricao", marker);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void contact(JsonGenerator json, String name, Customer contact)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("nome", contact.nome());
    json.writeStringField("codigo", contact.codigo());
    json.writeStringField("fantasia", contact.fantasia());
    json.writeStringField("tipoPessoa", contact.tipoPessoa());
    json.writeStringField("cpfCnpj", contact.cpfCnpj());
    json.writeStringField("inscricaoEstadual", contact.inscricaoEstadual());
    json.writeStringField("rg", contact.rg());
    json.writeStringField("telefone", contact.telefone());
    json.writeStringField("celular", contact.celular());
    json.writeStringField("email", contact.email());
    address(json, contact);
    json.writeNumberField("id", contact.id());
    json.writeEndObject();
  }

  private static void address(JsonGenerator json, Customer contact) throws IOException {
    Customer.Address address = contact.endereco();
    if (address == null) {
      json.writeNullField("endereco");
      return;
    }
    json.writeObjectFieldStart("endereco");
    json.writeStringField("endereco", address.endereco());
    json.writeStringField("numero", address.numero());
    json.writeStringField("complemento", address.complemento());
    json.writeStringField("bairro", address.bairro());
    json.writeStringField("municipio", address.municipio());
    json.writeStringField("cep", address.cep());
    json.writeStringField("uf", address.uf());
    json.writeStringField("pais", address.pais());
    json.writeEndObject();
  }

  /** {@code 0} is "0", {@code 9990} is "99.9". */
  private static String unpadded(long cents) {
    return BigDecimal.valueOf(cents, 2).stripTrailingZeros().toPlainString();
  }
}
