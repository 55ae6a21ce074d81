package dev.ordem.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link HeaderEvent.Seen}, of which there is one for each order and run, token by token and
 * without a tree of all of it. It reads what a producer of this version writes; whatever has any
 * other form is left to {@link JsonSerde}, which is lenient and says what is wrong. Used for one
 * event.
 */
final class SeenReader {
  private static final Map<String, Mode> MODES = new HashMap<>();

  static {
    for (Mode mode : Mode.values()) {
      MODES.put(mode.text(), mode);
    }
  }

  private final JsonParser json;
  private int schema = -1;
  private boolean typed;
  private @Nullable String account;
  private @Nullable UUID runId;
  private @Nullable Mode mode;
  private @Nullable Boolean headersOnly;
  private @Nullable Header header;
  private @Nullable Instant seenAt;
  private @Nullable Instant askedAt;
  private @Nullable Long reading;

  private SeenReader(JsonParser json) {
    this.json = json;
  }

  /** Null if it is anything else, or has another form. */
  static HeaderEvent.@Nullable Seen read(byte[] bytes, int newest) {
    try (JsonParser json = Json.MAPPER.createParser(bytes)) {
      return new SeenReader(json).read(newest);
    } catch (IOException | OtherForm | IllegalArgumentException e) {
      return null;
    }
  }

  private HeaderEvent.@Nullable Seen read(int newest) throws IOException, OtherForm {
    expect(json.nextToken() == JsonToken.START_OBJECT);
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      field(name);
    }
    expect(json.hasToken(JsonToken.END_OBJECT) && typed && schema >= 1 && schema <= newest);
    if (account == null
        || mode == null
        || headersOnly == null
        || header == null
        || seenAt == null) {
      return null;
    }
    return new HeaderEvent.Seen(
        account, runId, mode, headersOnly, header, seenAt, askedAt, reading);
  }

  private void field(String name) throws IOException, OtherForm {
    switch (name) {
      case "schema" -> schema = number(json).getIntValue();
      case "type" -> {
        expect(text().equals("seen"));
        typed = true;
      }
      case "account" -> account = text();
      case "runId" -> runId = uuid();
      case "mode" -> mode = known(MODES.get(text()));
      case "headersOnly" -> headersOnly = flag();
      case "header" -> header = header();
      case "seenAt" -> seenAt = known(InstantText.parse(text()));
      case "askedAt" -> askedAt = known(InstantText.parse(text()));
      case "reading" -> reading = number(json).getLongValue();
      default -> throw new OtherForm();
    }
  }

  private Header header() throws IOException, OtherForm {
    expect(json.hasToken(JsonToken.START_OBJECT));
    Long id = null;
    Integer situacao = null;
    LocalDate data = null;
    LocalDateTime dataPrevista = null;
    BigDecimal valor = null;
    String numero = null;
    Long clienteId = null;
    String clienteNome = null;
    List<String> marcadores = null;
    JsonNode raw = null;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      switch (name) {
        case "id" -> id = number(json).getLongValue();
        case "situacao" -> situacao = number(json).getIntValue();
        case "data" -> data = known(InstantText.date(text()));
        case "dataPrevista" -> dataPrevista = known(InstantText.time(text()));
        case "valor" -> valor = decimal();
        case "numeroOrdemServico" -> numero = text();
        case "clienteId" -> clienteId = number(json).getLongValue();
        case "clienteNome" -> clienteNome = text();
        case "marcadores" -> marcadores = texts();
        case "raw" -> raw = tree();
        default -> throw new OtherForm();
      }
    }
    return new Header(
        known(id),
        situacao,
        data,
        dataPrevista,
        valor,
        numero,
        clienteId,
        clienteNome,
        known(marcadores),
        known(raw));
  }

  private String text() throws IOException, OtherForm {
    expect(json.hasToken(JsonToken.VALUE_STRING));
    return json.getText();
  }

  private UUID uuid() throws IOException, OtherForm {
    String text = text();
    UUID uuid = UUID.fromString(text);
    expect(uuid.toString().equals(text));
    return uuid;
  }

  private boolean flag() throws IOException, OtherForm {
    expect(json.hasToken(JsonToken.VALUE_TRUE) || json.hasToken(JsonToken.VALUE_FALSE));
    return json.getBooleanValue();
  }

  private BigDecimal decimal() throws IOException, OtherForm {
    expect(json.currentToken().isNumeric());
    return json.getDecimalValue();
  }

  private List<String> texts() throws IOException, OtherForm {
    expect(json.hasToken(JsonToken.START_ARRAY));
    List<String> texts = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      texts.add(text());
    }
    return texts;
  }

  private JsonNode tree() throws IOException, OtherForm {
    expect(!json.hasToken(JsonToken.VALUE_NULL));
    return json.readValueAsTree();
  }

  private static JsonParser number(JsonParser json) throws OtherForm {
    expect(json.hasToken(JsonToken.VALUE_NUMBER_INT));
    return json;
  }

  private static <T> T known(@Nullable T value) throws OtherForm {
    if (value == null) {
      throw new OtherForm();
    }
    return value;
  }

  private static void expect(boolean so) throws OtherForm {
    if (!so) {
      throw new OtherForm();
    }
  }

  /** Not of the form that is read here. */
  private static final class OtherForm extends Exception {
    private static final long serialVersionUID = 1L;

    OtherForm() {
      super("not the form that is read here", null, false, false);
    }
  }
}
