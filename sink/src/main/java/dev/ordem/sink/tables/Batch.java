package dev.ordem.sink.tables;

import dev.ordem.contract.NewerSchemaException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * What was polled and is stored together: the changes still to be stored, and how far they reach. A
 * partition in which a record of a newer schema stands reaches up to that.
 */
final class Batch {
  private final List<Change<?>> open = new ArrayList<>();
  private final List<Unreadable> unreadable = new ArrayList<>();
  private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
  private final Set<TopicPartition> halted = new HashSet<>();
  private @Nullable NewerSchemaException newer;

  /**
   * Adds what one poll brought, as far as there is room.
   *
   * @param tables by their topics
   * @return for each partition that there was no room for all of, the first that was not added
   */
  Map<TopicPartition, Long> add(
      ConsumerRecords<byte[], byte[]> polled, Map<String, List<Table<?>>> tables, BatchRoom room) {
    Map<TopicPartition, Long> back = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      TopicPartition partition = partition(record);
      if (!halted.contains(partition) && (!back.isEmpty() || !room.takes(record))) {
        back.putIfAbsent(partition, record.offset());
      } else {
        add(record, tables);
      }
    }
    polled
        .nextOffsets()
        .forEach(
            (partition, reached) -> {
              Long first = back.get(partition);
              if (!halted.contains(partition)) {
                next.put(partition, first == null ? reached : new OffsetAndMetadata(first));
              }
            });
    return back;
  }

  /** Adds records of which nothing is to be committed. */
  static Batch of(
      Iterable<ConsumerRecord<byte[], byte[]>> records, Map<String, List<Table<?>>> tables) {
    Batch batch = new Batch();
    records.forEach(record -> batch.add(record, tables));
    return batch;
  }

  /** Changes that were read before; nothing is to be committed for them. */
  static Batch of(List<Change<?>> changes) {
    Batch batch = new Batch();
    batch.open.addAll(changes);
    return batch;
  }

  private void add(ConsumerRecord<byte[], byte[]> record, Map<String, List<Table<?>>> tables) {
    List<Table<?>> ofTopic = tables.get(record.topic());
    if (ofTopic == null) {
      throw new IllegalStateException("no table for topic " + record.topic());
    }
    if (!halted.contains(partition(record))) {
      read(record, ofTopic);
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record, List<Table<?>> tables) {
    Table<?> table = tables.get(0);
    try {
      String key = table.topic().key(record);
      for (Table<?> each : tables) {
        table = each.takes(key) ? each : table;
      }
      open.add(table.read(key, record));
    } catch (NewerSchemaException e) {
      newer = e;
      halted.add(partition(record));
      next.put(partition(record), new OffsetAndMetadata(record.offset()));
    } catch (SerializationException | IllegalArgumentException e) {
      unreadable.add(new Unreadable(table, record, "cannot be read: " + e.getMessage()));
    }
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
    halted.removeAll(partitions);
  }

  /** What to commit once all is stored. */
  Map<TopicPartition, OffsetAndMetadata> next() {
    return Map.copyOf(next);
  }

  /** Why it ends before what was polled; null: it does not. */
  @Nullable NewerSchemaException newer() {
    return halted.isEmpty() ? null : newer;
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  /** A record that is not what its topic carries. */
  record Unreadable(Table<?> table, ConsumerRecord<byte[], byte[]> record, String reason) {}
}
