package dev.ordem.tiny;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.ordem.tiny.http.FailureClassifier;
import dev.ordem.tiny.http.RetryDecision;
import dev.ordem.tiny.order.StorableJson;
import dev.ordem.tiny.order.TooManyValuesException;
import dev.ordem.tiny.order.UnreadableJsonException;
import java.io.IOException;

/** Makes a value of a body with status 200, whatever its content type claims. */
final class ResponseParser {
  private ResponseParser() {}

  static <T> RequestOutcome<T> read(
      String asked, ApiCall.Reader<T> reader, RetryDecision.Read verdict) {
    byte[] body = verdict.body();
    try {
      StorableJson json = StorableJson.of(body);
      if (json.tree().isMissingNode()) {
        return RequestOutcome.of(FailureClassifier.notJson(asked, body, "the body is empty"));
      }
      long kept = body.length <= StorableJson.KEPT ? body.length : json.bytes();
      if (kept > StorableJson.KEPT) {
        return RequestOutcome.of(
            FailureClassifier.tooLarge(
                asked, "%d bytes of JSON, of at most %d".formatted(kept, StorableJson.KEPT)));
      }
      return read(asked, reader, verdict, json);
    } catch (TooManyValuesException e) {
      return RequestOutcome.of(FailureClassifier.tooLarge(asked, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return RequestOutcome.of(FailureClassifier.notJson(asked, body, reason(e)));
    }
  }

  private static <T> RequestOutcome<T> read(
      String asked, ApiCall.Reader<T> reader, RetryDecision.Read verdict, StorableJson json) {
    try {
      return new RequestOutcome<>(verdict, reader.read(json), null);
    } catch (UnreadableJsonException e) {
      boolean isError = json.tree().path("mensagem").isTextual();
      return RequestOutcome.of(
          isError
              ? FailureClassifier.disguised(asked, verdict.body())
              : FailureClassifier.unreadable(asked, verdict.body(), e));
    }
  }

  private static String reason(IOException e) {
    return e instanceof JsonProcessingException broken
        ? broken.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
