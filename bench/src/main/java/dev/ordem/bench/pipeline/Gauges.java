package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;

/**
 * How far the orders have come, stage by stage, read where each stage leaves its work. What is not
 * there yet reads as 0.
 */
final class Gauges {
  private static final List<Topic<?>> TOPICS =
      List.of(
          Topics.OS_HEADERS,
          Topics.OS_DETAIL_REQUESTS,
          Topics.OS_DETAIL_RESULTS,
          Topics.OS_ENRICHED);

  /** Of the columns: calls the API saw, ends of topics (with transaction markers), rows. */
  static final List<String> NAMES =
      List.of(
          "list calls",
          "detail calls",
          "os-headers",
          "os-detail-requests",
          "os-detail-results",
          "os-enriched",
          "rows in os",
          "of those, with details");

  private final Up up;

  Gauges(Up up) {
    this.up = up;
  }

  List<Long> read() throws IOException, InterruptedException {
    List<Long> values = new ArrayList<>();
    Tiny.Calls calls = up.tiny().calls();
    values.add(calls.list());
    values.add(calls.detail());
    values.addAll(topics(up.endpoints().getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "")));
    values.addAll(rows());
    return values;
  }

  private static List<Long> topics(String brokers) throws InterruptedException {
    if (brokers.isEmpty()) {
      return Collections.nCopies(TOPICS.size(), 0L);
    }
    try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers))) {
      List<Long> ends = new ArrayList<>();
      for (Topic<?> topic : TOPICS) {
        ends.add(end(admin, topic.name()));
      }
      return ends;
    } catch (ExecutionException e) {
      return Collections.nCopies(TOPICS.size(), 0L);
    }
  }

  private static long end(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    TopicDescription description =
        admin.describeTopics(List.of(topic)).allTopicNames().get().values().iterator().next();
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, description.partitions().size())
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get().values().stream()
        .mapToLong(info -> info.offset())
        .sum();
  }

  private List<Long> rows() throws IOException {
    if (up.endpoints().isEmpty()) {
      return List.of(0L, 0L);
    }
    try (Connection connection = up.connect()) {
      return List.of(
          DatabaseQueries.number(connection, "SELECT count(*) FROM os"),
          DatabaseQueries.number(connection, "SELECT count(*) FROM os WHERE details_synced"));
    } catch (SQLException e) {
      return List.of(0L, 0L);
    }
  }
}
