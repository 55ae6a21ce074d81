package dev.ordem.sink;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Event;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState;
import dev.ordem.contract.Topic;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Events and records for tests. */
final class Orders {
  static final Instant T = Instant.parse("2026-03-01T12:00:00.123Z");

  private Orders() {}

  static EnrichedOrder order(long id, long revision) {
    return order(id, revision, 3, "Trocar o visor");
  }

  static EnrichedOrder order(long id, long revision, int situacao, String text) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode().put("id", id);
    payload.put("descricaoProblema", text);
    return new EnrichedOrder(
        "default",
        id,
        revision,
        situacao,
        "N" + id,
        LocalDate.of(2026, 1, 2),
        LocalDateTime.of(2026, 1, 9, 18, 30),
        LocalDate.of(2026, 1, 8),
        77L,
        "Oficina São José",
        text,
        "Notebook",
        "SN-1",
        new BigDecimal("99.90"),
        new BigDecimal("10"),
        new BigDecimal("109.90"),
        List.of("urgente", "a\"b\\c, d"),
        payload,
        true,
        T,
        T,
        null,
        T.plusMillis(revision));
  }

  static StatusChange change(long id, long sequence, int to) {
    return new StatusChange(
        StatusChange.idOf(new OrderKey("default", id), sequence),
        "default",
        id,
        sequence,
        sequence == 1 ? null : 6,
        to,
        sequence == 1 ? null : T,
        T.plusSeconds(sequence),
        StatusChange.Source.HEADER,
        null);
  }

  static SyncState state(long id, SyncState.Work work, @Nullable Failure error, Instant at) {
    int attempts = error == null ? 0 : 1;
    return new SyncState("default", id, work, Lane.HOT, null, attempts, null, error, at);
  }

  static RunState run(UUID id, RunStatus status, Instant at) {
    return new RunState(
        id,
        "default",
        RunRequest.of("default", Mode.FULL),
        Mode.FULL,
        status,
        new RunState.Cursor(0, 100, 7L, false, null, null, T),
        RunState.Module.WAITING,
        RunState.Module.WAITING,
        RunState.Module.WAITING,
        T,
        null,
        null,
        null,
        at);
  }

  static String key(long id) {
    return new OrderKey("default", id).toString();
  }

  /** As the consumer gives it; its timestamp is as many seconds after T as its offset. */
  static <V extends Event> ConsumerRecord<byte[], byte[]> record(
      Topic<V> topic, int partition, long offset, String key, @Nullable V value) {
    ProducerRecord<byte[], byte[]> record = topic.record(partition, key, value);
    return new ConsumerRecord<>(
        topic.name(),
        partition,
        offset,
        T.plusSeconds(offset).toEpochMilli(),
        TimestampType.CREATE_TIME,
        -1,
        -1,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }
}
