package dev.ordem.producer.verdict;

import dev.ordem.producer.certificate.LedgerCertificate;
import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.verdict.Evidence.Absences;
import dev.ordem.producer.verdict.Evidence.Progress;
import dev.ordem.producer.verdict.Evidence.Repair;
import dev.ordem.producer.verdict.Evidence.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is next about a run whose headers are read. A pure function of the evidence: what it
 * says COMPLETE of misses nothing, as far as ledger, Postgres and Tiny's own count can tell.
 *
 * <p>The stages stand in the order of the methods; each ends the decision, or lets it pass on.
 */
final class Verdict {
  /** Ledger and Postgres must differ and stand still as long as this to be called different. */
  static final Duration STILL = Duration.ofSeconds(3);

  /** An account that is not proved after this is asked to hold. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Progress that was there and is not is missed as long, as the ledger may write it again. */
  static final Duration MISSED = Duration.ofSeconds(20);

  /** No account is asked to hold more often. */
  static final Duration BETWEEN_HOLDS = Duration.ofMinutes(1);

  /** A day less than {@code os-headers} keeps what is written to it. */
  static final Duration KEPT = Duration.ofDays(6);

  private Verdict() {}

  static NextStep next(Evidence evidence) {
    NextStep step = beforeClaims(evidence);
    if (step == null) {
      step = claims(evidence);
    }
    if (step == null) {
      step = proving(evidence);
    }
    if (step != null) {
      return step;
    }
    List<Reason> reasons = Reasons.of(evidence);
    return reasons.isEmpty() ? new NextStep.Complete() : new NextStep.Partial(reasons);
  }

  /** Partitions that hold all that the run asked for and are not proved. */
  static SortedSet<Integer> toCompare(Evidence evidence) {
    return beforeClaims(evidence) != null
        ? new TreeSet<>()
        : partitions(evidence, p -> ready(evidence, p) && !proved(evidence, p));
  }

  /** Whether only the proofs are missing. */
  static boolean settled(Evidence evidence) {
    return beforeClaims(evidence) == null && claims(evidence) == null;
  }

  /** Whether its proof still covers all that the run has in this partition. */
  static boolean proved(Evidence evidence, int partition) {
    Proof proof = evidence.proofs().get(partition);
    Progress progress = evidence.progress().get(partition);
    Run run = evidence.run();
    if (proof == null || progress == null || progress.certificateVersion() == null) {
      return false;
    }
    return evidence.generation() != null
        && proof.generation().equals(evidence.generation().id())
        && proof.reading() == run.reading()
        && proof.version() >= progress.certificateVersion()
        && proof.settled() == progress.settled()
        && (run.phase() != Phase.HEALING || proof.healing());
  }

  private static @Nullable NextStep beforeClaims(Evidence evidence) {
    NextStep step = state(evidence.run());
    if (step == null) {
      step = generation(evidence);
    }
    if (step == null) {
      step = ends(evidence);
    }
    if (step == null) {
      step = certificates(evidence);
    }
    if (step == null) {
      step = evidence.run().phase() == Phase.HEALING ? healing(evidence) : absences(evidence);
    }
    return step;
  }

  private static @Nullable NextStep state(Run run) {
    boolean judged =
        switch (run.phase()) {
          case SETTLING -> run.status() == dev.ordem.contract.RunStatus.RUNNING;
          case HEALING -> run.status() == dev.ordem.contract.RunStatus.PARTIAL;
          case READING, ENDED -> false;
        };
    if (!judged) {
      return new NextStep.Leave("it is " + run.status() + " and " + run.phase());
    }
    return run.owed().isEmpty()
        ? null
        : new NextStep.Wait("the ledger must be told first: " + String.join(", ", run.owed()));
  }

  private static @Nullable NextStep generation(Evidence evidence) {
    if (evidence.generation() == null) {
      return new NextStep.Wait("the account has no baseline yet");
    }
    if (!evidence.generation().id().equals(evidence.run().generation())) {
      return again(evidence, "it was read in another generation than the present one");
    }
    return evidence.run().lostGround() && evidence.run().phase() == Phase.SETTLING
        ? new NextStep.ReadAgain("a run whose orders it took for known was cancelled")
        : null;
  }

  private static @Nullable NextStep ends(Evidence evidence) {
    long reading = evidence.run().reading();
    if (evidence.progress().values().stream().anyMatch(one -> one.reading() > reading)) {
      return again(evidence, "the ledger knows a later reading of it than Postgres");
    }
    SortedSet<Integer> skipped =
        partitions(
            evidence,
            p -> {
              Progress one = evidence.progress().get(p);
              return one != null && one.reading() == reading && one.skipped() > 0;
            });
    if (!skipped.isEmpty()) {
      return again(evidence, named(skipped) + " did not take all headers, or could not");
    }
    SortedSet<Integer> open = notEnded(evidence);
    if (!open.isEmpty() && mayBeLost(evidence)) {
      return again(evidence, named(open) + " did not pass the end of the headers within six days");
    }
    SortedSet<Integer> gone = partitions(evidence, p -> gone(evidence, p));
    if (!gone.isEmpty()) {
      return again(evidence, named(gone) + ": its progress was removed from sync_run_progress");
    }
    return open.isEmpty()
        ? null
        : new NextStep.Wait(
            named(open) + " of the ledger: the end of the headers is not passed yet");
  }

  /**
   * Whether somebody removed its progress: the ledger writes it when a number changes only. Each
   * reading begins to remember anew, so that one removal is one more reading.
   */
  private static boolean gone(Evidence evidence, int partition) {
    Instant since = evidence.trials().gone().get(partition);
    return since != null
        && evidence.certificates().containsKey(partition)
        && !evidence.now().isBefore(since.plus(MISSED));
  }

  /**
   * Whether the topic may soon keep the run's headers and markers no more. The end alone, written
   * again, would say of a ledger that never saw the headers that it has them all.
   */
  private static boolean mayBeLost(Evidence evidence) {
    Run run = evidence.run();
    Instant written = Instant.ofEpochMilli(run.reading());
    if (run.beganAt() != null && run.beganAt().isAfter(written)) {
      written = run.beganAt();
    }
    return !evidence.now().isBefore(written.plus(KEPT));
  }

  /** Partitions that have not passed the end of this reading. */
  static SortedSet<Integer> notEnded(Evidence evidence) {
    return partitions(
        evidence,
        p -> {
          Progress one = evidence.progress().get(p);
          return one == null || one.reading() != evidence.run().reading() || !one.ended();
        });
  }

  private static @Nullable NextStep certificates(Evidence evidence) {
    SortedSet<Integer> missing = partitions(evidence, p -> !evidence.certificates().containsKey(p));
    if (!missing.isEmpty()) {
      return new NextStep.Wait(named(missing) + ": no certificate is there yet");
    }
    SortedSet<Integer> others =
        partitions(
            evidence,
            p ->
                !Objects.equals(
                    evidence.run().generation(), certificate(evidence, p).generation()));
    return others.isEmpty()
        ? null
        : again(evidence, named(others) + ": the ledger is of another generation");
  }

  /** What heals has lost its ledger: nobody can say any more when it is whole. */
  private static NextStep again(Evidence evidence, String why) {
    if (evidence.run().phase() != Phase.HEALING) {
      return new NextStep.ReadAgain(why);
    }
    String error = evidence.run().error();
    String text = "cannot heal by itself any more, resume it: " + why;
    String before = error == null ? "" : "; before: " + error;
    return new NextStep.Partial(List.of(Reason.of(Reason.Kind.GENERATION, text).quoting(before)));
  }

  private static @Nullable NextStep absences(Evidence evidence) {
    Run run = evidence.run();
    if (evidence.progress().values().stream().allMatch(Progress::absencesCounted)
        || run.beganAt() == null
        || run.absences() == Absences.ASKED
        || run.absences() == Absences.REFUSED) {
      return null;
    }
    boolean counted = evidence.progress().values().stream().allMatch(one -> one.known() != null);
    long known = evidence.sum(one -> one.known() == null ? 0 : one.known());
    long absent = evidence.sum(one -> one.absent() == null ? 0 : one.absent());
    if (run.absences() == Absences.CONFIRMED) {
      return new NextStep.ConfirmAbsences(known, absent);
    }
    if (!counted || !run.whole() || !Reasons.headers(run).isEmpty()) {
      return null;
    }
    if (!plausible(run.cursor(), known, absent)) {
      return new NextStep.AskPerson(known, absent);
    }
    return absent == 0 ? null : new NextStep.ConfirmAbsences(known, absent);
  }

  static boolean plausible(@Nullable Cursor cursor, long known, long absent) {
    boolean nothing = known > 0 && (cursor == null || cursor.seen() == 0);
    return mayBeAbsent(known, absent) && !nothing;
  }

  /** Whether it is believed that so many of the known orders were deleted. */
  static boolean mayBeAbsent(long known, long absent) {
    return absent <= 3 || absent * 2 <= known;
  }

  /** What made it partial must be gone before it is looked at again. */
  private static @Nullable NextStep healing(Evidence evidence) {
    List<Reason> left = Reasons.healable(evidence);
    return left.isEmpty()
        ? null
        : new NextStep.Wait(left.stream().map(Reason::text).collect(Collectors.joining("; ")));
  }

  private static @Nullable NextStep claims(Evidence evidence) {
    long open = evidence.sum(Progress::open);
    if (open > 0) {
      return new NextStep.Wait(
          open
              + " details are still to come: "
              + evidence.progress().values().stream()
                  .filter(one -> one.open() > 0)
                  .map(one -> one.open() + " in partition " + one.partition())
                  .collect(Collectors.joining(", ")));
    }
    SortedSet<Integer> behind = partitions(evidence, p -> !ready(evidence, p));
    return behind.isEmpty()
        ? null
        : new NextStep.Wait(
            named(behind) + ": the certificate behind the last detail is not there yet");
  }

  private static boolean ready(Evidence evidence, int partition) {
    Progress progress = Objects.requireNonNull(evidence.progress().get(partition));
    return progress.open() == 0
        && progress.certificateVersion() != null
        && certificate(evidence, partition).version() >= progress.certificateVersion();
  }

  private static @Nullable NextStep proving(Evidence evidence) {
    SortedSet<Integer> unproved = toCompare(evidence);
    Long unplaced = evidence.trials().unplaced();
    if (unplaced == null || !evidence.trials().comparisons().keySet().containsAll(unproved)) {
      return new NextStep.Wait("ledger and Postgres are not compared yet");
    }
    Repair repair = evidence.repair();
    if (unproved.isEmpty() && unplaced == 0) {
      return refused(evidence, repair);
    }
    if (repair != null && repair.doneAt() == null) {
      return new NextStep.Wait(repairing(repair, evidence.now()));
    }
    if (unproved.stream().allMatch(p -> still(evidence, p))) {
      // What took rows from one partition may have taken them from others that were proved before.
      return repair == null
          ? new NextStep.Repair(partitions(evidence, p -> true))
          : different(evidence);
    }
    return holdIsDue(evidence)
        ? new NextStep.Hold()
        : new NextStep.Wait("ledger and Postgres differ: " + differences(evidence));
  }

  /** Repaired, and still different: unless the reason is known, and as long as it is so. */
  private static @Nullable NextStep different(Evidence evidence) {
    List<String> behind = evidence.trials().behind();
    if (behind == null) {
      return new NextStep.Wait("how far Kafka goes is not known yet");
    }
    if (!behind.isEmpty()) {
      return new NextStep.Wait(
          "sinks have not stored yet what Kafka holds in " + String.join(", ", behind));
    }
    return evidence.run().phase() == Phase.HEALING
        ? new NextStep.Wait("ledger and Postgres differ: " + differences(evidence))
        : null;
  }

  /**
   * What Postgres refused is tried once more: its cause may be gone. While a sink tries, rows may
   * not be refused for a moment, and be so again.
   */
  private static @Nullable NextStep refused(Evidence evidence, @Nullable Repair repair) {
    if (repair != null && repair.doneAt() == null && repair.takenUntil() != null) {
      return new NextStep.Wait(repairing(repair, evidence.now()));
    }
    SortedSet<Integer> partitions = evidence.refused().partitions();
    if (partitions.isEmpty() || evidence.run().phase() == Phase.HEALING) {
      return null;
    }
    if (repair == null) {
      return new NextStep.Repair(partitions);
    }
    return repair.doneAt() == null ? new NextStep.Wait(repairing(repair, evidence.now())) : null;
  }

  private static boolean still(Evidence evidence, int partition) {
    PartitionComparison comparison =
        Objects.requireNonNull(evidence.trials().comparisons().get(partition));
    return !comparison.at().isBefore(comparison.since().plus(STILL));
  }

  private static boolean holdIsDue(Evidence evidence) {
    Instant since = evidence.trials().since();
    Instant heldAt = evidence.trials().heldAt();
    return since != null
        && !evidence.now().isBefore(since.plus(PATIENCE))
        && (heldAt == null || !evidence.now().isBefore(heldAt.plus(BETWEEN_HOLDS)));
  }

  /** Whether a run that heals was repaired, and both sides still differ. */
  static boolean staysDifferent(Evidence evidence) {
    Repair repair = evidence.repair();
    return repair != null
        && repair.doneAt() != null
        && (!toCompare(evidence).isEmpty() || !Long.valueOf(0).equals(evidence.trials().unplaced()))
        && toCompare(evidence).stream()
            .allMatch(p -> evidence.trials().comparisons().containsKey(p) && still(evidence, p));
  }

  private static String repairing(Repair repair, Instant now) {
    String what = "repair " + repair.id() + " of partitions " + repair.partitions();
    boolean taken = repair.takenUntil() != null && repair.takenUntil().isAfter(now);
    return taken ? what + " is under way" : what + " waits for a sink, and none has taken it";
  }

  /** What differs, by partition. */
  static String differences(Evidence evidence) {
    return evidence.trials().comparisons().values().stream()
        .filter(one -> !proved(evidence, one.partition()))
        .map(one -> "partition " + one.partition() + " has " + one.difference())
        .collect(Collectors.joining("; "));
  }

  private static LedgerCertificate certificate(Evidence evidence, int partition) {
    return Objects.requireNonNull(evidence.certificates().get(partition));
  }

  private static SortedSet<Integer> partitions(Evidence evidence, IntPredicate which) {
    int count = evidence.generation() == null ? 0 : evidence.generation().partitions();
    return IntStream.range(0, count)
        .filter(which)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static String named(SortedSet<Integer> partitions) {
    String list = partitions.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return (partitions.size() == 1 ? "partition " : "partitions ") + list;
  }
}
