package dev.ordem.producer.baseline;

import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka who it is and how far its topics go. Every failure is a {@link KafkaException}. */
final class KafkaState {
  private final Supplier<Admin> admin;

  KafkaState(Supplier<Admin> admin) {
    this.admin = admin;
  }

  /** With {@code postgres}, who the present Kafka and Postgres are. */
  BackendIdentity identity(String postgres) throws InterruptedException {
    String cluster = await(admin.get().describeCluster().clusterId());
    List<TopicDescription> topics = describe(List.of(Topics.OS_HEADERS, Topics.OS_ENRICHED));
    TopicDescription headers = topics.get(0);
    TopicDescription enriched = topics.get(1);
    return new BackendIdentity(
        cluster,
        headers.topicId().toString(),
        enriched.topicId().toString(),
        postgres,
        headers.partitions().size());
  }

  /** How far the topics go from which all is rebuilt: {@code os-headers}, then the other. */
  Long[] ends(int partitions) throws InterruptedException {
    List<TopicPartition> both =
        Stream.of(Topics.OS_HEADERS, Topics.OS_ENRICHED)
            .flatMap(topic -> partitions(topic, partitions))
            .toList();
    Map<TopicPartition, Long> ends = offsets(both, OffsetSpec.latest());
    return both.stream().map(ends::get).toArray(Long[]::new);
  }

  /** Whether the topic holds any record. */
  boolean holds(Topic<?> topic, int partitions) throws InterruptedException {
    List<TopicPartition> all = partitions(topic, partitions).toList();
    Map<TopicPartition, Long> begins = offsets(all, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(all, OffsetSpec.latest());
    return ends.entrySet().stream()
        .anyMatch(end -> end.getValue() > begins.getOrDefault(end.getKey(), 0L));
  }

  /** Ends of the topic's partitions, in order; what is not committed yet counts. */
  Long[] ends(Topic<?> topic, int partitions) throws InterruptedException {
    List<TopicPartition> all = partitions(topic, partitions).toList();
    Map<TopicPartition, Long> ends = offsets(all, OffsetSpec.latest());
    return all.stream().map(ends::get).toArray(Long[]::new);
  }

  /** Kafka's own, which one that is made anew has not. */
  String topicId(Topic<?> topic) throws InterruptedException {
    return describe(List.of(topic)).get(0).topicId().toString();
  }

  /** In the order of {@code topics}. */
  private List<TopicDescription> describe(List<Topic<?>> topics) throws InterruptedException {
    List<String> names = topics.stream().<String>map(Topic::name).toList();
    Map<String, TopicDescription> found = await(admin.get().describeTopics(names).allTopicNames());
    return names.stream().map(name -> Objects.requireNonNull(found.get(name))).toList();
  }

  private static Stream<TopicPartition> partitions(Topic<?> topic, int partitions) {
    return IntStream.range(0, partitions).mapToObj(n -> new TopicPartition(topic.name(), n));
  }

  private Map<TopicPartition, Long> offsets(List<TopicPartition> all, OffsetSpec spec)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted =
        all.stream().collect(Collectors.toMap(Function.identity(), partition -> spec));
    return await(admin.get().listOffsets(wanted).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> offset(entry.getValue())));
  }

  private static long offset(ListOffsetsResultInfo info) {
    return info.offset();
  }

  private static <T> T await(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new KafkaException("Kafka cannot be asked: " + e.getCause(), e.getCause());
    }
  }
}
