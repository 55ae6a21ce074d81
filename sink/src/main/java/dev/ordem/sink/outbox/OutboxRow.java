package dev.ordem.sink.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RecordLimits;
import dev.ordem.contract.RunState;
import dev.ordem.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code outbox}, as Debezium reads it.
 *
 * @param topic column {@code aggregatetype}
 * @param key column {@code aggregateid}
 * @param payload as text; null where the column is
 */
record OutboxRow(
    String id, String topic, String key, String type, @Nullable String payload, String createdAt) {
  /** Of any size: what is too large is set aside, and for that it must be read. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  /** The row that was inserted. */
  static OutboxRow of(String event) {
    try {
      JsonNode row = JSON.readTree(event).path("after");
      return new OutboxRow(
          row.path("id").asText(),
          row.path("aggregatetype").asText(),
          row.path("aggregateid").asText(),
          row.path("type").asText(),
          row.path("payload").textValue(),
          row.path("created_at").asText());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Debezium gave something that is not JSON", e);
    }
  }

  /**
   * What it asks to be sent. An order's wish has the key, and so the partition, of its headers.
   *
   * @throws IllegalArgumentException if it cannot be sent; the message says why
   * @throws NewerSchemaException if only a newer version can read it
   */
  ProducerRecord<byte[], byte[]> record() {
    if (payload != null && payload.length() > RecordLimits.RECORD) {
      throw new IllegalArgumentException(
          "payload: too large: %d characters, where a record has at most %d bytes"
              .formatted(payload.length(), RecordLimits.RECORD));
    }
    if (topic.equals(Topics.SYNC_RUNS.name())) {
      return run();
    }
    if (topic.equals(Topics.OS_HEADERS.name())) {
      return wish();
    }
    throw new IllegalArgumentException(
        "aggregatetype \"" + topic + "\": only sync-runs and os-headers are relayed");
  }

  private ProducerRecord<byte[], byte[]> run() {
    UUID run = UUID.fromString(key);
    if (type.equals("forgotten")) {
      return Topics.SYNC_RUNS.record(run.toString(), null);
    }
    if (!type.equals("run-state")) {
      throw new IllegalArgumentException(
          "type \"" + type + "\": of sync-runs only run-state and forgotten are relayed");
    }
    RunState state;
    try {
      state = Topics.SYNC_RUNS.value(new ConsumerRecord<>(topic, 0, 0L, null, bytes(payload)));
    } catch (NewerSchemaException e) {
      throw e;
    } catch (SerializationException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (state == null || !state.runId().equals(run)) {
      throw new IllegalArgumentException("its payload is not a state of run " + key);
    }
    return Topics.SYNC_RUNS.record(run.toString(), state);
  }

  private ProducerRecord<byte[], byte[]> wish() {
    OrderKey order = OrderKey.parse(key);
    HeaderEvent.OfOrder wish =
        switch (type) {
          case "refresh" ->
              new HeaderEvent.RefreshWanted(order.account(), order.osId(), requestedAt());
          case "requeue" ->
              new HeaderEvent.RequeueWanted(order.account(), order.osId(), requestedAt());
          default ->
              throw new IllegalArgumentException(
                  "type \"" + type + "\": of os-headers only refresh and requeue are relayed");
        };
    return Topics.OS_HEADERS.record(order.toString(), wish);
  }

  private Instant requestedAt() {
    try {
      JsonNode at = payload == null ? null : JSON.readTree(payload).get("requestedAt");
      String text = at == null ? createdAt : at.asText();
      return OffsetDateTime.parse(text).toInstant();
    } catch (JsonProcessingException | DateTimeException e) {
      throw new IllegalArgumentException("payload: no time in requestedAt: " + e.getMessage(), e);
    }
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
