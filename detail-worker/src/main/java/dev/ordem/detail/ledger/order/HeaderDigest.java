package dev.ordem.detail.ledger.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.ordem.contract.Header;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The digest of what {@link Header#toString} says, character by character, without making that text
 * of the tree that Tiny sent. Digests are stored: another value for the same header would have
 * every order taken for changed in form, and read once more. Used for one header.
 */
final class HeaderDigest {
  private static final long BEGIN = 1125899906842597L;

  private long digest = BEGIN;

  private HeaderDigest() {}

  /** Never 0. */
  static long of(Header header) {
    HeaderDigest digest = new HeaderDigest();
    digest.header(header);
    long folded = digest.digest ^ (digest.digest >>> 32);
    return folded == 0 ? 1 : folded;
  }

  private void header(Header header) {
    field("Header[id=", header.id());
    field(", situacao=", header.situacao());
    field(", data=", header.data());
    field(", dataPrevista=", header.dataPrevista());
    field(", valor=", header.valor());
    field(", numeroOrdemServico=", header.numeroOrdemServico());
    field(", clienteId=", header.clienteId());
    field(", clienteNome=", header.clienteNome());
    field(", marcadores=", header.marcadores());
    add(", raw=");
    json(header.raw());
    add(']');
  }

  private void field(String name, @Nullable Object value) {
    add(name);
    add(String.valueOf(value));
  }

  private void json(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object(object);
    } else if (node instanceof ArrayNode array) {
      array(array);
    } else if (node instanceof TextNode) {
      text(node.textValue());
    } else {
      add(node.toString());
    }
  }

  private void object(ObjectNode object) {
    char before = '{';
    Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      add(before);
      text(field.getKey());
      add(':');
      json(field.getValue());
      before = ',';
    }
    if (before == '{') {
      add('{');
    }
    add('}');
  }

  private void array(ArrayNode array) {
    char before = '[';
    for (int i = 0; i < array.size(); i++) {
      add(before);
      json(array.get(i));
      before = ',';
    }
    if (before == '[') {
      add('[');
    }
    add(']');
  }

  private void text(String text) {
    if (plain(text)) {
      add('"');
      add(text);
      add('"');
    } else {
      add(TextNode.valueOf(text).toString());
    }
  }

  /** Whether nothing in it is escaped in JSON. */
  private static boolean plain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each < ' ' || each == '"' || each == '\\') {
        return false;
      }
    }
    return true;
  }

  private void add(String text) {
    long so = digest;
    for (int i = 0; i < text.length(); i++) {
      so = 31 * so + text.charAt(i);
    }
    digest = so;
  }

  private void add(char each) {
    digest = 31 * digest + each;
  }
}
