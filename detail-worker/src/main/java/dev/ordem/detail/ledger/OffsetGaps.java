package dev.ordem.detail.ledger;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.Topics;
import dev.ordem.detail.ledger.partition.DeletedRecords;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what was deleted from {@code os-headers} before it was read: the first record of a poll
 * stands behind the one that was expected, and the partition begins behind it, too. (Where it does
 * not, somebody wrote in a transaction, whose end has an offset.) Used by the thread of one
 * consumer.
 */
final class OffsetGaps {
  private static final Logger LOG = LoggerFactory.getLogger(OffsetGaps.class);

  private final DeletedRecords deleted;
  private final Map<TopicPartition, Long> expected = new HashMap<>();

  OffsetGaps(DeletedRecords deleted) {
    this.deleted = deleted;
  }

  /**
   * What a poll of {@code consumer} brought.
   *
   * @throws org.apache.kafka.common.KafkaException if the brokers do not tell: then it is not to be
   *     worked off
   */
  void look(Consumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> polled) {
    expected.keySet().retainAll(consumer.assignment());
    for (ConsumerRecord<byte[], byte[]> record : polled.records(Topics.OS_HEADERS.name())) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      Long next = expected.put(partition, record.offset() + 1);
      if (next == null || record.offset() > next) {
        look(consumer, partition, next, record.offset());
      }
    }
  }

  private void look(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      @Nullable Long next,
      long first) {
    OptionalLong from = next == null ? committed(consumer, partition) : OptionalLong.of(next);
    if (from.isEmpty()
        || from.getAsLong() >= first
        || beginning(consumer, partition) <= from.getAsLong()) {
      return;
    }
    LOG.error(
        "{}: records were deleted before they were read ({} to {}). Runs that read meanwhile are"
            + " read again; what a look or a person told is read by the next whole run",
        partition,
        from.getAsLong(),
        first - 1);
    deleted.found(partition.partition(), first);
  }

  private static long beginning(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    return requireNonNull(consumer.beginningOffsets(Set.of(partition)).get(partition));
  }

  private static OptionalLong committed(
      Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    OffsetAndMetadata offset = consumer.committed(Set.of(partition)).get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset());
  }
}
