package dev.ordem.tiny;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** Makes a value of a body with status 200, whatever its content type claims. */
final class Bodies {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Bodies() {}

  static <T> Outcome<T> read(Wanted<T> wanted, Verdict.Read verdict) {
    byte[] body = verdict.body();
    try {
      JsonNode tree = JSON.readTree(body);
      if (tree == null || tree.isMissingNode()) {
        return Outcome.of(Ladder.notJson(wanted.asked(), body, "the body is empty"));
      }
      return read(wanted, verdict, tree);
    } catch (IOException e) {
      return Outcome.of(Ladder.notJson(wanted.asked(), body, reason(e)));
    }
  }

  private static <T> Outcome<T> read(Wanted<T> wanted, Verdict.Read verdict, JsonNode tree) {
    try {
      return new Outcome<>(verdict, wanted.reader().read(tree), null);
    } catch (Unreadable e) {
      boolean isError = tree.path("mensagem").isTextual();
      return Outcome.of(
          isError
              ? Ladder.disguised(wanted.asked(), verdict.body())
              : Ladder.unreadable(wanted.asked(), verdict.body(), e));
    }
  }

  private static String reason(IOException e) {
    return e instanceof JsonProcessingException broken
        ? broken.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
