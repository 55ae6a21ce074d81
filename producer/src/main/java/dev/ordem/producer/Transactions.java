package dev.ordem.producer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes records all or none, one transaction at a time.
 *
 * <p>It breaks at the first failure and stays broken: whether a commit that failed took place, only
 * a new producer of the same {@code transactional.id} can find out, which also ends what this one
 * left open. A fenced one is broken in the same way. Thread safe.
 */
final class Transactions {
  private final Producer<byte[], byte[]> producer;
  private volatile @Nullable KafkaException failure;

  Transactions(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /** Ends what an earlier producer of the same id left open, and fences it. */
  void begin() {
    producer.initTransactions();
  }

  /** Why nothing can be written any more; empty as long as it can. */
  Optional<KafkaException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Writes {@code records}, and {@code offsets} of the group unless they are empty.
   *
   * @throws Broken if it is not known to be written
   */
  @SuppressWarnings("FutureReturnValueIgnored") // commitTransaction throws what a send failed with
  synchronized void commit(
      List<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      @Nullable ConsumerGroupMetadata group) {
    if (failure != null) {
      throw new Broken(failure);
    }
    try {
      producer.beginTransaction();
      records.forEach(producer::send);
      if (group != null && !offsets.isEmpty()) {
        producer.sendOffsetsToTransaction(offsets, group);
      }
      producer.commitTransaction();
    } catch (KafkaException e) {
      failure = e;
      throw new Broken(e);
    }
  }

  /** Nothing can be written by this producer any more; another must take over. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(KafkaException cause) {
      super("the transaction is not known to be written: " + cause.getMessage(), cause);
    }
  }
}
