package dev.ordem.tiny.order;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes headers and details of JSON. One bad header never fails its page. */
public final class OrderReader {
  /** Tiny gives 100 at most, whatever is asked for; paging compares each row with the others. */
  static final int MOST_ITEMS = 1_000;

  private final SchemaDrift drift;

  public OrderReader(SchemaDrift drift) {
    this.drift = drift;
  }

  public HeaderPage page(StorableJson body, HeaderQuery query) throws UnreadableJsonException {
    body.altered().forEach(drift::altered);
    return page(body.tree(), query);
  }

  HeaderPage page(JsonNode body, HeaderQuery query) throws UnreadableJsonException {
    JsonNode items = body.isArray() ? body : body.path("itens");
    if (!items.isArray()) {
      throw new UnreadableJsonException(
          "the list has no array \"itens\"; its fields are " + fieldNames(body) + mensagem(body));
    }
    if (items.size() > MOST_ITEMS) {
      throw new UnreadableJsonException(
          "the list has %d items, where %d were asked for and at most %d are read"
              .formatted(items.size(), query.limit(), MOST_ITEMS));
    }
    List<OrderHeader> headers = new ArrayList<>();
    List<UnreadableHeader> unreadable = new ArrayList<>();
    for (JsonNode item : items) {
      try {
        headers.add(header(item));
      } catch (UnreadableJsonException e) {
        drift.value("itens");
        int row = headers.size() + unreadable.size();
        unreadable.add(new UnreadableHeader(item, String.valueOf(e.getMessage()), row));
      }
    }
    JsonNode paging = body.path("paginacao");
    if (number(paging.path("offset"), query.offset(), Long.MAX_VALUE) != query.offset()) {
      drift.value("paginacao.offset");
    }
    int limit = (int) number(paging.path("limit"), query.limit(), Integer.MAX_VALUE);
    return new HeaderPage(headers, unreadable, limit, query.offset(), total(paging));
  }

  public OrderDetail detail(StorableJson body, long asked) throws UnreadableJsonException {
    body.altered().forEach(drift::altered);
    return detail(body.tree(), asked);
  }

  OrderDetail detail(JsonNode body, long asked) throws UnreadableJsonException {
    if (!body.isObject()) {
      throw new UnreadableJsonException(
          "order " + asked + ": the detail is a JSON " + body.getNodeType() + ", not an object");
    }
    FieldReader values = new FieldReader(body, drift);
    long id;
    try {
      id = values.id();
    } catch (UnreadableJsonException e) {
      throw new UnreadableJsonException("order " + asked + ": " + e.getMessage() + mensagem(body));
    }
    if (id != asked) {
      throw new UnreadableJsonException(
          "order " + asked + ": field \"id\" is " + id + ", another order");
    }
    Integer situacao = values.situacao();
    ExpectedFields.DETAIL.compare(body, drift);
    FieldReader contact = new FieldReader(body.path("contato"), drift);
    return new OrderDetail(
        id,
        situacao,
        values.date("data"),
        values.dateTime("dataPrevista"),
        values.date("dataConclusao"),
        values.text("numeroOrdemServico"),
        contact.reference("id"),
        contact.text("nome"),
        values.text("tecnico"),
        values.text("equipamento"),
        values.text("equipamentoSerie"),
        values.decimal("totalServicos"),
        values.decimal("totalPecas"),
        values.decimal("totalOrdemServico"),
        body);
  }

  private OrderHeader header(JsonNode item) throws UnreadableJsonException {
    if (!item.isObject()) {
      throw new UnreadableJsonException(
          "the item is a JSON " + item.getNodeType() + ", not an object");
    }
    FieldReader values = new FieldReader(item, drift);
    long id = values.id();
    Integer situacao = values.situacao();
    ExpectedFields.HEADER.compare(item, drift);
    FieldReader customer = new FieldReader(item.path("cliente"), drift);
    return new OrderHeader(
        id,
        situacao,
        values.date("data"),
        values.dateTime("dataPrevista"),
        values.decimal("valor"),
        values.text("numeroOrdemServico"),
        customer.reference("id"),
        customer.text("nome"),
        markers(item.path("marcadores")),
        item);
  }

  private List<String> markers(JsonNode markers) {
    List<String> descriptions = new ArrayList<>();
    for (JsonNode marker : markers) {
      JsonNode description = marker.isObject() ? marker.path("descricao") : marker;
      if (description.isValueNode() && !description.isNull() && !description.asText().isBlank()) {
        descriptions.add(description.asText());
      } else {
        drift.value("marcadores");
      }
    }
    return descriptions;
  }

  private static @Nullable Long total(JsonNode paging) {
    Long total = FieldReader.asLong(paging.path("total"));
    return total == null || total < 0 ? null : total;
  }

  private static long number(JsonNode node, long otherwise, long most) {
    Long number = FieldReader.asLong(node);
    return number == null || number < 0 || number > most ? otherwise : number;
  }

  private static List<String> fieldNames(JsonNode body) {
    List<String> names = new ArrayList<>();
    body.fieldNames().forEachRemaining(names::add);
    return names.size() <= 20 ? names : names.subList(0, 20);
  }

  private static String mensagem(JsonNode body) {
    JsonNode message = body.path("mensagem");
    return message.isTextual() ? "; Tiny says: " + message.asText() : "";
  }
}
