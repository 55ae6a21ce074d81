package dev.ordem.sink;

import dev.ordem.contract.ConsumerGroups;
import dev.ordem.contract.KafkaTimeouts;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.contract.group.GroupConsumer;
import dev.ordem.sink.tables.BatchRoom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How the sink talks to Kafka. */
final class Clients {
  private static final int MEBIBYTE = 1 << 20;

  private Clients() {}

  static Admin admin(SinkSettings settings) {
    Map<String, Object> config = new HashMap<>(settings.kafka());
    config.putAll(KafkaTimeouts.admin());
    return Admin.create(config);
  }

  /** Kafka's own ids of the topics, by name. */
  static Map<String, String> topicIds(SinkSettings settings) {
    try (Admin admin = admin(settings)) {
      List<String> names = Topics.all().stream().map(Topic::name).toList();
      Map<String, String> ids = new HashMap<>();
      admin
          .describeTopics(names)
          .allTopicNames()
          .get()
          .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
      return ids;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new TimeoutException("the topics cannot be described: " + e.getCause(), e);
    }
  }

  /** Of the group that shares the partitions. */
  static Consumer<byte[], byte[]> consumer(SinkSettings settings, ClockWatch clock) {
    Map<String, Object> config = reading(settings, "ordem-sink-consumer");
    config.put(ConsumerConfig.GROUP_ID_CONFIG, ConsumerGroups.SINK);
    config.putAll(KafkaTimeouts.member());
    config.putAll(KafkaTimeouts.waiting());
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return new GroupConsumer(config, clock);
  }

  /** Of no group: for repairs, which read from the beginning and commit nothing. */
  static Consumer<byte[], byte[]> repairing(SinkSettings settings) {
    Map<String, Object> config = reading(settings, "ordem-sink-repair");
    // It goes from partition to partition, and would wait at the end of each for what comes next.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Map<String, Object> reading(SinkSettings settings, String client) {
    Map<String, Object> config = new HashMap<>(settings.kafka());
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, client);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BatchRoom.POLL);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 * MEBIBYTE);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 * MEBIBYTE);
    return config;
  }
}
