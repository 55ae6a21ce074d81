package dev.ordem.sink.tables;

import dev.ordem.contract.Event;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that was read: what a table is to hold under a key.
 *
 * @param value null for a tombstone
 * @param record as it came
 */
public record Change<V extends Event>(
    Table<V> table, String key, @Nullable V value, ConsumerRecord<byte[], byte[]> record) {

  Instant at() {
    return Instant.ofEpochMilli(record.timestamp());
  }

  long offset() {
    return record.offset();
  }

  int partition() {
    return record.partition();
  }

  /** How the row stands in {@code os_refused} if Postgres refuses it; null: not at all. */
  RefusedRows.@Nullable Refusal refusal() {
    V present = value;
    return present == null ? null : table.refusal(present);
  }
}
