package dev.ordem.sink.tables;

import dev.ordem.contract.NewerSchemaException;
import dev.ordem.runtime.Health;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls, stores, commits: what a few polls bring at once is a batch, as far as there is room for
 * it, and offsets are committed only when Postgres has it. What there is no room for is read again.
 *
 * <p>Two states. <i>Flowing</i>: nothing is pending. <i>Holding</i>: a batch is pending because
 * Postgres is away; every partition is paused, polling goes on so that the group keeps us, and the
 * batch is tried again with growing pauses. A partition that is taken from us takes its part of the
 * pending batch along: its next owner reads that again.
 *
 * <p>A record of a newer schema ends it, when all before it is stored and committed.
 */
public final class StoreLoop {
  private static final Logger LOG = LoggerFactory.getLogger(StoreLoop.class);
  private static final Duration FLOWING_POLL = Duration.ofSeconds(1);
  private static final Duration HOLDING_POLL = Duration.ofMillis(50);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final Store store;
  private final LongSupplier nanos;
  private final int most;
  private final Map<String, List<Table<?>>> tables;
  private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
  private @Nullable Batch pending;
  private @Nullable NewerSchemaException newer;
  private @Nullable Long due;
  private Duration pause = FIRST_PAUSE;
  private volatile Health health = Health.up();

  /**
   * Closes neither.
   *
   * @param most records of one batch
   * @param nanos measures pauses, as {@link System#nanoTime}
   */
  public StoreLoop(Consumer<byte[], byte[]> consumer, Store store, int most, LongSupplier nanos) {
    this.consumer = consumer;
    this.store = store;
    this.nanos = nanos;
    this.most = most;
    this.tables = store.tables();
  }

  /** Whether it reaches Postgres. Thread safe. */
  public Health health() {
    return health;
  }

  void subscribe() {
    consumer.subscribe(tables.keySet(), new Partitions());
  }

  /**
   * Works as long as {@code running} says so.
   *
   * @throws NewerSchemaException if it met a record that only a newer version can read
   */
  public void run(BooleanSupplier running) throws InterruptedException {
    subscribe();
    while (running.getAsBoolean()) {
      turn();
    }
  }

  void turn() throws InterruptedException {
    if (pending == null) {
      gather();
    } else {
      consumer.poll(HOLDING_POLL); // every partition is paused
    }
    if (pending != null && (due == null || nanos.getAsLong() - due >= 0)) {
      store(pending);
    }
    commit();
    if (newer != null) {
      throw newer;
    }
  }

  /** What is there at once, up to what there is room for. */
  private void gather() {
    BatchRoom room = new BatchRoom(most);
    boolean full = false;
    for (ConsumerRecords<byte[], byte[]> polled = consumer.poll(FLOWING_POLL);
        !full && !polled.isEmpty();
        polled = full ? ConsumerRecords.empty() : consumer.poll(Duration.ZERO)) {
      Batch batch = pending == null ? new Batch() : pending;
      pending = batch;
      Map<TopicPartition, Long> back = batch.add(polled, tables, room);
      back.forEach(consumer::seek);
      full = !back.isEmpty();
    }
  }

  private void store(Batch batch) throws InterruptedException {
    Store.Outcome outcome = store.store(batch);
    if (outcome instanceof Store.Outcome.Later later) {
      hold(later);
    } else {
      flow(batch);
    }
  }

  private void flow(Batch stored) {
    if (!health.ready()) {
      LOG.info("Postgres is back; going on");
    }
    uncommitted.putAll(stored.next());
    newer = stored.newer();
    pending = null;
    due = null;
    pause = FIRST_PAUSE;
    health = Health.up();
    consumer.resume(consumer.assignment());
  }

  private void hold(Store.Outcome.Later later) {
    consumer.pause(consumer.assignment());
    due = nanos.getAsLong() + pause.toNanos();
    if (later.failure() == SqlFailure.AWAY) {
      String why = String.valueOf(later.cause().getMessage());
      LOG.warn("Postgres is away; trying again in {}: {}", pause, why);
      health = Health.unready("postgres", why);
    }
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  private void commit() {
    if (uncommitted.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(Map.copyOf(uncommitted), COMMIT_TIMEOUT);
      uncommitted.clear();
    } catch (RebalanceInProgressException e) {
      LOG.debug("committing after the rebalance", e);
    } catch (CommitFailedException e) {
      LOG.warn("the group went on without us; what was stored is read again", e);
      uncommitted.clear();
    } catch (RetriableException e) {
      LOG.warn("cannot commit offsets yet: {}", e.toString());
    }
  }

  private final class Partitions implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (pending != null) {
        consumer.pause(partitions);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      uncommitted.keySet().removeAll(partitions);
      if (pending != null) {
        pending.forget(partitions);
      }
    }
  }
}
