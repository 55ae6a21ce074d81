package dev.ordem.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON without U+0000 in its texts and names, which {@code jsonb} refuses. */
final class WithoutNul {
  private WithoutNul() {}

  /** A copy. */
  static JsonNode of(JsonNode node) {
    if (node.isTextual()) {
      return JsonNodeFactory.instance.textNode(text(node.textValue()));
    }
    if (node.isArray()) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      node.forEach(each -> copy.add(of(each)));
      return copy;
    }
    if (node.isObject()) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      node.properties().forEach(each -> copy.set(text(each.getKey()), of(each.getValue())));
      return copy;
    }
    return node;
  }

  private static String text(String text) {
    return text.replace("\0", "");
  }
}
