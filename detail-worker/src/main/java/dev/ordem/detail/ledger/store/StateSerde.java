package dev.ordem.detail.ledger.store;

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
import dev.ordem.contract.InstantText;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.Standing;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * State as a byte that names its version and then JSON, which survives new fields and can be read
 * by people who look into a changelog.
 */
public final class StateSerde {
  /** Grows when an older ledger could not read what this one writes. */
  static final byte VERSION = 1;

  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .addModule(InstantText.module())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private StateSerde() {}

  public static <T> Serde<T> of(Class<T> type) {
    ObjectWriter writer = MAPPER.writerFor(type);
    ObjectReader reader = MAPPER.readerFor(type);
    Serializer<T> serializer = (topic, state) -> write(writer, topic, state);
    Deserializer<T> deserializer = (topic, bytes) -> read(reader, type, topic, bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  /** How many bytes a content takes. */
  static int size(Content content) {
    byte[] bytes = write(MAPPER.writerFor(Content.class), "contents", content);
    return bytes == null ? 0 : bytes.length;
  }

  private static byte @Nullable [] write(
      ObjectWriter writer, String store, @Nullable Object state) {
    if (state == null) {
      return null;
    }
    byte[] usual = state instanceof Standing order ? StandingForm.write(VERSION, order) : null;
    if (usual != null) {
      return usual;
    }
    try {
      byte[] json = writer.writeValueAsBytes(state);
      byte[] versioned = new byte[json.length + 1];
      versioned[0] = VERSION;
      System.arraycopy(json, 0, versioned, 1, json.length);
      return versioned;
    } catch (JsonProcessingException e) {
      throw new UnwritableState(store, e);
    }
  }

  /** The record that led to it is to blame, as a content can be what it says: not the store. */
  static final class UnwritableState extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnwritableState(String store, JsonProcessingException cause) {
      super("a state of " + store + " cannot be written: " + cause.getOriginalMessage(), cause);
    }
  }

  private static <T> @Nullable T read(
      ObjectReader reader, Class<T> type, String store, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    if (bytes.length == 0 || bytes[0] > VERSION) {
      throw new SerializationException(
          store
              + ": state of version "
              + (bytes.length == 0 ? "none" : bytes[0])
              + " where this Ordem reads up to version "
              + VERSION
              + "; run the newer Ordem that wrote it");
    }
    Standing usual = type == Standing.class ? StandingForm.read(bytes, 1) : null;
    if (usual != null) {
      return type.cast(usual);
    }
    try {
      return type.cast(reader.readValue(bytes, 1, bytes.length - 1));
    } catch (IOException e) {
      throw new SerializationException(
          store
              + ": state that this version of Ordem cannot read; run the version that wrote it, or"
              + " reset the application "
              + StoreNames.APPLICATION,
          e);
    }
  }
}
