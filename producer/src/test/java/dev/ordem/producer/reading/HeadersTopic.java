package dev.ordem.producer.reading;

import static org.awaitility.Awaitility.await;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.producer.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What stands in the topics of a test's broker. */
public final class HeadersTopic {
  public static final Duration PATIENCE = Duration.ofSeconds(40);

  private final TestBroker broker;

  public HeadersTopic(TestBroker broker) {
    this.broker = broker;
  }

  public List<Long> idsOf(UUID runId) {
    return seenOf(runId).map(seen -> seen.header().id()).toList();
  }

  public Stream<HeaderEvent.Seen> seenOf(UUID runId) {
    return events()
        .filter(HeaderEvent.Seen.class::isInstance)
        .map(HeaderEvent.Seen.class::cast)
        .filter(seen -> runId.equals(seen.runId()));
  }

  /** Markers of a run in one partition, in their order. */
  public List<HeaderEvent.OfRun> markersOf(UUID runId, int partition) {
    return read(Topics.OS_HEADERS).stream()
        .filter(record -> record.partition() == partition)
        .map(HeadersTopic::event)
        .filter(HeaderEvent.OfRun.class::isInstance)
        .map(HeaderEvent.OfRun.class::cast)
        .filter(marker -> marker.runId().equals(runId))
        .toList();
  }

  /** Waits until the last marker of the run in every partition is of that type. */
  public void awaitLast(UUID runId, Class<? extends HeaderEvent.OfRun> type) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                IntStream.range(0, TestBroker.PARTITIONS)
                    .mapToObj(partition -> markersOf(runId, partition))
                    .allMatch(all -> !all.isEmpty() && type.isInstance(all.get(all.size() - 1))));
  }

  public Stream<HeaderEvent> events() {
    return read(Topics.OS_HEADERS).stream().map(HeadersTopic::event);
  }

  public static HeaderEvent event(ConsumerRecord<byte[], byte[]> record) {
    return Objects.requireNonNull(Topics.OS_HEADERS.value(record));
  }

  public List<ConsumerRecord<byte[], byte[]>> read(Topic<?> topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<TopicPartition> partitions =
        IntStream.range(0, topic.single() ? 1 : TestBroker.PARTITIONS)
            .mapToObj(number -> new TopicPartition(topic.name(), number))
            .toList();
    Map<String, Object> all = new HashMap<>(broker.properties());
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
