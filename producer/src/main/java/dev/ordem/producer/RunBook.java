package dev.ordem.producer;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * All runs as {@code sync-runs} knows them.
 *
 * <p>{@link #change} is the one way in which a run's state changes: it decides on the present
 * state, writes the next one together with the records that belong to it, and remembers it once it
 * is written, all under one lock. So a cancelled run writes no page any more, and what is
 * remembered is never ahead of the topic. Thread safe.
 */
final class RunBook {
  private final Transactions transactions;
  private final Map<UUID, RunState> runs = new ConcurrentHashMap<>();

  RunBook(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Takes over what the topic says; null: the run was forgotten. */
  void load(UUID runId, @Nullable RunState state) {
    if (state == null) {
      runs.remove(runId);
    } else {
      runs.put(runId, state);
    }
  }

  Optional<RunState> get(UUID runId) {
    return Optional.ofNullable(runs.get(runId));
  }

  Collection<RunState> all() {
    return List.copyOf(runs.values());
  }

  History history(String account) {
    return new History(all().stream().filter(run -> run.account().equals(account)).toList());
  }

  long count(Mode mode, RunStatus status) {
    return runs.values().stream()
        .filter(run -> run.mode() == mode && run.status() == status)
        .count();
  }

  /** Runs that wait for a reader or had one when the producer stopped, oldest first. */
  List<RunState> toRead() {
    return all().stream()
        .filter(Runs::toRead)
        .sorted(Comparator.comparing(RunState::createdAt).thenComparing(RunState::runId))
        .toList();
  }

  /**
   * Changes a known run.
   *
   * @param decide the change; empty: none
   * @return whether there was one
   * @throws Transactions.Broken if it is not known to be written
   */
  boolean change(UUID runId, Function<RunState, Optional<Change>> decide) {
    synchronized (transactions) {
      Optional<Change> change = get(runId).flatMap(decide);
      change.ifPresent(found -> write(found, Map.of(), null));
      return change.isPresent();
    }
  }

  /**
   * Takes a command: what it changes, if anything, and its offset are written together.
   *
   * @throws Transactions.Broken if they are not known to be written
   */
  void take(
      Function<RunBook, Taken> decide,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    synchronized (transactions) {
      Taken taken = decide.apply(this);
      if (taken.state().isPresent()) {
        write(new Change(taken.state().get(), taken.records()), offsets, group);
      } else {
        transactions.commit(taken.records(), offsets, group);
      }
    }
  }

  private void write(
      Change change,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      @Nullable ConsumerGroupMetadata group) {
    RunState state = change.state();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(change.records());
    records.add(Topics.SYNC_RUNS.record(state.runId().toString(), state));
    transactions.commit(records, offsets, group);
    runs.put(state.runId(), state);
  }

  /**
   * What a command comes to.
   *
   * @param state of the run it changes; empty: it changes none
   */
  record Taken(Optional<RunState> state, List<ProducerRecord<byte[], byte[]>> records) {
    static final Taken NOTHING = new Taken(Optional.empty(), List.of());

    static Taken state(RunState state) {
      return new Taken(Optional.of(state), List.of());
    }

    static Taken records(List<ProducerRecord<byte[], byte[]>> records) {
      return new Taken(Optional.empty(), records);
    }
  }
}
