package dev.ordem.detail.fetch;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls requests, hands them to a {@link Carrier}, and commits how far it has come. */
final class FetchLoop implements ConsumerRebalanceListener {
  /** With so many requests under way a partition is paused. */
  static final int FULL = 256;

  private static final Logger LOG = LoggerFactory.getLogger(FetchLoop.class);
  private static final String SERVICE = "detail-worker";

  /** While calls are under way, so that what is done is committed soon. */
  private static final Duration BUSY_POLL = Duration.ofMillis(50);

  private static final Duration IDLE_POLL = Duration.ofSeconds(1);

  /** How long a partition that goes elsewhere waits for calls under way: most take less. */
  private static final Duration HANDOVER = Duration.ofMillis(1_500);

  private final Consumer<byte[], byte[]> consumer;
  private final Producer<byte[], byte[]> producer;
  private final Carrier carrier;
  private final Clock clock;
  private final Map<TopicPartition, Progress> partitions = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> toCommit = new HashMap<>();
  private @Nullable NewerSchemaException newer;

  FetchLoop(
      Consumer<byte[], byte[]> consumer,
      Producer<byte[], byte[]> producer,
      Carrier carrier,
      Clock clock) {
    this.consumer = consumer;
    this.producer = producer;
    this.carrier = carrier;
    this.clock = clock;
  }

  /** Works until it is told to stop. */
  void run(BooleanSupplier running) throws ExecutionException {
    consumer.subscribe(List.of(Topics.OS_DETAIL_REQUESTS.name()), this);
    while (running.getAsBoolean()) {
      turn();
    }
    finish();
  }

  /**
   * Takes what is there, and commits what is done.
   *
   * @throws NewerSchemaException if it met a request that only a newer version can read: it stops
   *     before that
   */
  void turn() throws ExecutionException {
    takeAll(consumer.poll(isBusy() ? BUSY_POLL : IDLE_POLL));
    if (newer != null) {
      finish();
      throw newer;
    }
    Optional<Throwable> failure = carrier.failure();
    if (failure.isPresent()) {
      throw new ExecutionException("an answer could not be given", failure.get());
    }
    commit();
    balance();
  }

  private void takeAll(ConsumerRecords<byte[], byte[]> polled) {
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (newer == null) {
        take(record);
      }
    }
  }

  /** Begins nothing more, and commits what is answered. */
  private void finish() {
    carrier.close();
    producer.flush();
    commit();
  }

  private boolean isBusy() {
    return !toCommit.isEmpty()
        || partitions.values().stream().anyMatch(progress -> progress.underWay() > 0);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    assigned.forEach(partition -> partitions.put(partition, new Progress()));
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    List<Progress> leaving = lose(revoked);
    try {
      for (Progress progress : leaving) {
        progress.finish(HANDOVER);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // what is not answered is asked for again
    }
    commit();
    forget(revoked);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    lose(lost);
    forget(lost);
  }

  private List<Progress> lose(Collection<TopicPartition> gone) {
    List<Progress> lost = new ArrayList<>();
    for (TopicPartition partition : gone) {
      Progress progress = partitions.get(partition);
      if (progress != null) {
        progress.lose();
        lost.add(progress);
      }
    }
    return lost;
  }

  private void forget(Collection<TopicPartition> gone) {
    partitions.keySet().removeAll(gone);
    toCommit.keySet().removeAll(gone);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Progress progress = progress(record);
    Progress.Mark mark = progress.begin(record.offset());
    try {
      DetailRequest request = Topics.OS_DETAIL_REQUESTS.value(record);
      if (request != null) {
        Objects.requireNonNull(request.key()); // an answer could not be given under any other
        progress.asked(request.requestedAt());
        carrier.carry(request, record.headers().lastHeader("traceparent"), mark);
      } else {
        bury(record, "a record without a value", mark);
      }
    } catch (NewerSchemaException e) {
      newer = e;
    } catch (SerializationException | IllegalArgumentException e) { // no JSON, or no key
      bury(record, String.valueOf(e.getMessage()), mark);
    }
  }

  private void bury(ConsumerRecord<byte[], byte[]> record, String reason, Progress.Mark mark) {
    LOG.warn("{}@{} goes to the DLQ: {}", partition(record), record.offset(), reason);
    carrier.bury(DeadLetter.of(record, SERVICE, reason, clock.instant()), mark);
  }

  private void commit() {
    partitions.forEach(
        (partition, progress) ->
            progress
                .advance()
                .ifPresent(next -> toCommit.put(partition, new OffsetAndMetadata(next))));
    if (toCommit.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(toCommit);
      toCommit.clear();
    } catch (CommitFailedException e) {
      LOG.warn("the group went on without this process; its requests are carried out again", e);
      toCommit.clear();
    } catch (RebalanceInProgressException | RetriableException e) {
      LOG.debug("offsets are committed later", e);
    }
  }

  private void balance() {
    partitions.forEach(
        (partition, progress) -> {
          boolean full = progress.underWay() >= FULL;
          boolean paused = consumer.paused().contains(partition);
          if (full && !paused) {
            consumer.pause(List.of(partition));
          } else if (!full && paused) {
            consumer.resume(List.of(partition));
          }
        });
  }

  private Progress progress(ConsumerRecord<byte[], byte[]> record) {
    @Nullable Progress progress = partitions.get(partition(record));
    return requireNonNull(progress, "a record of a partition that was not assigned");
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }
}
