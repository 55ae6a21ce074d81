package dev.ordem.producer.certificate;

import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * How far sinks are behind Kafka. It proves nothing; but of a side that is known to be behind
 * nobody need say that it differs.
 */
public final class SinkProgress {
  private static final List<Topic<?>> COMPARED =
      List.of(Topics.OS_ENRICHED, Topics.OS_STATUS_CHANGES, Topics.SYNC_RUN_PROGRESS);

  /** A sink that did not yet look at the present topic has stored nothing of it. */
  private static final String STORED =
      """
      SELECT p.topic, p.partition,
        CASE WHEN t.topic_id <> p.topic_id THEN 0 ELSE p.next_offset END AS next_offset
      FROM sink_position p LEFT JOIN sink_topic t ON t.topic = p.topic
      """;

  private SinkProgress() {}

  /**
   * How far the topics go now from which both sides of a comparison come, as far as it is
   * committed.
   *
   * @throws KafkaException if Kafka cannot be asked
   */
  public static Map<TopicPartition, Long> ends(Supplier<Admin> admin) {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    await(admin.get().describeTopics(COMPARED.stream().map(Topic::name).toList()).allTopicNames())
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(
                        one ->
                            wanted.put(
                                new TopicPartition(name, one.partition()), OffsetSpec.latest())));
    ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    Map<TopicPartition, Long> ends = new HashMap<>();
    await(admin.get().listOffsets(wanted, committed).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Of what Kafka held then, partitions that no sink has stored all of, for people. */
  public static List<String> behind(Connection connection, Map<TopicPartition, Long> ends)
      throws SQLException {
    Map<TopicPartition, Long> stored = new HashMap<>();
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery(STORED)) {
      while (row.next()) {
        stored.put(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3));
      }
    }
    List<String> behind = new ArrayList<>();
    for (Entry<TopicPartition, Long> end : ends.entrySet()) {
      if (stored.getOrDefault(end.getKey(), 0L) < end.getValue()) {
        behind.add(end.getKey().toString());
      }
    }
    return behind.stream().sorted().toList();
  }

  private static <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException("Kafka cannot be asked: " + e.getCause(), e.getCause());
    }
  }
}
