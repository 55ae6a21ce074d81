package dev.ordem.detail.ledger.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Header;
import dev.ordem.contract.RecordLimits;
import dev.ordem.detail.ledger.order.Content;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How large the ledger lets things become, of {@link RecordLimits}. A transactional producer that
 * was given one record too many bytes cannot go on with any of the others, so nothing too large may
 * come as far as that.
 *
 * @see <a href="https://issues.apache.org/jira/browse/KAFKA-15259">KAFKA-15259</a>
 */
public final class SizeLimits {
  /**
   * Of a content. An order as it is told repeats nothing that its content does not have, but for
   * some numbers and times, so it fits when that does, with 145 kB to spare for keys, headers and
   * framing.
   */
  static final int CONTENT = RecordLimits.VALUE;

  /** Of what an error says, in each state of the order. */
  public static final int TEXT = RecordLimits.ERROR_TEXT;

  public static final String TOO_LARGE = "too-large";

  private static final long NUMBER = 32;

  private SizeLimits() {}

  /** Whether it can be kept and told. Walks it, and writes it only where that does not decide. */
  public static boolean fits(Content content) {
    return atMost(content) <= CONTENT || StateSerde.size(content) <= CONTENT;
  }

  public static Failure tooLarge(String what) {
    return new Failure(
        TOO_LARGE, what + " makes a record of more than " + CONTENT + " bytes", null);
  }

  public static Failure clipped(Failure failure) {
    return new Failure(
        clipped(failure.cause(), TEXT),
        clipped(failure.message(), TEXT),
        failure.excerpt() == null ? null : clipped(failure.excerpt(), TEXT));
  }

  private static String clipped(String text, int most) {
    return RecordLimits.clipped(text, most);
  }

  /** Bytes that it cannot exceed. */
  private static long atMost(Content content) {
    long most = 2_000;
    Header header = content.header();
    if (header != null) {
      most += atMost(header.raw()) + atMost(header.clienteNome(), header.numeroOrdemServico());
      for (String marker : header.marcadores()) {
        most += atMost(marker);
      }
    }
    Detail detail = content.detail();
    if (detail != null) {
      most += atMost(detail.raw()) + atMost(detail.contatoNome(), detail.tecnico());
      most += atMost(detail.equipamento(), detail.equipamentoSerie(), detail.numeroOrdemServico());
    }
    return most;
  }

  private static long atMost(@Nullable String... texts) {
    long most = 0;
    for (String text : texts) {
      most += text == null ? 0 : NUMBER + 6L * text.length(); // six: a control character, escaped
    }
    return most;
  }

  private static long atMost(JsonNode node) {
    if (node.isTextual()) {
      return atMost(node.textValue());
    }
    long most = NUMBER;
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        most += atMost(each.getKey()) + atMost(each.getValue());
      }
    } else if (node.isArray()) {
      for (JsonNode each : node) {
        most += atMost(each);
      }
    } else if (node.isNumber()) {
      most += node.asText().length();
    }
    return most;
  }
}
