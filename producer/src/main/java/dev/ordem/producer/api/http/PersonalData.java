package dev.ordem.producer.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which fields of answers tell of a person: by their names, in either spelling, wherever they
 * stand. What quotes an answer of Tiny's may hold any of them, and counts as one.
 */
final class PersonalData {
  private static final String MASK = "***";
  private static final Set<String> FIELDS =
      Set.of(
          "clienteid",
          "clientenome",
          "contato",
          "equipamento",
          "equipamentoserie",
          "error",
          "email",
          "excerpt",
          "lasterror",
          "payload",
          "problemdetail",
          "syncerror",
          "tecnico",
          "username",
          "whose");

  private PersonalData() {}

  /** {@code answer} itself, with what tells of a person replaced; null stays null. */
  static JsonNode masked(JsonNode answer) {
    if (answer instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (!FIELDS.contains(field.getKey().replace("_", "").toLowerCase(Locale.ROOT))) {
          masked(field.getValue());
        } else if (!field.getValue().isNull()) {
          field.setValue(object.textNode(MASK));
        }
      }
    } else {
      answer.forEach(PersonalData::masked);
    }
    return answer;
  }
}
