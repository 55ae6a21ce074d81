package dev.ordem.sink.repair;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topic;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/** Reads the records of one account out of partitions, without any group. Used by one thread. */
final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Consumer<byte[], byte[]> consumer;
  private final byte[] prefix;

  TopicReader(Consumer<byte[], byte[]> consumer, String account) {
    this.consumer = consumer;
    this.prefix = (account + ":").getBytes(StandardCharsets.UTF_8);
  }

  int partitions(Topic<?> topic) {
    return consumer.partitionsFor(topic.name()).size();
  }

  /** Where producers put the records of an order. */
  static int partition(OrderKey key, int partitions) {
    byte[] bytes = key.toString().getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(bytes)) % partitions;
  }

  /** Behind the last record that is committed now. */
  long end(Topic<?> topic, int partition) {
    TopicPartition part = new TopicPartition(topic.name(), partition);
    return requireNonNull(consumer.endOffsets(List.of(part)).get(part));
  }

  /**
   * Reads what lies before {@code to}, and perhaps a little more.
   *
   * @param from 0: the beginning
   */
  void read(Topic<?> topic, int partition, long from, long to, Reading reading)
      throws SQLException, InterruptedException, Lease.LostException {
    TopicPartition part = new TopicPartition(topic.name(), partition);
    consumer.assign(List.of(part));
    if (from == 0) {
      consumer.seekToBeginning(List.of(part));
    } else {
      consumer.seek(part, from);
    }
    long moved = System.nanoTime();
    long position = consumer.position(part);
    while (position < to) {
      List<ConsumerRecord<byte[], byte[]>> ours = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (ours(record.key())) {
          ours.add(record);
        }
      }
      reading.take(ours);
      long now = consumer.position(part);
      if (now > position) {
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > PATIENCE.toNanos()) {
        throw new TimeoutException(part + " stands still at " + position + ", before " + to);
      }
      position = now;
    }
  }

  private boolean ours(byte[] key) {
    return key != null
        && key.length > prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** What becomes of the records of one poll; called for an empty one too. */
  @FunctionalInterface
  interface Reading {
    void take(List<ConsumerRecord<byte[], byte[]>> records)
        throws SQLException, InterruptedException, Lease.LostException;
  }
}
