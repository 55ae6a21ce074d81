package dev.ordem.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.tiny.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever may write to a topic may write what no service of Ordem would: each kind of record that
 * there is, with an odd value in the place of each of its fields, for an account that nobody knows.
 * No process ends of it, and the account that there is loses nothing.
 */
class OddRecordsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "@odd@";
  private static final List<String> ODD =
      List.of(
          "null",
          "\"\\ud800\"",
          "\"\\udc00x\"",
          "[\"\\ud83d!\"]",
          "{\"\\ud800\":1}",
          "-1",
          "9223372036854775807",
          "1e400000",
          "\"\\u0000\"",
          "\"-999999999-01-01T00:00:00Z\"",
          "\"+999999999-12-31T23:59:59.999999999Z\"",
          "[".repeat(900) + "]".repeat(900),
          "\"" + "x".repeat(70_000) + "\"");

  @TempDir Path directory;

  @Test
  void noRecordOfAnyTopicEndsAProcess() throws Exception {
    try (Installation ordem =
        new Installation(directory, SimulatorSettings.inProcess().withOrders(20))) {
      ordem.start();
      ordem.complete("full");
      int sent = 0;
      for (Topic<?> topic : Topics.all()) {
        if (!topic.equals(Topics.DLQ)) {
          sent += send(ordem.kafka(), topic);
        }
      }
      assertThat(sent).isGreaterThan(1_000);
      ordem.complete("full");
      assertThat(ordem.pipeline().fault()).isEmpty();
      Truth.assertOrders(ordem.database(), ordem.account().truth());
      assertThat(ordem.count("SELECT count(*) FROM os WHERE account = 'default'")).isEqualTo(20);
    }
  }

  /** Each kind of record of the topic, once for each field and odd value. */
  private static int send(String kafka, Topic<?> topic) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", kafka);
    int sent = 0;
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (ConsumerRecord<byte[], byte[]> sample : samples(kafka, topic).values()) {
        String key = strange(new String(sample.key(), UTF_8));
        for (String odd : odd(strange(new String(sample.value(), UTF_8)))) {
          producer
              .send(new ProducerRecord<>(topic.name(), key.getBytes(UTF_8), odd.getBytes(UTF_8)))
              .get();
          sent++;
        }
      }
    }
    return sent;
  }

  /** Of another account, and of no run that there is. */
  private static String strange(String text) {
    return text.replace("default", "stranger")
        .replaceAll(
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "00000000-0000-0000-0000-00000000000a");
  }

  private static List<String> odd(String json) {
    List<String> records = new ArrayList<>();
    for (String pointer : pointers(json)) {
      String marked = marked(json, pointer);
      ODD.forEach(value -> records.add(marked.replace('"' + MARK + '"', value)));
    }
    return records;
  }

  private static List<String> pointers(String json) {
    List<String> pointers = new ArrayList<>();
    add(tree(json), "", pointers);
    return pointers;
  }

  /** Fields, and those of objects in them; of what Tiny sent a few are enough. */
  private static void add(JsonNode node, String at, List<String> pointers) {
    node.properties()
        .forEach(
            field -> {
              String pointer = at + "/" + field.getKey();
              pointers.add(pointer);
              boolean tinys = List.of("raw", "payload").contains(field.getKey());
              if (field.getValue().isObject() && !tinys) {
                add(field.getValue(), pointer, pointers);
              }
            });
  }

  private static String marked(String json, String pointer) {
    JsonNode tree = tree(json);
    int last = pointer.lastIndexOf('/');
    ((ObjectNode) tree.at(pointer.substring(0, last))).put(pointer.substring(last + 1), MARK);
    return tree.toString();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** One of each type. */
  private static Map<String, ConsumerRecord<byte[], byte[]>> samples(String kafka, Topic<?> topic) {
    Map<String, ConsumerRecord<byte[], byte[]>> samples = new LinkedHashMap<>();
    Map<String, Object> config =
        Map.of("bootstrap.servers", kafka, "enable.auto.commit", false, "group.id", "samples");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          if (record.value() != null && record.key() != null) {
            String type = tree(new String(record.value(), UTF_8)).path("type").asText();
            samples.putIfAbsent(type, record);
          }
        }
      }
    }
    return samples;
  }
}
