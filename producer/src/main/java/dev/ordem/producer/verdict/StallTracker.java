package dev.ordem.producer.verdict;

import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.verdict.Evidence.Trials;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a producer remembers of a run between two looks: how long things have stood still, and when
 * it looks again. Lost with the process, which only makes the next one begin to wait anew. All
 * moments are the database's. Used by one thread at a time.
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
  private Instant compareAgain = Instant.MIN;
  private @Nullable Object seen;
  private Instant movedAt = Instant.MIN;
  private Instant writtenAt = Instant.MIN;
  private Instant markedAt = Instant.MIN;
  private long markedReading = -1;
  private Instant heldAt = Instant.MIN;
  private Duration pause = SHORTEST;
  private final Set<String> told = new HashSet<>();

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

  Trials trials(@Nullable Long unplaced, @Nullable Instant held) {
    return new Trials(comparisons, gone, since, unplaced, held);
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
      movedAt = evidence.run().progressedAt();
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
