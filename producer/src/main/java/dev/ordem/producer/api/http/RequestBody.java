package dev.ordem.producer.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.ordem.runtime.http.Problem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The JSON object of a request, read strictly: each refusal names the field. */
public final class RequestBody {
  /** What is said twice, or behind the end, was meant otherwise. */
  private static final ObjectReader STRICT =
      JsonResponse.JSON
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private final JsonNode body;

  private RequestBody(JsonNode body) {
    this.body = body;
  }

  /**
   * Reads one.
   *
   * @param text blank stands for {@code {}}
   * @param fields that there are
   */
  public static RequestBody read(String text, Set<String> fields) {
    JsonNode body = object(text);
    for (Iterator<String> names = body.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!fields.contains(name)) {
        throw Problem.invalid(
            name + ": no such field; there are " + String.join(", ", new TreeSet<>(fields)));
      }
    }
    return new RequestBody(body);
  }

  private static JsonNode object(String text) {
    try {
      JsonNode body = STRICT.readTree(text.isBlank() ? "{}" : text);
      if (body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      throw Problem.invalid("the body is no JSON: " + e.getOriginalMessage(), e);
    }
    throw Problem.invalid("the body must be a JSON object, such as {\"mode\":\"incremental\"}");
  }

  /** Null where the field is missing or null. */
  public @Nullable String text(String name) {
    JsonNode value = field(name);
    if (!value.isMissingNode() && !value.isTextual()) {
      throw Problem.invalid(name + ": " + value + " is no text");
    }
    if (value.asText().indexOf('\0') >= 0) {
      throw Problem.invalid(name + ": " + value + " holds the character NUL, which no text may");
    }
    return value.isMissingNode() ? null : value.asText();
  }

  /** Null where the field is missing or null. */
  public @Nullable Long number(String name) {
    JsonNode value = field(name);
    return value.isMissingNode() ? null : whole(name, value);
  }

  /** Null where the field is missing or null. */
  public @Nullable List<Long> numbers(String name) {
    JsonNode value = field(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isArray()) {
      throw Problem.invalid(name + ": " + value + " is no array of whole numbers");
    }
    List<Long> numbers = new ArrayList<>();
    value.forEach(each -> numbers.add(whole(name, each)));
    return numbers;
  }

  /** Null where the field is missing or null. */
  public @Nullable Boolean flag(String name) {
    JsonNode value = field(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw Problem.invalid(name + ": " + value + " is neither true nor false");
    }
    return value.isMissingNode() ? null : value.asBoolean();
  }

  private static Long whole(String name, JsonNode value) {
    if (!value.canConvertToExactIntegral() || !value.canConvertToLong()) {
      throw Problem.invalid(name + ": " + value + " is no whole number");
    }
    return value.asLong();
  }

  private JsonNode field(String name) {
    JsonNode value = body.path(name);
    return value.isNull() ? MissingNode.getInstance() : value;
  }
}
