package dev.ordem.sink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows of the outbox on their way: sent, acknowledged, deleted, in this order. */
final class OutboxRows implements ChangeConsumer<ChangeEvent<String, String>> {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxRows.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DataSource database;
  private final Producer<byte[], byte[]> producer;
  private final MeterRegistry meters;
  private final Clock clock;

  OutboxRows(
      DataSource database, Producer<byte[], byte[]> producer, MeterRegistry meters, Clock clock) {
    this.database = database;
    this.producer = producer;
    this.meters = meters;
    this.clock = clock;
  }

  @Override
  public void handleBatch(
      List<ChangeEvent<String, String>> events,
      RecordCommitter<ChangeEvent<String, String>> committer)
      throws InterruptedException {
    List<String> ids = new ArrayList<>();
    List<Future<?>> sent = new ArrayList<>();
    for (ChangeEvent<String, String> event : events) {
      if (!event.destination().startsWith(OutboxEngine.HEARTBEAT) && event.value() != null) {
        JsonNode row = row(event.value());
        ids.add(row.path("id").textValue());
        sent.add(producer.send(record(row)));
      }
    }
    await(sent);
    delete(ids);
    for (ChangeEvent<String, String> event : events) {
      committer.markProcessed(event);
    }
    committer.markBatchFinished();
  }

  private static JsonNode row(String value) {
    try {
      return JSON.readTree(value).path("after");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Debezium gave something that is not JSON", e);
    }
  }

  /** The command; or a dead letter, if it is none. */
  private ProducerRecord<byte[], byte[]> record(JsonNode row) {
    byte[] key = bytes(row.path("aggregateid"));
    byte[] payload = bytes(row.path("payload"));
    try {
      ProducerRecord<byte[], byte[]> command = command(row, key, payload);
      count("sent");
      return command;
    } catch (SerializationException | IllegalArgumentException e) {
      String reason = "outbox " + row.path("id").asText() + ": " + e.getMessage();
      LOG.warn("a dead letter: {}", reason);
      count("refused");
      return DeadLetter.of(key, payload, "sink", reason, clock.instant());
    }
  }

  private static ProducerRecord<byte[], byte[]> command(JsonNode row, byte[] key, byte[] payload) {
    String topic = row.path("aggregatetype").asText();
    if (!topic.equals(Topics.SYNC_COMMANDS.name())) {
      throw new IllegalArgumentException(
          "aggregatetype " + topic + ": only " + Topics.SYNC_COMMANDS.name() + " is relayed");
    }
    SyncCommand command =
        Topics.SYNC_COMMANDS.value(new ConsumerRecord<>(topic, 0, 0L, key, payload));
    if (command == null) {
      throw new IllegalArgumentException("no payload");
    }
    return Topics.SYNC_COMMANDS.record(row.path("aggregateid").asText(), command);
  }

  private static void await(List<Future<?>> sent) throws InterruptedException {
    try {
      for (Future<?> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaException("cannot send a command: " + e.getMessage(), e);
    }
  }

  private void delete(List<String> ids) {
    if (ids.isEmpty()) {
      return;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM outbox WHERE id = ANY (?::uuid[])")) {
      delete.setArray(1, connection.createArrayOf("text", ids.toArray()));
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot delete what was sent; it is sent again", e);
    }
  }

  private void count(String outcome) {
    meters.counter("ordem.outbox.rows", "outcome", outcome).increment();
  }

  private static byte[] bytes(JsonNode text) {
    return text.asText().getBytes(StandardCharsets.UTF_8);
  }
}
