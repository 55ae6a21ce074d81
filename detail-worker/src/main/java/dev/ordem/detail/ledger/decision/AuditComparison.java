package dev.ordem.detail.ledger.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Detail;
import dev.ordem.detail.ledger.order.Content;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What fingerprints miss: details that changed while nothing in the list said so. */
final class AuditComparison {
  /** What the list carries too, so that its changes are seen there. */
  private static final List<String> LISTED =
      List.of("situacao", "data", "dataPrevista", "numeroOrdemServico", "contato", "marcadores");

  private AuditComparison() {}

  /** Whether the order changed, and nothing of it that the list carries. */
  static boolean missed(Content before, Content after) {
    Detail one = before.detail();
    Detail other = after.detail();
    return one != null && other != null && sameListed(one, other) && !same(one.raw(), other.raw());
  }

  private static boolean sameListed(Detail one, Detail other) {
    return Objects.equals(one.situacao(), other.situacao())
        && Objects.equals(one.data(), other.data())
        && Objects.equals(one.dataPrevista(), other.dataPrevista())
        && Objects.equals(one.numeroOrdemServico(), other.numeroOrdemServico())
        && Objects.equals(one.contatoId(), other.contatoId())
        && Objects.equals(one.contatoNome(), other.contatoNome());
  }

  private static boolean same(@Nullable JsonNode one, @Nullable JsonNode other) {
    return (one instanceof ObjectNode before && other instanceof ObjectNode after)
        ? without(before).equals(without(after))
        : Objects.equals(one, other);
  }

  private static JsonNode without(ObjectNode raw) {
    ObjectNode left = raw.objectNode();
    left.setAll(raw);
    return left.remove(LISTED);
  }
}
