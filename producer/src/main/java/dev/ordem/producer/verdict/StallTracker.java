package dev.ordem.producer.verdict;

import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.verdict.Evidence.Repair;
import dev.ordem.producer.verdict.Evidence.Trials;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a producer remembers of a run between two looks: how long things have stood still, and when
 * it looks again. Lost with the process, which only makes the next one begin to wait anew. Used by
 * one thread at a time.
 *
 * <p>All moments are the database's. If its clock is set back between two looks, all that is
 * remembered goes back with it, as if no time had passed between them: nothing waits for the clock
 * to be again where it was, and nothing stands still for longer than it did.
 */
final class StallTracker {
  /** Between looks while something moves. */
  static final Duration SHORTEST = Duration.ofMillis(200);

  /** Between looks when nothing does; with the time of a look still less than 5 s. */
  static final Duration LONGEST = Duration.ofSeconds(4);

  /** A partition may be compared for a fifth of the time, no more. */
  private static final int REST = 4;

  /** An account that was asked to hold is watched closely. */
  private static final Duration HELD = Duration.ofSeconds(10);

  /** What stands still as long as this has something to wait for. */
  private static final Duration MOVING = Duration.ofSeconds(5);

  private static final Duration BETWEEN_WRITES = Duration.ofSeconds(1);
  private static final Duration BETWEEN_MARKERS = Duration.ofMinutes(1);

  private final SortedMap<Integer, PartitionComparison> comparisons = new TreeMap<>();
  private final Set<Integer> shown = new HashSet<>();
  private final SortedMap<Integer, Instant> gone = new TreeMap<>();
  private @Nullable Instant since;
  private Instant now = Instant.MIN;
  private long repairDone = -1;
  private @Nullable Map<TopicPartition, Long> ends;
  private Instant compareAgain = Instant.MIN;
  private @Nullable Object seen;
  private Instant movedAt = Instant.MIN;
  private Instant writtenAt = Instant.MIN;
  private Instant markedAt = Instant.MIN;
  private long markedReading = -1;
  private Instant heldAt = Instant.MIN;
  private Duration pause = SHORTEST;
  private final Set<String> told = new HashSet<>();

  /** What the clock shows at this look; before anything else is asked of it. */
  void at(Instant shown) {
    if (shown.isBefore(now)) {
      Duration by = Duration.between(now, shown);
      comparisons.replaceAll((partition, one) -> one.shifted(by));
      gone.replaceAll((partition, moment) -> moment.plus(by));
      since = since == null ? null : since.plus(by);
      compareAgain = shifted(compareAgain, by);
      movedAt = shifted(movedAt, by);
      writtenAt = shifted(writtenAt, by);
      markedAt = shifted(markedAt, by);
      heldAt = shifted(heldAt, by);
    }
    now = shown;
  }

  private static Instant shifted(Instant moment, Duration by) {
    return moment.equals(Instant.MIN) ? moment : moment.plus(by);
  }

  /**
   * Looks at the repair that was asked for. Once it is done, what was compared before counts no
   * more.
   *
   * @return whether to find out how far Kafka goes: then all that the repair was to mend stands
   *     before that
   */
  boolean repaired(@Nullable Repair repair) {
    if (repair == null || repair.doneAt() == null) {
      return false;
    }
    if (repairDone != repair.id()) {
      repairDone = repair.id();
      ends = null;
      comparisons.clear();
      compareAgain = Instant.MIN;
    }
    return ends == null;
  }

  void ends(Map<TopicPartition, Long> found) {
    ends = Map.copyOf(found);
  }

  @Nullable Map<TopicPartition, Long> ends() {
    return ends;
  }

  /** Remembers which partitions have progress of the run, and since when one has it no more. */
  void shown(Set<Integer> partitions, Instant now) {
    shown.addAll(partitions);
    gone.keySet().removeAll(partitions);
    for (Integer partition : shown) {
      if (!partitions.contains(partition)) {
        gone.putIfAbsent(partition, now);
      }
    }
  }

  /** Whether only proofs are missing, so that waiting for them counts. */
  void comparing(boolean only, Instant now) {
    if (!only) {
      since = null;
    } else if (since == null) {
      since = now;
    }
  }

  boolean impatient(Instant now) {
    return since != null && !now.isBefore(since.plus(Verdict.PATIENCE));
  }

  /** Keeps comparisons of {@code unproved} only; whether there are any to make. */
  boolean forget(SortedSet<Integer> unproved) {
    comparisons.keySet().retainAll(unproved);
    return !unproved.isEmpty();
  }

  boolean due(Instant now) {
    return !now.isBefore(compareAgain);
  }

  /** Remembers what comparing found, and that it took until {@code end}. */
  void compared(List<PartitionComparison> found, Instant end) {
    for (PartitionComparison one : found) {
      comparisons.put(one.partition(), one.after(comparisons.get(one.partition())));
      Duration took = Duration.between(one.at(), end);
      compareAgain = end.plus(took.multipliedBy(REST));
    }
  }

  Trials trials(@Nullable Long unplaced, @Nullable Instant held, @Nullable List<String> behind) {
    return new Trials(comparisons, gone, since, unplaced, held, behind);
  }

  /** Looks at the numbers of a run, and how long they have stood still. */
  void look(Evidence evidence) {
    Object now =
        List.of(
            evidence.progress(),
            evidence.proofs(),
            evidence.refused(),
            String.valueOf(evidence.repair()),
            evidence.trials().comparisons().values().stream()
                .map(one -> List.of(one.ledger(), one.postgres()))
                .toList());
    boolean first = seen == null;
    boolean moved = !now.equals(seen);
    seen = now;
    if (first) {
      Instant progressed = evidence.run().progressedAt();
      movedAt = progressed.isAfter(evidence.now()) ? evidence.now() : progressed;
    } else if (moved) {
      movedAt = evidence.now();
    }
    pause = moved ? SHORTEST : longer();
  }

  /** Whether {@code news} were not told before. */
  boolean first(String news) {
    return told.add(news);
  }

  Instant movedAt() {
    return movedAt;
  }

  boolean moving(Instant now) {
    return movedAt.plus(MOVING).isAfter(now);
  }

  private Duration longer() {
    Duration longer = pause.multipliedBy(3).dividedBy(2);
    return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
  }

  /** Until the next look. */
  Duration pause(Instant now) {
    return now.isBefore(heldAt.plus(HELD)) ? SHORTEST : pause;
  }

  void held(Instant now) {
    heldAt = now;
    compareAgain = now;
  }

  /** Whether numbers, which move all the time, are to be written again. */
  boolean worthWriting(Instant now) {
    return !now.isBefore(writtenAt.plus(BETWEEN_WRITES));
  }

  void written(Instant now) {
    writtenAt = now;
  }

  /** Whether the ledger was told to count absences, and has had no time to. */
  boolean marked(long reading, Instant now) {
    return markedReading == reading && now.isBefore(markedAt.plus(BETWEEN_MARKERS));
  }

  void mark(long reading, Instant now) {
    markedReading = reading;
    markedAt = now;
  }
}
