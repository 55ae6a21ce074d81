package dev.ordem.sink.outbox;

import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.NewerSchemaException;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of the outbox on their way: sent, acknowledged, deleted, in this order. A row that cannot be
 * sent is set aside, and the others go on.
 */
final class OutboxRows implements ChangeConsumer<ChangeEvent<String, String>> {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxRows.class);

  /** Debezium shows a row again that it read in a snapshot and in the log, or before a restart. */
  private static final int REMEMBERED = 20_000;

  private final DataSource database;
  private final Producer<byte[], byte[]> producer;
  private final MeterRegistry meters;
  private final Clock clock;
  private final Set<String> done =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });
  private volatile @Nullable NewerSchemaException newer;
  private volatile Runnable afterBatch = () -> {};

  OutboxRows(
      DataSource database, Producer<byte[], byte[]> producer, MeterRegistry meters, Clock clock) {
    this.database = database;
    this.producer = producer;
    this.meters = meters;
    this.clock = clock;
  }

  /** What only a newer version can read; null: nothing was met. */
  @Nullable NewerSchemaException newer() {
    return newer;
  }

  /** What to do after each batch that Kafka and Postgres took. */
  void afterBatch(Runnable action) {
    afterBatch = action;
  }

  @Override
  public void handleBatch(
      List<ChangeEvent<String, String>> events,
      RecordCommitter<ChangeEvent<String, String>> committer)
      throws InterruptedException {
    List<OutboxRow> rows = new ArrayList<>();
    for (ChangeEvent<String, String> event : events) {
      if (!event.destination().startsWith(OutboxEngine.HEARTBEAT) && event.value() != null) {
        rows.add(OutboxRow.of(event.value()));
      }
    }
    relay(rows);
    for (ChangeEvent<String, String> event : events) {
      committer.markProcessed(event);
    }
    committer.markBatchFinished();
    afterBatch.run();
  }

  /**
   * @throws NewerSchemaException if only a newer version can read a row: those before it are sent
   * @throws KafkaException if the brokers are away
   * @throws IllegalStateException if Postgres is away
   */
  void relay(List<OutboxRow> rows) throws InterruptedException {
    Map<OutboxRow, Future<?>> sent = new LinkedHashMap<>();
    Map<OutboxRow, String> refused = new LinkedHashMap<>();
    Set<String> finished = new LinkedHashSet<>();
    @Nullable NewerSchemaException stop = null;
    for (OutboxRow row : rows) {
      if (done.contains(row.id()) || !finished.add(row.id())) {
        count("repeated");
        finished.add(row.id());
        continue;
      }
      try {
        sent.put(row, producer.send(row.record()));
      } catch (IllegalArgumentException e) {
        refused.put(row, String.valueOf(e.getMessage()));
      } catch (NewerSchemaException e) {
        stop = e;
        finished.remove(row.id());
        break;
      }
    }
    await(sent, refused);
    for (Map.Entry<OutboxRow, String> each : refused.entrySet()) {
      setAside(each.getKey(), each.getValue());
      finished.remove(each.getKey().id());
    }
    delete(finished);
    if (stop != null) {
      newer = stop;
      throw stop;
    }
  }

  /** What was sent is remembered even if another row cannot be, so that it is not sent again. */
  private void await(Map<OutboxRow, Future<?>> sent, Map<OutboxRow, String> refused)
      throws InterruptedException {
    @Nullable KafkaException away = null;
    for (Map.Entry<OutboxRow, Future<?>> each : sent.entrySet()) {
      try {
        each.getValue().get();
        done.add(each.getKey().id());
        count("sent");
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause != null && tooLarge(cause)) {
          refused.put(each.getKey(), String.valueOf(cause.getMessage()));
        } else {
          away = new KafkaException("cannot send a row of the outbox: " + e.getMessage(), e);
        }
      }
    }
    if (away != null) {
      throw away;
    }
  }

  private static boolean tooLarge(@Nullable Throwable cause) {
    return cause instanceof RecordTooLargeException
        || cause instanceof RecordBatchTooLargeException
        || cause instanceof InvalidConfigurationException;
  }

  private void setAside(OutboxRow row, String why) throws InterruptedException {
    String error = why.replace("\0", "");
    LOG.warn("the row {} of the outbox cannot be sent: {}", row.id(), error);
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE outbox SET refused_at = clock_timestamp(), error = ? WHERE id = ?::uuid")) {
      update.setString(1, error);
      update.setString(2, row.id());
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot set a row of the outbox aside", e);
    }
    letter(row, "outbox " + row.id() + ": " + error);
    done.add(row.id());
    count("refused");
  }

  private void letter(OutboxRow row, String reason) throws InterruptedException {
    String payload = row.payload();
    ProducerRecord<byte[], byte[]> letter =
        DeadLetter.of(
            bytes(row.key()),
            payload == null ? null : bytes(payload),
            "sink",
            reason,
            clock.instant());
    try {
      producer.send(letter).get();
    } catch (ExecutionException e) {
      if (tooLarge(e.getCause())) { // brokers that take less than they should; the row is kept
        LOG.warn("the dead letter of row {} does not fit: {}", row.id(), e.getMessage());
        return;
      }
      throw new KafkaException("cannot write a dead letter: " + e.getMessage(), e);
    }
  }

  private void delete(Set<String> ids) {
    if (ids.isEmpty()) {
      return;
    }
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM outbox WHERE id = ANY (?::uuid[]) AND refused_at IS NULL")) {
      delete.setArray(1, connection.createArrayOf("text", ids.toArray()));
      delete.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot delete what was sent", e);
    }
  }

  private void count(String outcome) {
    meters.counter("ordem.outbox.rows", "outcome", outcome).increment();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
