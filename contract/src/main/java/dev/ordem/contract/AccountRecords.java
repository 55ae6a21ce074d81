package dev.ordem.contract;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads what topics hold now, from their beginnings, without any group. Used by one thread. */
public final class AccountRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Consumer<byte[], byte[]> consumer;

  /**
   * Owns the consumer.
   *
   * @param consumer of no group, that sees what is committed only
   */
  public AccountRecords(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** Whether a key is that of an order of the account. */
  public static Predicate<byte @Nullable []> ofOrders(String account) {
    byte[] prefix = (account + ":").getBytes(StandardCharsets.UTF_8);
    return key ->
        key != null
            && key.length > prefix.length
            && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /**
   * Reads to the end as it is when this begins, and perhaps a little more.
   *
   * @param keys of the records that are wanted
   * @throws TimeoutException if nothing comes for a minute
   */
  public <E extends Exception> void read(
      Topic<?> topic,
      Collection<Integer> partitions,
      Predicate<byte @Nullable []> keys,
      Reading<E> reading)
      throws E, InterruptedException {
    List<TopicPartition> all =
        partitions.stream().map(number -> new TopicPartition(topic.name(), number)).toList();
    try {
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      long moved = System.nanoTime();
      while (isBefore(ends)) {
        List<ConsumerRecord<byte[], byte[]>> wanted = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          moved = System.nanoTime();
          if (keys.test(record.key())) {
            wanted.add(record);
          }
        }
        reading.take(wanted);
        if (System.nanoTime() - moved > PATIENCE.toNanos()) {
          throw new TimeoutException(topic.name() + " cannot be read to its end");
        }
      }
    } catch (InterruptException e) {
      throw new InterruptedException(e.getMessage());
    }
  }

  private boolean isBefore(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  @Override
  public void close() {
    consumer.close();
  }

  /**
   * What becomes of the records of one poll; called for an empty one too.
   *
   * @param <E> what may go wrong with it
   */
  @FunctionalInterface
  public interface Reading<E extends Exception> {
    /** Takes records, in order within each partition. */
    void take(List<ConsumerRecord<byte[], byte[]>> records) throws E, InterruptedException;
  }
}
