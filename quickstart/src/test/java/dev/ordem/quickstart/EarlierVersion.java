package dev.ordem.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.quickstart.embedded.EmbeddedPostgres;
import dev.ordem.quickstart.embedded.HomeDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What an earlier version left behind, put into the stores of a home as it stood in that version's:
 * rows after that version's migrations, records at their offsets, groups where they were. The
 * README beside the data tells what is in it.
 */
final class EarlierVersion {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path MIGRATIONS =
      Path.of("../runtime/src/test/resources/dev/ordem/runtime/before");

  private final Path data;

  EarlierVersion(String commit) {
    this.data = Path.of("src/test/resources/dev/ordem/quickstart", commit);
  }

  /** Fills the stores of an empty home, and leaves them stopped. */
  void install(Path directory) throws Exception {
    try (HomeDirectory home = HomeDirectory.open(directory)) {
      try (EmbeddedPostgres postgres = EmbeddedPostgres.in(home)) {
        postgres.start();
        fill(postgres);
      }
      try (EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
        kafka.start();
        fill(kafka.bootstrapServers());
      }
    }
  }

  /** Where a simulator finds the account as it was; it goes on writing there. */
  Path simulator(Path directory) throws IOException {
    Path copy = Files.createDirectories(directory);
    Files.copy(data.resolve("simulator/demo.jsonl"), copy.resolve("demo.jsonl"));
    return copy;
  }

  /**
   * What was true in Tiny when that version stopped: by id, {@code situacao} and whether deleted.
   */
  JsonNode truth() throws IOException {
    return read("truth.json").path("orders");
  }

  private void fill(EmbeddedPostgres postgres) throws Exception {
    List<Path> scripts = new ArrayList<>();
    for (String module : List.of("tiny", "sink")) {
      try (Stream<Path> files = Files.list(MIGRATIONS.resolve(module))) {
        files.sorted().forEach(scripts::add);
      }
    }
    scripts.add(data.resolve("postgres.sql"));
    scripts.add(data.resolve("connect.sql"));
    try (Connection connection =
            DriverManager.getConnection(
                postgres.url(), EmbeddedPostgres.USER, postgres.password());
        Statement statement = connection.createStatement()) {
      for (Path script : scripts) {
        statement.execute(Files.readString(script));
      }
    }
  }

  private void fill(String servers) throws Exception {
    JsonNode topics = read("topics.json");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      List<NewTopic> wanted = new ArrayList<>();
      topics.properties().forEach(topic -> wanted.add(topic(topic.getKey(), topic.getValue())));
      admin.createTopics(wanted).all().get();
      try (PastLogs logs = new PastLogs(servers, admin)) {
        records().forEach((place, records) -> logs.add(place, records, end(topics, place)));
        logs.write();
      }
      for (var group : read("groups.json").properties()) {
        admin.alterConsumerGroupOffsets(group.getKey(), offsets(group.getValue())).all().get();
      }
    }
  }

  /** Whatever day it is, nothing is too old to be kept. */
  private static NewTopic topic(String name, JsonNode topic) {
    Map<String, String> config = new HashMap<>();
    topic.path("config").properties().forEach(e -> config.put(e.getKey(), e.getValue().asText()));
    config.put(TopicConfig.RETENTION_MS_CONFIG, "-1");
    return new NewTopic(name, Optional.of(topic.path("partitions").asInt()), Optional.empty())
        .configs(config);
  }

  private static long end(JsonNode topics, TopicPartition place) {
    return topics.path(place.topic()).path("ends").path(place.partition()).asLong();
  }

  private Map<TopicPartition, List<JsonNode>> records() throws IOException {
    Map<TopicPartition, List<JsonNode>> records = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(data.resolve("topics.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode record = JSON.readTree(line);
        TopicPartition place =
            new TopicPartition(record.path("topic").asText(), record.path("partition").asInt());
        records.computeIfAbsent(place, same -> new ArrayList<>()).add(record);
      }
    }
    return records;
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(JsonNode group) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (var topic : group.properties()) {
      for (var partition : topic.getValue().properties()) {
        offsets.put(
            new TopicPartition(topic.getKey(), Integer.parseInt(partition.getKey())),
            new OffsetAndMetadata(
                partition.getValue().path("offset").asLong(),
                partition.getValue().path("metadata").asText("")));
      }
    }
    return offsets;
  }

  private JsonNode read(String name) throws IOException {
    try {
      return JSON.readTree(Files.readString(data.resolve(name)));
    } catch (JsonProcessingException e) {
      throw new IOException(name, e);
    }
  }
}
