package dev.ordem.producer;

import dev.ordem.contract.RunProgress;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what the ledger reports of the running runs, and ends each run when all of it is stored.
 *
 * <p>The topic is compacted, so the present state of every run can be read again from its
 * beginning; that is done at the start and whenever a run that is not new begins to run again. A
 * run is judged only when the reading is level with the topic. Used by one thread.
 */
final class ProgressWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressWatch.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration TOLD_EVERY = Duration.ofSeconds(1);

  private final RunBook book;
  private final Consumer<byte[], byte[]> consumer;
  private final StoreProof proof;
  private final Clock clock;
  private final List<TopicPartition> partitions;
  private final Map<UUID, Followed> followed = new HashMap<>();

  /**
   * Does no I/O.
   *
   * @param consumer reads committed records only; of no group; closed by its owner
   * @param partitions of {@code os-headers}, and of the topic followed here
   */
  ProgressWatch(
      RunBook book,
      Consumer<byte[], byte[]> consumer,
      StoreProof proof,
      int partitions,
      Clock clock) {
    this.book = book;
    this.consumer = consumer;
    this.proof = proof;
    this.clock = clock;
    this.partitions =
        IntStream.range(0, partitions)
            .mapToObj(number -> new TopicPartition(Topics.SYNC_RUN_PROGRESS.name(), number))
            .toList();
  }

  void run(BooleanSupplier running) throws InterruptedException {
    consumer.assign(partitions);
    while (running.getAsBoolean()) {
      if (follow()) {
        replay(running);
      }
      note(consumer.poll(LOOK));
      for (UUID runId : List.copyOf(followed.keySet())) {
        judge(runId);
      }
    }
  }

  /** Whether a run is followed from now on of which the topic may already tell. */
  private boolean follow() {
    Map<UUID, RunState> running =
        book.all().stream()
            .filter(run -> run.status() == RunStatus.RUNNING)
            .collect(Collectors.toMap(RunState::runId, run -> run));
    followed.keySet().retainAll(running.keySet());
    Set<UUID> known = Set.copyOf(followed.keySet());
    running.keySet().forEach(runId -> followed.computeIfAbsent(runId, id -> new Followed()));
    return !known.containsAll(running.keySet());
  }

  private void replay(BooleanSupplier running) {
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (running.getAsBoolean()
        && ends.entrySet().stream()
            .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      note(consumer.poll(LOOK));
    }
  }

  private void note(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        RunProgress progress = Topics.SYNC_RUN_PROGRESS.value(record);
        Followed run = progress == null ? null : followed.get(progress.runId());
        if (progress != null && run != null && progress.partition() < partitions.size()) {
          run.progress.put(progress.partition(), progress);
        }
      } catch (SerializationException e) {
        LOG.warn("progress of a run cannot be read: its run will not end", e);
      }
    }
  }

  private void judge(UUID runId) throws InterruptedException {
    Followed one = followed.get(runId);
    RunState run = book.get(runId).orElse(null);
    if (one == null || run == null || run.cursor() == null) {
      return;
    }
    Outcome outcome = Outcome.of(run, one.progress.values(), partitions.size());
    if (!Runs.settling(run) || !outcome.settled()) {
      one.goal = Map.of();
      tell(one, run, outcome.details(), run.store());
      return;
    }
    try {
      prove(one, run, outcome);
    } catch (RetriableException e) {
      LOG.warn("whether run {} is stored cannot be asked now; asking again", runId, e);
    }
  }

  private void prove(Followed one, RunState run, Outcome outcome) throws InterruptedException {
    if (one.goal.isEmpty()) {
      one.goal = proof.ends();
      one.firstMissing = proof.missing(one.goal);
      one.missing = one.firstMissing;
    }
    long missing = proof.missing(one.goal);
    if (missing > 0) {
      Module.Status status = missing < one.missing ? Module.Status.RUNNING : Module.Status.WAITING;
      String why = missing + " records are not in Postgres yet: is the sink running?";
      one.missing = missing;
      tell(one, run, outcome.details(), new Module(status, one.stored(), one.firstMissing, why));
      return;
    }
    Module store = new Module(Module.Status.COMPLETE, one.firstMissing, one.firstMissing, null);
    Instant now = clock.instant();
    book.change(
        run.runId(),
        state ->
            state.equals(run)
                ? Optional.of(Change.to(ended(state, outcome.details(), store, now)))
                : Optional.empty());
  }

  private static RunState ended(RunState run, Module details, Module store, Instant now) {
    RunState ended = Outcome.end(Draft.of(run).details(details).at(now), store, now);
    LOG.info("run {} of {} is {}", ended.runId(), ended.account(), ended.status());
    return ended;
  }

  private void tell(Followed one, RunState seen, Module details, Module store) {
    Instant now = clock.instant();
    boolean same = details.equals(seen.details()) && store.equals(seen.store());
    if (same || one.toldAt.plus(TOLD_EVERY).isAfter(now)) {
      return;
    }
    one.toldAt = now;
    book.change(
        seen.runId(),
        run ->
            run.status() == RunStatus.RUNNING
                ? Optional.of(Change.to(Draft.of(run).details(details).store(store).at(now)))
                : Optional.empty());
  }

  /** What is known of a running run. */
  private static final class Followed {
    final Map<Integer, RunProgress> progress = new HashMap<>();
    Map<TopicPartition, Long> goal = Map.of();
    long firstMissing;
    long missing;
    Instant toldAt = Instant.EPOCH;

    long stored() {
      return firstMissing - missing;
    }
  }
}
