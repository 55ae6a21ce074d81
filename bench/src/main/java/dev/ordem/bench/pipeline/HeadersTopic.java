package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.Waiting;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderEvent;
import dev.ordem.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes to {@code os-headers} as a producer does, and sees how far the ledger has come. */
public final class HeadersTopic implements AutoCloseable {
  private static final String LEDGER = "ordem-ledger-2";
  private static final String NAME = Topics.OS_HEADERS.name();
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private final int partitions;

  /** Of a broker on which the topics are there. */
  public HeadersTopic(String brokers) throws Exception {
    admin = Admin.create(Map.of("bootstrap.servers", brokers));
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", brokers);
    config.put("compression.type", "zstd");
    config.put("linger.ms", 20);
    config.put("batch.size", 1 << 17);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    partitions = producer.partitionsFor(NAME).size();
  }

  public int partitions() {
    return partitions;
  }

  public <E extends HeaderEvent & OrderEvent> void write(E event) {
    send(Topics.OS_HEADERS.record(event.key().toString(), event));
  }

  /** To every partition. */
  public void mark(HeaderEvent.Marker marker) {
    for (int partition = 0; partition < partitions; partition++) {
      send(Topics.OS_HEADERS.record(partition, marker.markerKey(), marker));
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    sent.add(producer.send(record));
  }

  /** Returns when all is acknowledged. */
  public void flush() throws Exception {
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
    sent.clear();
  }

  /** Returns when the ledger has committed all that was written. */
  public void awaitRead(Duration most) throws Exception {
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(NAME, p)).toList();
    Map<TopicPartition, Long> ends =
        admin
            .listOffsets(all.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
            .all()
            .get()
            .entrySet()
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    Waiting.until("the ledger to read os-headers", most, LOOK, () -> read(ends));
  }

  private boolean read(Map<TopicPartition, Long> ends) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(LEDGER).partitionsToOffsetAndMetadata().get();
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      OffsetAndMetadata offset = committed.get(end.getKey());
      if (end.getValue() > 0 && (offset == null || offset.offset() < end.getValue())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
