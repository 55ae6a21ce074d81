package dev.ordem.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.quickstart.OwnProcess;
import dev.ordem.runtime.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {
  private static final TopicPartition KEPT = new TopicPartition("kept", 0);
  private static final String GROUP = "readers";

  @TempDir Path directory;

  @Test
  void keepsTopicsRecordsOffsetsAndPortOverAStop() throws Exception {
    Path path = directory.resolve(".ordem");
    String address;
    try (HomeDirectory home = HomeDirectory.open(path);
        EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
      kafka.start();
      address = kafka.bootstrapServers();
      createTopic(address);
      commitOneTransaction(address, "first");
      assertThat(address).startsWith("127.0.0.1:");
    }
    try (HomeDirectory home = HomeDirectory.open(path);
        EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
      kafka.start();
      assertThat(kafka.bootstrapServers()).isEqualTo(address);
      assertThat(committedValues(address)).containsExactly("first");
      assertThat(committedOffset(address)).isEqualTo(1);
    }
  }

  /**
   * A node that is killed the moment {@code commitTransaction} has returned. Kafka 4.3 and 4.4 lose
   * the markers of such a transaction now and then (KAFKA-20734), which is why this build stays on
   * 4.2: run this before changing the version.
   */
  @Test
  void anAcknowledgedTransactionSurvivesAHardKill() throws Exception {
    Path path = directory.resolve(".ordem");
    List<String> acknowledged = new ArrayList<>();
    for (int round = 1; round <= 3; round++) {
      try (OwnProcess node = OwnProcess.start(CommitAndWait.class, path.toString(), "r" + round)) {
        node.awaitLine("committed");
        node.kill();
      }
      acknowledged.add("r" + round);
    }
    try (HomeDirectory home = HomeDirectory.open(path);
        EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
      kafka.start();
      finishTransactions(kafka.bootstrapServers());
      assertThat(committedValues(kafka.bootstrapServers())).isEqualTo(acknowledged);
      assertThat(committedOffset(kafka.bootstrapServers())).isEqualTo(acknowledged.size());
    }
  }

  /** One node and one client in a process that says "committed" and waits to be killed. */
  static final class CommitAndWait {
    private CommitAndWait() {}

    public static void main(String[] arguments) throws Exception {
      EmbeddedKafka kafka = EmbeddedKafka.in(HomeDirectory.open(Path.of(arguments[0])));
      kafka.start();
      createTopic(kafka.bootstrapServers());
      commitOneTransaction(kafka.bootstrapServers(), arguments[1]);
      System.out.println("committed");
      Thread.currentThread().join();
    }
  }

  @Test
  void createsNoTopicThatNobodyAskedFor() throws Exception {
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedKafka kafka = EmbeddedKafka.in(home);
        Admin admin = admin(kafka)) {
      assertThatThrownBy(() -> admin.describeTopics(List.of("typo")).allTopicNames().get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }
  }

  private static Admin admin(EmbeddedKafka kafka) throws Exception {
    kafka.start();
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @Test
  void refusesTheDirectoryOfANewerKafkaBeforeTouchingIt() throws Exception {
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
      home.state().put("kafka.version", "5.0.0");
      Files.createDirectories(home.path().resolve("kafka"));
      assertThatThrownBy(kafka::start)
          .isInstanceOf(StartException.class)
          .hasMessageContaining("Kafka 5.0.0")
          .hasMessageContaining("newer Ordem");
      assertThat(home.path().resolve("kafka/meta.properties")).doesNotExist();
    }
  }

  @Test
  void namesADirectoryThatIsNotKafkas() throws Exception {
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
      Files.createDirectories(home.path().resolve("kafka"));
      Files.writeString(home.path().resolve("kafka/meta.properties"), "version=7\n");
      assertThatThrownBy(kafka::start)
          .isInstanceOf(StartException.class)
          .hasMessageContaining(home.path() + "/kafka");
    }
  }

  private static void createTopic(String address) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
      if (!admin.listTopics().names().get().contains(KEPT.topic())) {
        admin
            .createTopics(List.of(new NewTopic(KEPT.topic(), Optional.of(1), Optional.empty())))
            .all()
            .get();
      }
    }
  }

  /** A record and the offset it stands for, in one transaction, as the pipeline writes them. */
  private static void commitOneTransaction(String address, String value) {
    try (var consumer = consumer(address);
        var producer = writer(address)) {
      producer.initTransactions();
      long next = committedValues(address).size() + 1L;
      producer.beginTransaction();
      var unused =
          producer.send(new ProducerRecord<>(KEPT.topic(), KEPT.partition(), "key", value));
      producer.sendOffsetsToTransaction(
          Map.of(KEPT, new OffsetAndMetadata(next)), consumer.groupMetadata());
      producer.commitTransaction();
    }
  }

  /**
   * A commit is acknowledged when the coordinator has noted it; the markers that show its records
   * follow, after a kill with the next start. Returns once the last of them is written.
   */
  private static void finishTransactions(String address) {
    try (var producer = writer(address)) {
      producer.initTransactions();
    }
  }

  private static KafkaProducer<String, String> writer(String address) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", address);
    settings.put("transactional.id", "writer");
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  private static KafkaConsumer<String, String> consumer(String address) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            address,
            "group.id",
            GROUP,
            "enable.auto.commit",
            "false",
            "isolation.level",
            "read_committed"),
        new StringDeserializer(),
        new StringDeserializer());
  }

  private static List<String> committedValues(String address) {
    try (var consumer = consumer(address)) {
      consumer.assign(List.of(KEPT));
      consumer.seekToBeginning(List.of(KEPT));
      long end = consumer.endOffsets(List.of(KEPT)).getOrDefault(KEPT, 0L);
      List<String> values = new ArrayList<>();
      while (consumer.position(KEPT) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }

  private static long committedOffset(String address) {
    try (var consumer = consumer(address)) {
      OffsetAndMetadata committed = consumer.committed(Set.of(KEPT)).get(KEPT);
      return committed == null ? 0 : committed.offset();
    }
  }
}
