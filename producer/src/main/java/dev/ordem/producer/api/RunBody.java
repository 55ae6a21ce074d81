package dev.ordem.producer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunRequest;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /api/runs}, read strictly: each refusal names the field. */
final class RunBody {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> FIELDS =
      Set.of("mode", "from", "to", "max", "headersOnly", "account", "start");

  private final JsonNode body;

  private RunBody(JsonNode body) {
    this.body = body;
  }

  /**
   * Reads a request.
   *
   * @param text the body; blank stands for {@code {}}
   * @param account where the body names none
   * @param max where the body names none; null: no limit
   */
  static RunRequest read(String text, String account, @Nullable Long max) {
    RunBody body = new RunBody(object(text));
    body.refuseUnknown();
    try {
      String name = body.text("account", account);
      return new RunRequest(
          new OrderKey(name, 1).account(),
          body.mode(),
          body.date("from"),
          body.date("to"),
          body.max(max),
          body.flag("headersOnly", false),
          !body.flag("start", true));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(String.valueOf(e.getMessage()), e);
    }
  }

  private static JsonNode object(String text) {
    try {
      JsonNode body = JSON.readTree(text.isBlank() ? "{}" : text);
      if (body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      throw Problem.invalid("the body is no JSON: " + e.getOriginalMessage(), e);
    }
    throw Problem.invalid("the body must be a JSON object, such as {\"mode\":\"incremental\"}");
  }

  private void refuseUnknown() {
    for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!FIELDS.contains(name)) {
        String known = FIELDS.stream().sorted().collect(Collectors.joining(", "));
        throw Problem.invalid(name + ": no such field; there are " + known);
      }
    }
  }

  private Mode mode() {
    String text = text("mode", Mode.INCREMENTAL.text());
    return Arrays.stream(Mode.values())
        .filter(mode -> mode.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.invalid(
                    "mode: \"" + text + "\" is none of incremental, full, period, auto"));
  }

  private @Nullable LocalDate date(String name) {
    String text = text(name, "");
    try {
      return text.isEmpty() ? null : LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw Problem.invalid(name + ": \"" + text + "\" is no date; write YYYY-MM-DD", e);
    }
  }

  private @Nullable Long max(@Nullable Long fallback) {
    JsonNode value = field("max");
    if (value.isMissingNode()) {
      return fallback;
    }
    if (!value.canConvertToExactIntegral() || !value.canConvertToLong()) {
      throw Problem.invalid("max: " + value + " is no whole number");
    }
    return value.asLong();
  }

  private boolean flag(String name, boolean fallback) {
    JsonNode value = field(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw Problem.invalid(name + ": " + value + " is neither true nor false");
    }
    return value.asBoolean(fallback);
  }

  private String text(String name, String fallback) {
    JsonNode value = field(name);
    if (!value.isMissingNode() && !value.isTextual()) {
      throw Problem.invalid(name + ": " + value + " is no text");
    }
    return value.asText(fallback);
  }

  private JsonNode field(String name) {
    JsonNode value = body.path(name);
    return value.isNull() ? MissingNode.getInstance() : value;
  }
}
