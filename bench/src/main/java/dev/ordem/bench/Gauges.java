package dev.ordem.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
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

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path home;
  private final URI stats;

  Gauges(Path home, URI stats) {
    this.home = home;
    this.stats = stats;
  }

  List<Long> read() throws IOException, InterruptedException {
    List<Long> values = new ArrayList<>();
    JsonNode calls = calls();
    values.add(calls.path("list").asLong());
    values.add(calls.path("detail").asLong());
    Map<String, String> endpoints = endpoints();
    values.addAll(topics(endpoints.getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "")));
    values.addAll(rows(endpoints));
    return values;
  }

  private JsonNode calls() throws IOException {
    try (InputStream answer = stats.toURL().openStream()) {
      return JSON.readTree(answer).path("byEndpoint");
    }
  }

  /** {@code endpoints.env}, once it is there. */
  private Map<String, String> endpoints() throws IOException {
    Path file = home.resolve("endpoints.env");
    Map<String, String> values = new HashMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        values.put(line.substring(0, equals), line.substring(equals + 1).replace("'", ""));
      }
    }
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

  private static List<Long> rows(Map<String, String> endpoints) {
    String url = endpoints.get("POSTGRES_URL");
    if (url == null) {
      return List.of(0L, 0L);
    }
    String count = "SELECT count(*), count(*) FILTER (WHERE details_synced) FROM os";
    try (Connection connection =
            DriverManager.getConnection(
                url, endpoints.get("POSTGRES_USER"), endpoints.get("POSTGRES_PASSWORD"));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(count)) {
      row.next();
      return List.of(row.getLong(1), row.getLong(2));
    } catch (SQLException e) {
      return List.of(0L, 0L);
    }
  }
}
