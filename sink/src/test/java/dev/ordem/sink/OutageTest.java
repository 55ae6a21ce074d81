package dev.ordem.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.Topics;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.net.UnusedPort;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageTest {
  private static final Duration SOON = Duration.ofSeconds(90);

  @Test
  void goesOnWhereItWasWhenPostgresComesBack(@TempDir Path logs, @TempDir Path data)
      throws Exception {
    EmbeddedPostgres server = postgres(data, UnusedPort.find());
    TestDatabase database = TestDatabase.in(server);
    try (Broker broker = Broker.start(logs);
        SinkService sink = sink(broker, database)) {
      sink.start();
      send(broker, 1);
      await().atMost(SOON).until(() -> database.text("SELECT max(id) FROM os").equals("1"));
      String member = member(broker);

      server.close();
      send(broker, 2);
      await().atMost(SOON).until(() -> sink.health().details().containsKey("postgres"));
      await().atMost(SOON).until(() -> sink.health().details().containsKey("outbox"));
      assertThat(sink.health().live()).isTrue();
      assertThat(sink.health().ready()).isFalse();

      server = postgres(data, server.getPort());
      await().atMost(SOON).until(() -> sink.health().equals(Health.up()));
      await().atMost(SOON).until(() -> database.text("SELECT max(id) FROM os").equals("2"));
      assertThat(member(broker)).as("it never left its group").isEqualTo(member);

      String run = UUID.randomUUID().toString();
      database.execute(
          "INSERT INTO outbox (aggregatetype, aggregateid, type) VALUES ('sync-runs', '"
              + run
              + "', 'forgotten')");
      await().atMost(SOON).until(() -> told(broker, run));
    } finally {
      server.close();
    }
  }

  private static EmbeddedPostgres postgres(Path data, int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data.resolve("pg"))
        .setCleanDataDirectory(false)
        .setServerConfig("wal_level", "logical")
        .setPort(port)
        .start();
  }

  private static SinkService sink(Broker broker, TestDatabase database) {
    return new SinkService(
        Environment.of(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker.address(),
                "POSTGRES_URL", database.postgres().url(),
                "POSTGRES_USER", database.postgres().user(),
                "POSTGRES_PASSWORD", database.postgres().password())),
        new SimpleMeterRegistry());
  }

  private static void send(Broker broker, long id) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(Topics.OS_ENRICHED.record(Orders.key(id), Orders.order(id, 1))).get();
    }
  }

  private static String member(Broker broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      return admin.describeConsumerGroups(List.of("ordem-sink")).all().get().values().stream()
          .flatMap(group -> group.members().stream())
          .map(MemberDescription::consumerId)
          .toList()
          .toString();
    }
  }

  private static boolean told(Broker broker, String key) {
    TopicPartition partition = new TopicPartition(Topics.SYNC_RUNS.name(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return consumer.poll(Duration.ofSeconds(1)).records(partition).stream()
          .anyMatch(each -> new String(each.key(), StandardCharsets.UTF_8).equals(key));
    }
  }
}
