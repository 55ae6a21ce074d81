package dev.ordem.producer;

import dev.ordem.contract.Topics;
import dev.ordem.runtime.Health;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes commands while it holds their partition, and stands by while another producer does.
 *
 * <p>Whoever holds the partition is active: the rebalance that gives it the partition fences the
 * one before. A producer that is fenced, or that does not know whether a transaction was written,
 * gives up everything it does, leaves the group and joins it again: if another is active by then it
 * stands by, else it goes on from what the topics say.
 */
final class CommandLoop {
  private static final Logger LOG = LoggerFactory.getLogger(CommandLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Kafka kafka;
  private final Supplier<Active> actives;
  private final Duration rest;
  private volatile @Nullable Active active;
  private volatile @Nullable Throwable trouble;

  /**
   * Does no I/O.
   *
   * @param actives makes what is done while active, not yet started
   * @param rest before it begins anew
   */
  CommandLoop(Kafka kafka, Supplier<Active> actives, Duration rest) {
    this.kafka = kafka;
    this.rest = rest;
    this.actives = actives;
  }

  /** What is done here, unless this producer stands by. */
  Optional<Active> active() {
    return Optional.ofNullable(active);
  }

  /** Ready as long as nothing keeps it from being active or standing by. */
  Health health() {
    Throwable reason = trouble;
    return reason == null ? Health.up() : Health.unready("kafka", reason.toString());
  }

  void run(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean()) {
      try (Consumer<byte[], byte[]> consumer = kafka.commands();
          KafkaClientMetrics metrics = kafka.measured(consumer)) {
        LOG.debug("joining {}, measured by {}", Kafka.GROUP, metrics);
        member(consumer, running);
      } catch (KafkaException | Transactions.Broken e) {
        trouble = e;
        LOG.warn("the producer begins anew: {}", e.getMessage());
        LOG.debug("because", e);
      } finally {
        resign();
      }
      if (running.getAsBoolean()) {
        TimeUnit.MILLISECONDS.sleep(rest.toMillis());
      }
    }
  }

  /** Returns when told to stop, or when this membership is of no use any more. */
  private void member(Consumer<byte[], byte[]> consumer, BooleanSupplier running) {
    consumer.subscribe(List.of(Topics.SYNC_COMMANDS.name()), new Turns());
    while (running.getAsBoolean()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      Active now = active;
      if (now == null) {
        if (trouble != null && !consumer.assignment().isEmpty()) {
          return;
        }
        continue;
      }
      Optional<Throwable> failure = now.failure();
      if (failure.isPresent()) {
        trouble = failure.get();
        LOG.warn("the producer begins anew: {}", trouble.toString());
        return;
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        now.take(record, consumer.groupMetadata());
      }
    }
  }

  private void begin() {
    Active next = actives.get();
    try {
      next.start();
      active = next;
      trouble = null;
    } catch (RuntimeException e) {
      trouble = e;
      LOG.warn("the producer cannot become active; trying again", e);
      next.close();
    }
  }

  private void resign() {
    Active last = active;
    active = null;
    if (last != null) {
      last.close();
      LOG.info("standing by");
    }
  }

  /** Follows whose turn it is. */
  private final class Turns implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (!partitions.isEmpty()) {
        begin();
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (!partitions.isEmpty()) {
        resign();
      }
    }
  }
}
