package dev.ordem.sink.tables;

import dev.ordem.contract.NewerSchemaException;
import dev.ordem.runtime.Health;
import io.github.resilience4j.core.IntervalFunction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
 * <p>How far it has come stands in Postgres, too ({@link StoredPositions}), and is told there
 * before it is committed. Every two seconds, whether anything comes or not, both are compared: if
 * Postgres was put back from a backup, it goes on where that ended, so that all that came since is
 * stored again, what is told only once included.
 *
 * <p>Two states. <i>Flowing</i>: nothing is pending. <i>Holding</i>: a batch is pending because
 * Postgres is away, or lacks a table or a right, which a person gives back, or because the brokers
 * do not take a dead letter; every partition is paused, polling goes on so that the group keeps us,
 * and the batch is tried again with growing pauses. A partition that is taken from us takes its
 * part of the pending batch along: its next owner reads that again.
 *
 * <p>A record of a newer schema ends it, when all before it is stored and committed.
 */
public final class StoreLoop {
  private static final Logger LOG = LoggerFactory.getLogger(StoreLoop.class);
  private static final Duration FLOWING_POLL = Duration.ofSeconds(1);
  private static final Duration HOLDING_POLL = Duration.ofMillis(50);
  private static final IntervalFunction PAUSES =
      IntervalFunction.ofExponentialBackoff(Duration.ofMillis(100), 2, Duration.ofSeconds(10));

  /** Some seconds long. */
  private static final int MANY_PAUSES = 3;

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final Store store;
  private final StoredPositions positions;
  private final LongSupplier nanos;
  private final int most;
  private final Map<String, List<Table<?>>> tables;
  private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> stored = new HashMap<>();
  private final Map<TopicPartition, Long> told = new HashMap<>();
  private @Nullable Long lookAgain;
  private @Nullable Batch pending;
  private @Nullable NewerSchemaException newer;
  private @Nullable Long due;
  private int pauses;
  private volatile Health health = Health.up();

  /**
   * Closes none of them.
   *
   * @param most records of one batch
   * @param nanos measures pauses, as {@link System#nanoTime}
   */
  public StoreLoop(
      Consumer<byte[], byte[]> consumer,
      Store store,
      StoredPositions positions,
      int most,
      LongSupplier nanos) {
    this.consumer = consumer;
    this.store = store;
    this.positions = positions;
    this.most = most;
    this.nanos = nanos;
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
    Batch batch = pending;
    if (batch != null && isOver(due) && tell()) {
      store(batch);
    }
    if (pending == null && (!stored.isEmpty() || isOver(lookAgain))) {
      tell();
    }
    commit();
    if (newer != null) {
      throw newer;
    }
  }

  private boolean isOver(@Nullable Long until) {
    return until == null || nanos.getAsLong() - until >= 0;
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
    } else if (outcome instanceof Store.Outcome.LettersLate late) {
      hold();
      say("kafka", "Kafka is away", String.valueOf(late.cause().getMessage()));
    } else {
      flow(batch);
    }
  }

  private void flow(Batch batch) {
    if (!health.ready()) {
      LOG.info("what was waited for is back; going on");
    }
    stored.putAll(batch.next());
    newer = batch.newer();
    pending = null;
    due = null;
    pauses = 0;
    health = Health.up();
    consumer.resume(consumer.assignment());
  }

  private void hold(Store.Outcome.Later later) {
    hold();
    tellWhy(later);
  }

  private void hold() {
    consumer.pause(consumer.assignment());
    pauses++;
    due = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(PAUSES.apply(pauses));
  }

  private void tellWhy(Store.Outcome.Later later) {
    String message = String.valueOf(later.cause().getMessage());
    if (later.failure() == SqlFailure.CONFLICT) {
      if (pauses >= MANY_PAUSES) {
        say("postgres", "another transaction of Postgres' is in the way", message);
      }
      return;
    }
    boolean away = later.failure() == SqlFailure.AWAY;
    String why = away ? message : "it cannot be written to as it is: " + message;
    say("postgres", away ? "Postgres is away" : "Postgres needs a person", why);
  }

  private void say(String part, String what, String why) {
    Health now = Health.unready(part, why);
    if (!now.equals(health)) {
      LOG.warn("{}, and is tried again: {}", what, why);
    }
    health = now;
  }

  /** Tells Postgres how far it is, and asks it, too; whether it could be told. */
  private boolean tell() {
    lookAgain = nanos.getAsLong() + BETWEEN_LOOKS.toNanos();
    try {
      List<StoredPositions.Place> places =
          consumer.assignment().stream()
              .map(each -> new StoredPositions.Place(each, told.get(each), reached(each)))
              .toList();
      Map<TopicPartition, Long> behind = positions.tell(places);
      places.forEach(place -> told.put(place.partition(), place.stored()));
      uncommitted.putAll(stored);
      stored.clear();
      behind.forEach(this::goBack);
      health = pending == null ? Health.up() : health;
      return true;
    } catch (SQLException e) {
      Store.Outcome.Later later = new Store.Outcome.Later(SqlFailure.of(e), e);
      if (pending != null) {
        hold(later);
      } else {
        tellWhy(later);
      }
    } catch (RetriableException e) {
      LOG.warn("it is not known yet how far Postgres is: {}", e.toString());
    }
    return false;
  }

  /** All before it is stored; of a partition that is new here, all before it was committed. */
  private long reached(TopicPartition partition) {
    OffsetAndMetadata next = stored.get(partition);
    Long before = told.get(partition);
    if (next != null) {
      return next.offset();
    } else if (before == null) {
      return committed(partition);
    }
    return pending == null ? consumer.position(partition) : before;
  }

  private long committed(TopicPartition partition) {
    OffsetAndMetadata at = consumer.committed(Set.of(partition)).get(partition);
    return at == null ? 0 : at.offset();
  }

  private void goBack(TopicPartition partition, long offset) {
    if (pending != null) {
      pending.forget(List.of(partition));
    }
    if (offset > 0) {
      LOG.warn("Postgres is an older copy of itself: {} is read again from {}", partition, offset);
    }
    consumer.seek(partition, offset);
    told.put(partition, offset);
    uncommitted.put(partition, new OffsetAndMetadata(offset));
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
      positions.assigned();
      lookAgain = null;
      if (pending != null) {
        consumer.pause(partitions);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      uncommitted.keySet().removeAll(partitions);
      stored.keySet().removeAll(partitions);
      told.keySet().removeAll(partitions);
      if (pending != null) {
        pending.forget(partitions);
      }
    }
  }
}
