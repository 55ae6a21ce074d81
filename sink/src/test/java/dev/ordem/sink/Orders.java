package dev.ordem.sink;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Event;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Events and records for tests. */
public final class Orders {
  public static final Instant T = Instant.parse("2026-03-01T12:00:00.123Z");

  private Orders() {}

  public static EnrichedOrder order(long id, long revision) {
    return order(id, revision, 3, "Trocar o visor");
  }

  public static EnrichedOrder order(long id, long revision, int situacao, String text) {
    return order(id, revision, situacao, text, null);
  }

  public static EnrichedOrder order(
      long id, long revision, int situacao, String text, @Nullable UUID run) {
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
        run,
        T.plusMillis(revision));
  }

  /** An order of values that Postgres cannot hold as they are. */
  public static EnrichedOrder odd(long id, long revision, String longText) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode().put("id", id);
    payload.put("valor", new BigDecimal("1E+200000")).put("a\0b", "c\0d");
    return new EnrichedOrder(
        "default",
        id,
        revision,
        3,
        longText,
        LocalDate.of(-1, 11, 30),
        LocalDateTime.of(-1, 11, 30, 0, 0),
        LocalDate.of(10_000, 1, 1),
        77L,
        longText,
        longText,
        longText,
        longText,
        new BigDecimal("99.90"),
        new BigDecimal("1E-200000"),
        new BigDecimal("1E+200000"),
        List.of(longText, "a\0b"),
        payload,
        true,
        Instant.parse("-0001-11-30T00:00:00Z"),
        T,
        null,
        Instant.parse("+10000-01-01T00:00:00Z"));
  }

  public static StatusChange change(long id, long sequence, int to) {
    return new StatusChange(
        StatusChange.idOf(new OrderKey("default", id), sequence, sequence == 1 ? null : 6, to),
        "default",
        id,
        sequence,
        sequence == 1 ? null : sequence - 1,
        sequence == 1 ? null : 6,
        to,
        sequence == 1 ? null : T,
        T.plusSeconds(sequence),
        StatusChange.Source.HEADER,
        null);
  }

  public static SyncState state(long id, SyncState.Work work, @Nullable Failure error, Instant at) {
    int attempts = error == null ? 0 : 1;
    return new SyncState("default", id, work, Lane.HOT, null, attempts, null, error, at);
  }

  public static RunState run(UUID id, RunStatus status, @Nullable String error) {
    return new RunState(
        id,
        "default",
        RunRequest.of("default", Mode.FULL),
        Mode.FULL,
        status,
        RunState.Module.WAITING,
        RunState.Module.WAITING,
        RunState.Module.WAITING,
        T,
        null,
        null,
        error,
        T,
        "sql",
        null,
        false,
        7L);
  }

  public static RunProgress progress(UUID run, int partition, long settled) {
    return new RunProgress(
        run, "default", partition, true, 9, 1, 2, 6, 5, settled, 1, T, T, 42L, 2L, 1L, 0L, 77L, 9L,
        3L, true, 4L, true, 5L);
  }

  public static AccountCertificate certificate(
      int partition, @Nullable UUID generation, long version) {
    return new AccountCertificate(
        "default", partition, generation, version, 10, -5, 20, 6, Map.of(3, 7L, 6, 3L), 1, 2, 0, T);
  }

  public static String key(long id) {
    return new OrderKey("default", id).toString();
  }

  /** As the consumer gives it; its timestamp is as many seconds after T as its offset. */
  public static <V extends Event> ConsumerRecord<byte[], byte[]> record(
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
