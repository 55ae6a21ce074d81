package dev.ordem.producer;

import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether the sink has stored what the ledger wrote. The sink commits an offset only after the
 * database commit, so its committed offsets are the proof.
 *
 * <p>The end of a partition is no record: behind the last record stand markers of transactions,
 * which a consumer may or may not have stepped over when it committed. So a partition is also
 * stored if nothing but such markers lies between the committed offset and the end. Not thread
 * safe.
 */
final class StoreProof implements AutoCloseable {
  static final String GROUP = "ordem-sink";

  private static final List<Topic<?>> STORED =
      List.of(
          Topics.OS_ENRICHED,
          Topics.OS_STATUS_CHANGES,
          Topics.OS_SYNC_STATE,
          Topics.SYNC_RUN_PROGRESS);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final int LOOKS = 20;

  private final Admin admin;
  private final Consumer<byte[], byte[]> probe;

  /**
   * Closes {@code probe} in the end.
   *
   * @param probe reads committed records only; of no group
   */
  StoreProof(Admin admin, Consumer<byte[], byte[]> probe) {
    this.admin = admin;
    this.probe = probe;
  }

  /** Behind the last record that is committed now, in each partition that the sink stores. */
  Map<TopicPartition, Long> ends() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic<?> topic : STORED) {
      for (PartitionInfo partition : probe.partitionsFor(topic.name())) {
        partitions.add(new TopicPartition(topic.name(), partition.partition()));
      }
    }
    return probe.endOffsets(partitions);
  }

  /**
   * How many offsets below {@code ends} may hold records that are not stored; 0: all is stored.
   *
   * @throws KafkaException if the brokers cannot be asked
   */
  long missing(Map<TopicPartition, Long> ends) throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed = committed();
    Map<TopicPartition, Long> behind = new HashMap<>();
    Map<TopicPartition, Long> begins = probe.beginningOffsets(ends.keySet());
    ends.forEach(
        (partition, end) -> {
          OffsetAndMetadata stored = committed.get(partition);
          long from = stored == null ? begins.getOrDefault(partition, 0L) : stored.offset();
          if (from < end) {
            behind.put(partition, from);
          }
        });
    Set<TopicPartition> open = withRecords(behind, ends);
    return open.stream()
        .mapToLong(
            partition -> ends.getOrDefault(partition, 0L) - behind.getOrDefault(partition, 0L))
        .sum();
  }

  @Override
  public void close() {
    probe.close();
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() throws InterruptedException {
    try {
      return admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot ask for the offsets of " + GROUP, e.getCause());
    }
  }

  /** Those with a record at or behind the given offset and before the end. */
  private Set<TopicPartition> withRecords(
      Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends) {
    probe.assign(from.keySet());
    probe.resume(from.keySet());
    from.forEach(probe::seek);
    Set<TopicPartition> open = new HashSet<>(from.keySet());
    Set<TopicPartition> found = new HashSet<>();
    for (int looks = 0; looks < LOOKS && !open.isEmpty(); looks++) {
      found.addAll(probe.poll(LOOK).partitions());
      probe.pause(found);
      open.removeIf(
          partition ->
              found.contains(partition)
                  || probe.position(partition) >= ends.getOrDefault(partition, 0L));
    }
    open.addAll(found);
    return open;
  }
}
