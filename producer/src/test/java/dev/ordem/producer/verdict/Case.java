package dev.ordem.producer.verdict;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.certificate.AccountGeneration;
import dev.ordem.producer.certificate.LedgerCertificate;
import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.certificate.PartitionDigest;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.verdict.Evidence.Absences;
import dev.ordem.producer.verdict.Evidence.Named;
import dev.ordem.producer.verdict.Evidence.Progress;
import dev.ordem.producer.verdict.Evidence.Repair;
import dev.ordem.producer.verdict.Evidence.Run;
import dev.ordem.producer.verdict.Evidence.Trials;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Evidence in the making. As it begins, nothing is missing. */
final class Case {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  final List<Part> parts = new ArrayList<>();
  UUID generation = new UUID(1, 1);
  boolean baselined = true;
  Mode mode = Mode.FULL;
  RunStatus status = RunStatus.RUNNING;
  Phase phase = Phase.SETTLING;
  long reading = 7;
  @Nullable Instant beganAt = NOW.minus(Duration.ofMinutes(10));
  UUID runGeneration = generation;
  boolean limited;
  boolean headersOnly;
  boolean auto;
  boolean lostGround;
  List<String> owed = List.of();
  @Nullable Absences absences;
  Module.Status headers = Module.Status.COMPLETE;
  @Nullable String headersError;
  boolean cursorEnded = true;
  long seen = 40;
  @Nullable Long total = 40L;
  long left;
  Cursor.Unreadable unreadable = Cursor.Unreadable.NONE;
  List<Long> refusedByKafka = List.of();
  Named parked = Named.NONE;
  Named refused = Named.NONE;
  @Nullable Repair repair;
  @Nullable Long unplaced = 0L;
  final SortedMap<Integer, Instant> gone = new TreeMap<>();
  @Nullable Instant comparingSince;
  @Nullable Instant heldAt;
  @Nullable List<String> behind = List.of();

  /** One partition on both sides. */
  static final class Part {
    final int partition;
    boolean known = true;
    boolean certified = true;
    long reading = 7;
    boolean ended = true;
    long settled = 10;
    long open;
    long parked;
    long dropped;
    long skipped;
    @Nullable Long certificateVersion = 5L;
    @Nullable Long listed = 10L;
    @Nullable Long absent = 0L;
    boolean absencesCounted;
    long suspects;
    long refused;
    Map<Integer, Long> bySituacao = Map.of();
    @Nullable UUID generation = new UUID(1, 1);
    long version = 5;
    PartitionDigest ledger = new PartitionDigest(10, 77, 12, 99);
    PartitionDigest postgres = new PartitionDigest(10, 77, 12, 99);
    boolean compared = true;
    Instant comparedAt = NOW;
    Instant since = NOW;
    @Nullable Proof proof;

    Part(int partition) {
      this.partition = partition;
    }

    Proof proof() {
      return new Proof(
          partition,
          new UUID(1, 1),
          7,
          version,
          settled,
          true,
          ledger,
          NOW.minus(Duration.ofSeconds(9)));
    }

    private Progress progress() {
      return new Progress(
          partition,
          reading,
          ended,
          10,
          0,
          settled + open + parked + dropped,
          settled,
          open,
          parked,
          dropped,
          skipped,
          certificateVersion,
          listed,
          absent,
          absencesCounted,
          suspects,
          refused);
    }
  }

  Case(int partitions) {
    for (int i = 0; i < partitions; i++) {
      parts.add(new Part(i));
    }
  }

  Case() {
    this(4);
  }

  Part part(int partition) {
    return parts.get(partition);
  }

  /** Makes it a partial run whose orders are all right again. */
  Case healing() {
    phase = Phase.HEALING;
    status = RunStatus.PARTIAL;
    return this;
  }

  Evidence evidence() {
    SortedMap<Integer, Progress> progress = new TreeMap<>();
    SortedMap<Integer, LedgerCertificate> certificates = new TreeMap<>();
    SortedMap<Integer, Proof> proofs = new TreeMap<>();
    SortedMap<Integer, PartitionComparison> comparisons = new TreeMap<>();
    for (Part part : parts) {
      int p = part.partition;
      if (part.known) {
        progress.put(p, part.progress());
      }
      if (part.certified) {
        certificates.put(
            p,
            new LedgerCertificate(
                p, part.generation, part.version, part.ledger, part.bySituacao, part.suspects));
      }
      if (part.proof != null) {
        proofs.put(p, part.proof);
      } else if (part.compared) {
        comparisons.put(
            p,
            new PartitionComparison(
                p, part.version, part.ledger, part.postgres, part.comparedAt, part.since));
      }
    }
    return new Evidence(
        NOW,
        run(),
        baselined ? new AccountGeneration(generation, parts.size()) : null,
        progress,
        certificates,
        proofs,
        parked,
        new Evidence.Refused(refused, new TreeSet<>(refused.count() == 0 ? List.of() : List.of(0))),
        repair,
        new Trials(comparisons, gone, comparingSince, unplaced, heldAt, behind));
  }

  private Run run() {
    boolean healing = phase == Phase.HEALING;
    return new Run(
        new UUID(2, 2),
        "loja",
        mode,
        status,
        phase,
        reading,
        runGeneration,
        beganAt,
        NOW.minus(Duration.ofMinutes(11)),
        healing ? NOW.minus(Duration.ofSeconds(20)) : null,
        NOW,
        limited,
        headersOnly,
        mode == Mode.AUTO || auto,
        lostGround,
        cursor(),
        owed,
        absences,
        new Module(headers, seen, total, headersError),
        null,
        null,
        null,
        null);
  }

  private Cursor cursor() {
    return new Cursor(
        0, 0, null, cursorEnded, null, seen, unreadable, total, left, refusedByKafka, Map.of());
  }

  /** As the judge decides: with what comparing has just proved. */
  NextStep next() {
    Evidence evidence = evidence();
    SortedMap<Integer, Proof> proofs = new TreeMap<>(evidence.proofs());
    for (Integer partition : Verdict.toCompare(evidence)) {
      Proof proof = Proof.of(evidence).get(partition);
      if (proof != null) {
        proofs.put(partition, proof);
      }
    }
    return Verdict.next(evidence.with(proofs));
  }
}
