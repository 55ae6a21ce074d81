package dev.ordem.tiny;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ordem.tiny.http.FailureClassifier;
import dev.ordem.tiny.http.RetryDecision;
import dev.ordem.tiny.order.UnreadableJsonException;
import java.io.IOException;

/** Makes a value of a body with status 200, whatever its content type claims. */
final class ResponseParser {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private ResponseParser() {}

  static <T> RequestOutcome<T> read(ApiCall<T> wanted, RetryDecision.Read verdict) {
    byte[] body = verdict.body();
    try {
      JsonNode tree = JSON.readTree(body);
      if (tree == null || tree.isMissingNode()) {
        return RequestOutcome.of(
            FailureClassifier.notJson(wanted.asked(), body, "the body is empty"));
      }
      return read(wanted, verdict, tree);
    } catch (IOException e) {
      return RequestOutcome.of(FailureClassifier.notJson(wanted.asked(), body, reason(e)));
    }
  }

  private static <T> RequestOutcome<T> read(
      ApiCall<T> wanted, RetryDecision.Read verdict, JsonNode tree) {
    try {
      return new RequestOutcome<>(verdict, wanted.reader().read(tree), null);
    } catch (UnreadableJsonException e) {
      boolean isError = tree.path("mensagem").isTextual();
      return RequestOutcome.of(
          isError
              ? FailureClassifier.disguised(wanted.asked(), verdict.body())
              : FailureClassifier.unreadable(wanted.asked(), verdict.body(), e));
    }
  }

  private static String reason(IOException e) {
    return e instanceof JsonProcessingException broken
        ? broken.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
