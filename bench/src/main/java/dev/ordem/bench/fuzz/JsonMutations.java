package dev.ordem.bench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Changes one value or one key of a JSON object, at any depth. What takes its place is written as a
 * text, so that it may be what no JSON library would write.
 */
final class JsonMutations {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "@mutation@";
  private static final String QUOTED = '"' + MARK + '"';
  private static final List<String> TYPES =
      List.of(
          "true",
          "0",
          "-1",
          "3",
          "8",
          "3.5",
          "\"x\"",
          "\"3\"",
          "{}",
          "[]",
          "null",
          "\"2025-02-30\"");
  private static final List<String> NUMBERS =
      List.of(
          "9223372036854775807",
          "9223372036854775808",
          "-99999999999999999999",
          "1e308",
          "1e400000",
          "-1e-400000",
          "1e9999999999",
          "9".repeat(1_001),
          "0." + "1".repeat(3_000));
  private static final List<String> EMPTY =
      List.of(
          "null",
          "\"\"",
          "\" \"",
          "\"\\t\\n\"",
          "\"\\u00a0\"",
          "\"null\"",
          "\"0000-00-00\"",
          "\"0\"",
          "\"\\u0000\"");
  private static final List<String> HALVES =
      List.of(
          "\"\\ud800\"",
          "\"a\\udc00b\"",
          "\"\\udfff\\ud800\"",
          "{\"\\ud83d\":1}",
          "[\"\\udbff\"]",
          "\"\\ud800\\u0000\"");

  private JsonMutations() {}

  /** Another body; one that is no JSON object stays what it is. */
  static byte[] apply(MutationKind kind, byte[] body, Random random) {
    JsonNode tree = read(body);
    if (!(tree instanceof ObjectNode root) || root.isEmpty()) {
      return body;
    }
    ObjectNode object = within(root, random);
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = names.get(random.nextInt(names.size()));
    String was = String.valueOf(object.get(name));
    String replacement = replacement(kind, name, was, random);
    switch (kind) {
      case KEY_DROPPED -> object.remove(name);
      case KEY_RENAMED -> object.set(renamed(name, random), object.remove(name));
      default -> object.put(name, MARK);
    }
    return root.toString().replace(QUOTED, replacement).getBytes(UTF_8);
  }

  private static String replacement(MutationKind kind, String name, String was, Random random) {
    return switch (kind) {
      case OTHER_TYPE -> one(TYPES, random);
      case HUGE_NUMBER -> one(NUMBERS, random);
      case EMPTY_FORM -> one(EMPTY, random);
      case HALF_SURROGATE -> one(HALVES, random);
      case HUGE_TEXT -> '"' + "Ç".repeat(1 + random.nextInt(1 << (4 + random.nextInt(13)))) + '"';
      case DEEP -> deep(1 + random.nextInt(3_000), random);
      case ARRAY -> random.nextBoolean() ? "[" + was + "]" : "[" + was + "," + was + "]";
      case KEY_TWICE -> was + ",\"" + name + "\":" + one(TYPES, random);
      default -> "";
    };
  }

  private static String deep(int levels, Random random) {
    return random.nextBoolean()
        ? "[".repeat(levels) + "]".repeat(levels)
        : "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
  }

  private static String renamed(String name, Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> name.toUpperCase(java.util.Locale.ROOT);
      case 2 -> name + "\u0000";
      default -> "n".repeat(1 + random.nextInt(5_000));
    };
  }

  /** The object itself, or one in it. */
  private static ObjectNode within(ObjectNode object, Random random) {
    List<ObjectNode> inner = new ArrayList<>();
    for (JsonNode value : object) {
      JsonNode first = value instanceof ArrayNode && !value.isEmpty() ? value.get(0) : value;
      if (first instanceof ObjectNode found && !found.isEmpty()) {
        inner.add(found);
      }
    }
    boolean here = inner.isEmpty() || random.nextInt(3) > 0;
    return here ? object : within(inner.get(random.nextInt(inner.size())), random);
  }

  private static String one(List<String> texts, Random random) {
    return texts.get(random.nextInt(texts.size()));
  }

  static JsonNode read(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
