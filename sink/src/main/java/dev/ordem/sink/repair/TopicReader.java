package dev.ordem.sink.repair;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topic;
import dev.ordem.sink.tables.BatchRoom;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/** Reads the records of one account out of partitions, without any group. Used by one thread. */
final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Looked at together, whosesoever they are. */
  private static final int MOST = 5_000;

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
    Taking taking = new Taking(reading);
    while (position < to) {
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : polled) {
        taking.add(record);
      }
      if (polled.isEmpty()) {
        taking.flush();
      }
      long now = consumer.position(part);
      if (now > position) {
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > PATIENCE.toNanos()) {
        throw new TimeoutException(part + " stands still at " + position + ", before " + to);
      }
      position = now;
    }
    taking.flush();
  }

  /** Gathers several polls, as far as there is room. */
  private final class Taking {
    private final Reading reading;
    private List<ConsumerRecord<byte[], byte[]>> ours = new ArrayList<>();
    private BatchRoom room = new BatchRoom(MOST);
    private int looked;

    Taking(Reading reading) {
      this.reading = reading;
    }

    void add(ConsumerRecord<byte[], byte[]> record)
        throws SQLException, InterruptedException, Lease.LostException {
      boolean wanted = ours(record.key());
      if (++looked > MOST || (wanted && !room.takes(record))) {
        flush();
        looked = 1;
        if (wanted && !room.takes(record)) {
          throw new IllegalStateException("there is room for one record");
        }
      }
      if (wanted) {
        ours.add(record);
      }
    }

    void flush() throws SQLException, InterruptedException, Lease.LostException {
      List<ConsumerRecord<byte[], byte[]>> taken = ours;
      ours = new ArrayList<>();
      room = new BatchRoom(MOST);
      looked = 0;
      reading.take(taken);
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

  /** What becomes of the records of a few polls; called now and then for none, too. */
  @FunctionalInterface
  interface Reading {
    void take(List<ConsumerRecord<byte[], byte[]>> records)
        throws SQLException, InterruptedException, Lease.LostException;
  }
}
