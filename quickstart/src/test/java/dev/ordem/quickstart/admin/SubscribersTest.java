package dev.ordem.quickstart.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Topic;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.Topics;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another team may do with what {@code subscriber add} printed. */
class SubscribersTest {
  private static final Duration A_WHILE = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void aTeamReadsWhatIsForItAndNothingElseUntilItIsRemoved() throws Exception {
    try (SecuredBroker broker = SecuredBroker.start(directory.resolve("kafka"));
        Admin admin = Admin.create(broker.asAdmin())) {
      TopicAdmin.ensure(admin, 1, Optional.empty());
      write(broker.asAdmin(), Topics.OS_STATUS_CHANGES);
      Subscribers subscribers = new Subscribers(admin);
      Map<String, Object> team =
          printed(broker, subscribers.add("billing", List.of(Topics.OS_STATUS_CHANGES)), "billing");

      assertThat(read(team, Topics.OS_STATUS_CHANGES)).isPositive();
      assertThatThrownBy(() -> read(team, Topics.OS_ENRICHED))
          .isInstanceOf(TopicAuthorizationException.class);
      assertThatThrownBy(() -> write(team, Topics.OS_STATUS_CHANGES))
          .hasRootCauseInstanceOf(AuthorizationException.class);
      Map<String, Object> inAnothersGroup = new HashMap<>(team);
      inAnothersGroup.put("group.id", "ordem-sink");
      assertThatThrownBy(() -> read(inAnothersGroup, Topics.OS_STATUS_CHANGES))
          .isInstanceOf(AuthorizationException.class);
      assertThat(subscribers.list()).isEqualTo(Map.of("billing", Set.of("os-status-changes")));

      subscribers.remove("billing");
      assertThat(subscribers.list()).isEmpty();
      assertThatThrownBy(() -> read(team, Topics.OS_STATUS_CHANGES))
          .isInstanceOf(SaslAuthenticationException.class);
    }
  }

  /** "subscriber-billing" is the first of these in the order that the broker reads them in. */
  @Test
  void whoIsLeftMayStillReadWhenTheBrokerIsRestartedAfterAnotherWasRemoved() throws Exception {
    try (SecuredBroker broker = SecuredBroker.start(directory.resolve("kafka"))) {
      Map<String, Object> team;
      try (Admin admin = Admin.create(broker.asAdmin())) {
        TopicAdmin.ensure(admin, 1, Optional.empty());
        write(broker.asAdmin(), Topics.OS_STATUS_CHANGES);
        Subscribers subscribers = new Subscribers(admin);
        team = printed(broker, subscribers.add("erp", List.of(Topics.OS_STATUS_CHANGES)), "erp");
        subscribers.add("billing", List.of(Topics.OS_STATUS_CHANGES));
        subscribers.remove("billing");
      }
      broker.restart();
      assertThat(read(team, Topics.OS_STATUS_CHANGES)).isPositive();
    }
  }

  private static Map<String, Object> printed(
      SecuredBroker broker, Subscribers.Credentials credentials, String group) throws Exception {
    String servers = String.valueOf(broker.as("", "").get("bootstrap.servers"));
    Properties properties = new Properties();
    properties.load(
        new StringReader(
            String.join("\n", credentials.properties(servers, group, "SASL_PLAINTEXT"))));
    Map<String, Object> team = new HashMap<>();
    properties.forEach((name, value) -> team.put(name.toString(), value));
    return team;
  }

  private static int read(Map<String, Object> client, Topic<?> topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic.name()));
      int records = 0;
      for (long end = System.nanoTime() + A_WHILE.toNanos();
          records == 0 && System.nanoTime() < end; ) {
        records = consumer.poll(Duration.ofMillis(200)).count();
      }
      return records;
    }
  }

  private static void write(Map<String, Object> client, Topic<?> topic) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic.name(), new byte[] {1}, new byte[] {1})).get();
    }
  }
}
