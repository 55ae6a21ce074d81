package dev.ordem.producer;

import dev.ordem.contract.RunState;
import dev.ordem.contract.Topics;
import dev.ordem.runtime.Loop;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of the one producer that holds the partition of commands: it knows all runs, reads
 * headers, and ends runs. Once something of it fails it is given up as a whole, and another is
 * begun from what the topics say. Commands are taken by one thread; the rest is thread safe.
 */
final class Active implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Active.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Kafka kafka;
  private final RunReader.Source source;
  private final Commands commands;
  private final Producer<byte[], byte[]> producer;
  private final KafkaClientMetrics metrics;
  private final Transactions transactions;
  private final RunBook book;
  private final Readers readers;
  private final Loop watching;

  /** Builds clients; they do no I/O before {@link #start}. */
  Active(Kafka kafka, RunReader.Source source) {
    this.kafka = kafka;
    this.source = source;
    this.commands = new Commands(source.partitions());
    this.producer = kafka.producer();
    this.metrics = kafka.measured(producer);
    this.transactions = new Transactions(producer);
    this.book = new RunBook(transactions);
    this.readers = new Readers(book, source);
    this.watching = new Loop("run-progress", PATIENCE, this::watch);
  }

  /** Fences an earlier producer, reads the state of all runs, and goes on with those under way. */
  void start() {
    transactions.begin();
    try (Consumer<byte[], byte[]> runs = kafka.reader()) {
      load(runs);
    }
    LOG.info("active: {} runs known, {} to read", book.all().size(), book.toRead().size());
    watching.start();
    readers.look();
  }

  RunBook book() {
    return book;
  }

  /** Why it cannot go on; empty as long as it can. */
  Optional<Throwable> failure() {
    return transactions.failure().<Throwable>map(e -> e).or(watching::failure);
  }

  /**
   * Takes a command, by one transaction with its offset.
   *
   * @throws Transactions.Broken if it is not known to be taken
   */
  void take(ConsumerRecord<byte[], byte[]> record, ConsumerGroupMetadata group) {
    Instant now = source.clock().instant();
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    book.take(
        runs -> {
          RunBook.Taken taken = commands.take(record, runs, now);
          taken.state().filter(run -> run.status().ended()).ifPresent(this::wake);
          return taken;
        },
        Map.of(partition, new OffsetAndMetadata(record.offset() + 1)),
        group);
    readers.look();
  }

  @Override
  public void close() {
    watching.stop();
    readers.close();
    watching.close();
    metrics.close();
    producer.close(PATIENCE);
  }

  private void wake(RunState ended) {
    readers.stop(ended.runId());
  }

  private void load(Consumer<byte[], byte[]> runs) {
    TopicPartition partition = new TopicPartition(Topics.SYNC_RUNS.name(), 0);
    runs.assign(List.of(partition));
    runs.seekToBeginning(List.of(partition));
    long end = runs.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    while (runs.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : runs.poll(Duration.ofMillis(200))) {
        load(record);
      }
    }
  }

  private void load(ConsumerRecord<byte[], byte[]> record) {
    try {
      UUID runId = UUID.fromString(Topics.SYNC_RUNS.key(record));
      book.load(runId, Topics.SYNC_RUNS.value(record));
    } catch (SerializationException | IllegalArgumentException e) {
      LOG.warn("the state of a run cannot be read; the run is ignored", e);
    }
  }

  private void watch(java.util.function.BooleanSupplier running) throws InterruptedException {
    try (Consumer<byte[], byte[]> progress = kafka.reader();
        StoreProof proof = new StoreProof(kafka.admin(), kafka.reader())) {
      new ProgressWatch(book, progress, proof, source.partitions(), source.clock()).run(running);
    }
  }
}
