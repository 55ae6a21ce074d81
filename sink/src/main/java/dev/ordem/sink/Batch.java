package dev.ordem.sink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;

/** What one poll brought: the changes still to be stored, and how far they reach. */
final class Batch {
  private final List<Change<?>> open = new ArrayList<>();
  private final List<Unreadable> unreadable = new ArrayList<>();
  private final Map<TopicPartition, OffsetAndMetadata> next;

  private Batch(Map<TopicPartition, OffsetAndMetadata> next) {
    this.next = new HashMap<>(next);
  }

  static Batch of(ConsumerRecords<byte[], byte[]> records, Map<String, Table<?>> tables) {
    Batch batch = new Batch(records.nextOffsets());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Table<?> table = tables.get(record.topic());
      if (table == null) {
        throw new IllegalStateException("no table for topic " + record.topic());
      }
      try {
        batch.open.add(table.read(record));
      } catch (SerializationException | IllegalArgumentException e) {
        batch.unreadable.add(new Unreadable(table, record, "cannot be read: " + e.getMessage()));
      }
    }
    return batch;
  }

  /** Still to be stored; in order within each partition. */
  List<Change<?>> open() {
    return List.copyOf(open);
  }

  /** Takes the records that no one can read; the second time there are none. */
  List<Unreadable> takeUnreadable() {
    List<Unreadable> taken = List.copyOf(unreadable);
    unreadable.clear();
    return taken;
  }

  /** Stored, or given up. */
  void settled(int first) {
    open.subList(0, first).clear();
  }

  /** These partitions are someone else's now. */
  void forget(Collection<TopicPartition> partitions) {
    open.removeIf(change -> partitions.contains(partition(change.record())));
    unreadable.removeIf(each -> partitions.contains(partition(each.record())));
    next.keySet().removeAll(partitions);
  }

  /** What to commit once all is stored. */
  Map<TopicPartition, OffsetAndMetadata> next() {
    return Map.copyOf(next);
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  /** A record that is not what its topic carries. */
  record Unreadable(Table<?> table, ConsumerRecord<byte[], byte[]> record, String reason) {}
}
