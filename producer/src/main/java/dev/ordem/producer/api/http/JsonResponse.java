package dev.ordem.producer.api.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.ordem.runtime.http.Rights;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/**
 * Answers as JSON: times in ISO 8601, UTC. Personal data is masked for who may not see it, in
 * whatever answer it stands.
 */
public final class JsonResponse {
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private JsonResponse() {}

  public static void send(Context http, Object answer) {
    try {
      Object shown =
          Rights.of(http) == Rights.ALL ? answer : PersonalData.masked(JSON.valueToTree(answer));
      http.contentType("application/json").result(JSON.writeValueAsString(shown));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + answer, e);
    }
  }

  /** What a column of type {@code jsonb} holds. */
  public static @Nullable JsonNode read(@Nullable String text) {
    try {
      return text == null ? null : JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Postgres gave JSON that cannot be read", e);
    }
  }
}
