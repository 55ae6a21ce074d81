package dev.ordem.producer;

import static org.awaitility.Awaitility.await;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What the outbox, the ledger and the sink do with the topics, done by hand. */
final class OtherServices {
  static final Duration PATIENCE = Duration.ofSeconds(40);

  private final TestBroker broker;
  private final Kafka kafka;

  OtherServices(TestBroker broker, Kafka kafka) {
    this.broker = broker;
    this.kafka = kafka;
  }

  UUID ask(RunRequest request) throws Exception {
    UUID runId = UUID.randomUUID();
    send(new SyncCommand.Run(request.account(), runId, request, Instant.now()));
    return runId;
  }

  void send(SyncCommand.OfRun command) throws Exception {
    send(Topics.SYNC_COMMANDS.record(command.runId().toString(), command));
  }

  void send(ProducerRecord<byte[], byte[]> record) throws Exception {
    try (Producer<byte[], byte[]> producer = producer(Map.of())) {
      producer.send(record).get();
    }
  }

  /**
   * As the ledger does at the end of a run, in every partition: one transaction for each, so that a
   * marker stands behind the last record. The details are all in partition 1.
   */
  void report(UUID runId, long requested, long settled, long parked) throws Exception {
    RunState run = state(runId);
    Map<String, Object> ledger = Map.of("transactional.id", "ledger-of-the-test");
    try (Producer<byte[], byte[]> producer = producer(ledger)) {
      producer.initTransactions();
      for (int partition = 0; partition < TestBroker.PARTITIONS; partition++) {
        boolean here = partition == 1;
        RunProgress progress =
            new RunProgress(
                runId,
                run.account(),
                partition,
                true,
                requested,
                requested,
                0,
                0,
                here ? requested : 0,
                here ? settled : 0,
                here ? parked : 0,
                Instant.now(),
                Objects.requireNonNull(run.cursor()).markedAt());
        producer.beginTransaction();
        producer.send(Topics.SYNC_RUN_PROGRESS.record(partition, progress.key(), progress)).get();
        producer.commitTransaction();
      }
    }
  }

  /** As the sink does: commits behind the last record, before the marker of its transaction. */
  void store() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(Topics.SYNC_RUN_PROGRESS)) {
      offsets.put(
          new TopicPartition(record.topic(), record.partition()),
          new OffsetAndMetadata(record.offset() + 1));
    }
    try (Admin admin = Admin.create(broker.properties())) {
      admin.alterConsumerGroupOffsets(StoreProof.GROUP, offsets).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  RunState state(UUID runId) {
    return find(runId).orElseThrow();
  }

  void awaitState(UUID runId, Predicate<RunState> wanted) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> find(runId).filter(wanted).isPresent());
  }

  List<Long> idsOf(UUID runId) {
    return read(Topics.OS_HEADERS).stream()
        .map(Topics.OS_HEADERS::value)
        .filter(HeaderEvent.Seen.class::isInstance)
        .map(HeaderEvent.Seen.class::cast)
        .filter(seen -> seen.runId().equals(runId))
        .map(seen -> seen.header().id())
        .toList();
  }

  List<Integer> markersOf(UUID runId) {
    return partitionsOf(runId, HeaderEvent.EndOfHeaders.class);
  }

  List<Integer> cancelsOf(UUID runId) {
    return partitionsOf(runId, HeaderEvent.Canceled.class);
  }

  List<ConsumerRecord<byte[], byte[]>> read(Topic<?> topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<TopicPartition> partitions =
        IntStream.range(0, topic.single() ? 1 : TestBroker.PARTITIONS)
            .mapToObj(number -> new TopicPartition(topic.name(), number))
            .toList();
    try (Consumer<byte[], byte[]> consumer = kafka.reader()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private Optional<RunState> find(UUID runId) {
    return read(Topics.SYNC_RUNS).stream()
        .filter(record -> Topics.SYNC_RUNS.key(record).equals(runId.toString()))
        .reduce((older, newer) -> newer)
        .map(record -> Objects.requireNonNull(Topics.SYNC_RUNS.value(record)));
  }

  private List<Integer> partitionsOf(UUID runId, Class<? extends HeaderEvent.Marker> marker) {
    return read(Topics.OS_HEADERS).stream()
        .filter(record -> marker.isInstance(Topics.OS_HEADERS.value(record)))
        .filter(record -> Topics.OS_HEADERS.key(record).equals(runId.toString()))
        .map(ConsumerRecord::partition)
        .toList();
  }

  private Producer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(broker.properties());
    all.putAll(more);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
