package dev.ordem.detail.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** State as JSON, which survives new fields and can be read by people who look into a changelog. */
final class StateSerde {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private StateSerde() {}

  static <T> Serde<T> of(Class<T> type) {
    ObjectWriter writer = MAPPER.writerFor(type);
    ObjectReader reader = MAPPER.readerFor(type);
    Serializer<T> serializer = (topic, state) -> write(writer, topic, state);
    Deserializer<T> deserializer = (topic, bytes) -> read(reader, type, topic, bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static byte @Nullable [] write(
      ObjectWriter writer, String store, @Nullable Object state) {
    try {
      return state == null ? null : writer.writeValueAsBytes(state);
    } catch (JsonProcessingException e) {
      throw new SerializationException("cannot write " + state + " to " + store, e);
    }
  }

  private static <T> @Nullable T read(
      ObjectReader reader, Class<T> type, String store, byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : type.cast(reader.readValue(bytes));
    } catch (IOException e) {
      throw new SerializationException(
          store
              + ": state that this version of Ordem cannot read; run the version that wrote it, or"
              + " reset the application "
              + LedgerTopology.APPLICATION,
          e);
    }
  }
}
