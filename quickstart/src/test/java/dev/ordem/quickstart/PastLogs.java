package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Writes logs again, each record at the offset that it had. Between the records of a log lie the
 * markers of transactions: one ended a committed transaction, several an aborted one.
 */
final class PastLogs implements AutoCloseable {
  private static final byte[] FILLER = {'-'};

  private final Map<TopicPartition, Deque<Segment>> left = new LinkedHashMap<>();
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> plain;
  private final KafkaProducer<byte[], byte[]> transactional;

  PastLogs(String servers, Admin admin) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", servers, "linger.ms", 5, "compression.type", "zstd");
    Map<String, Object> transactions = new HashMap<>(config);
    transactions.put("transactional.id", "past-logs");
    this.admin = admin;
    plain = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    transactional =
        new KafkaProducer<>(transactions, new ByteArraySerializer(), new ByteArraySerializer());
    transactional.initTransactions();
  }

  /**
   * Records without a gap between them.
   *
   * @param gap offsets between the last of them and the next one
   */
  private record Segment(List<JsonNode> records, int gap) {
    boolean committed() {
      return gap == 1;
    }

    long offset() {
      return records.get(0).path("offset").asLong();
    }
  }

  /** One log, all of whose records are given, and its end. */
  void add(TopicPartition place, List<JsonNode> records, long end) {
    Deque<Segment> segments = new ArrayDeque<>();
    long first = records.get(0).path("offset").asLong();
    if (first > 0) {
      segments.add(new Segment(List.of(), (int) first));
    }
    List<JsonNode> together = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      boolean last = i + 1 == records.size();
      long next = last ? end : records.get(i + 1).path("offset").asLong();
      together.add(records.get(i));
      int gap = (int) (next - records.get(i).path("offset").asLong() - 1);
      if (gap > 0 || last) {
        segments.add(new Segment(together, gap));
        together = new ArrayList<>();
      }
    }
    left.put(place, segments);
  }

  /** One segment of each log at a time. */
  void write() throws ExecutionException, InterruptedException {
    while (!left.isEmpty()) {
      Map<TopicPartition, Segment> now = new LinkedHashMap<>();
      left.forEach((place, segments) -> now.put(place, segments.remove()));
      left.values().removeIf(Deque::isEmpty);
      write(now);
      abort(now);
    }
  }

  private void write(Map<TopicPartition, Segment> now)
      throws ExecutionException, InterruptedException {
    Map<Future<RecordMetadata>, Long> sent = new LinkedHashMap<>();
    boolean commits = now.values().stream().anyMatch(Segment::committed);
    if (commits) {
      transactional.beginTransaction();
    }
    now.forEach(
        (place, segment) -> {
          if (!segment.committed() && !segment.records().isEmpty()) {
            awaitEnd(place, segment.offset());
          }
          for (JsonNode record : segment.records()) {
            sent.put(
                (segment.committed() ? transactional : plain).send(record(record)),
                record.path("offset").asLong());
          }
        });
    plain.flush();
    if (commits) {
      transactional.commitTransaction();
    }
    for (Map.Entry<Future<RecordMetadata>, Long> each : sent.entrySet()) {
      assertThat(each.getKey().get().offset()).isEqualTo(each.getValue());
    }
  }

  private void abort(Map<TopicPartition, Segment> now)
      throws ExecutionException, InterruptedException {
    if (now.values().stream().noneMatch(segment -> segment.gap() > 1)) {
      return;
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    transactional.beginTransaction();
    now.forEach(
        (place, segment) -> {
          for (int i = 1; i < segment.gap(); i++) {
            sent.add(
                transactional.send(
                    new ProducerRecord<>(place.topic(), place.partition(), FILLER, FILLER)));
          }
        });
    transactional.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
    transactional.abortTransaction();
  }

  /** A marker is written a moment after its commit returns; only transactions wait for it. */
  private void awaitEnd(TopicPartition place, long end) {
    Awaitility.await()
        .pollInterval(java.time.Duration.ofMillis(5))
        .until(
            () ->
                admin
                        .listOffsets(Map.of(place, OffsetSpec.latest()))
                        .partitionResult(place)
                        .get()
                        .offset()
                    == end);
  }

  private static ProducerRecord<byte[], byte[]> record(JsonNode record) {
    RecordHeaders headers = new RecordHeaders();
    record
        .path("headers")
        .properties()
        .forEach(header -> headers.add(header.getKey(), bytes(header.getValue())));
    return new ProducerRecord<>(
        record.path("topic").asText(),
        record.path("partition").asInt(),
        record.path("timestamp").asLong(),
        bytes(record.path("key")),
        bytes(record.path("value")),
        headers);
  }

  private static byte @Nullable [] bytes(JsonNode text) {
    return text.isNull() ? null : text.asText().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    plain.close();
    transactional.close();
  }
}
