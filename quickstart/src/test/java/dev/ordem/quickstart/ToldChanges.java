package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All status changes that a subscriber reads who reads what is committed. */
record ToldChanges(List<StatusChange> changes) {
  private static final Duration LOOK = Duration.ofMillis(200);

  /** Reads the topic from its beginning to its end. */
  static ToldChanges of(String bootstrapServers) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "isolation.level",
            "read_committed",
            "enable.auto.commit",
            false);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.OS_STATUS_CHANGES.name()).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<StatusChange> changes = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < end(ends, p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(LOOK)) {
          changes.add(Objects.requireNonNull(Topics.OS_STATUS_CHANGES.value(record)));
        }
      }
      return new ToldChanges(changes);
    }
  }

  private static long end(Map<TopicPartition, Long> ends, TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /** How many there are, each once, those of an order one after the other. */
  long count() {
    Set<UUID> ids = new HashSet<>();
    Map<Long, StatusChange> last = new HashMap<>();
    for (StatusChange change : changes) {
      assertThat(ids.add(change.id())).as("told once: %s", change).isTrue();
      StatusChange before = last.put(change.osId(), change);
      assertThat(change.sequence()).isEqualTo(before == null ? 1 : before.sequence() + 1);
      assertThat(change.from()).isEqualTo(before == null ? null : before.to());
    }
    return changes.size();
  }
}
