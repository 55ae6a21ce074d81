package dev.ordem.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object for each event, with the version of its schema in {@code "schema"}, and the
 * CloudEvents attributes in the record's headers.
 *
 * <p>Within a version, fields are only ever added, and added as nullable; a version that adds kinds
 * of events reads the earlier ones. Thread safe.
 *
 * @param <T> the event
 */
final class JsonSerde<T extends Event> implements Serde<T>, Serializer<T>, Deserializer<T> {
  private static final String SCHEMA = "schema";

  private final Class<T> type;
  private final int schema;

  JsonSerde(Class<T> type, int schema) {
    this.type = type;
    this.schema = schema;
  }

  @Override
  public Serializer<T> serializer() {
    return this;
  }

  @Override
  public Deserializer<T> deserializer() {
    return this;
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T event) {
    if (event == null) {
      return null;
    }
    try {
      ObjectNode json = Json.MAPPER.createObjectNode().put(SCHEMA, schema);
      json.setAll((ObjectNode) Json.MAPPER.valueToTree(event));
      return Json.MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new SerializationException("cannot write " + event + " to " + topic, e);
    }
  }

  @Override
  public byte @Nullable [] serialize(String topic, Headers headers, @Nullable T event) {
    if (event != null) {
      CloudEventAttributes.put(headers, event);
    }
    return serialize(topic, event);
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    if (HalfSurrogates.in(bytes)) {
      throw new SerializationException(
          topic + ": half of a surrogate pair is in it, which nobody can write again");
    }
    HeaderEvent.Seen seen = type == HeaderEvent.class ? SeenReader.read(bytes, schema) : null;
    if (seen != null) {
      return type.cast(seen);
    }
    try {
      JsonNode json = Json.MAPPER.readTree(bytes);
      int version = json.path(SCHEMA).asInt(-1);
      if (version > schema) {
        throw new NewerSchemaException(topic, version, schema);
      }
      if (version < 1) {
        throw new SerializationException(
            topic + ": not an event of Ordem, as it has no schema: \"" + excerpt(bytes) + "\"");
      }
      return Json.MAPPER.treeToValue(json, type);
    } catch (IOException | IllegalArgumentException e) {
      throw new SerializationException(
          topic + ": not a " + type.getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {}

  @Override
  public void close() {}

  private static String excerpt(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, 80), StandardCharsets.UTF_8);
  }
}
