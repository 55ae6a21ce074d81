package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.certificate.PartitionDigest;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.runs.Phase;
import dev.ordem.producer.verdict.Case.Part;
import dev.ordem.producer.verdict.Evidence.Absences;
import dev.ordem.producer.verdict.Evidence.Named;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * COMPLETE implies that nothing is missing: evidence without a defect is COMPLETE, and with any
 * single one it is not.
 */
class DefectsTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  /** What can be wrong. */
  @SuppressWarnings("ImmutableEnumChecker") // its functions keep nothing
  enum Defect {
    NO_PROGRESS((c, p) -> p.known = false),
    NOT_ENDED((c, p) -> p.ended = false),
    OLDER_READING((c, p) -> p.reading--),
    SKIPPED_HEADERS((c, p) -> p.skipped = 1),
    OPEN_CLAIM((c, p) -> p.open = 1),
    PARKED((c, p) -> p.parked = 1),
    DROPPED((c, p) -> p.dropped = 1),
    NO_CERTIFICATE((c, p) -> p.certified = false),
    LEDGER_WITHOUT_GENERATION((c, p) -> p.generation = null),
    LEDGER_OF_ANOTHER_GENERATION((c, p) -> p.generation = new UUID(9, 9)),
    READ_IN_ANOTHER_GENERATION((c, p) -> c.runGeneration = new UUID(9, 9)),
    NO_BASELINE((c, p) -> c.baselined = false),
    CERTIFICATE_TOO_OLD((c, p) -> p.version = 4),
    NO_CERTIFICATE_VERSION((c, p) -> p.certificateVersion = null),
    ORDER_MISSING((c, p) -> p.postgres = p.postgres.minus(new PartitionDigest(1, 0, 0, 0))),
    ORDER_OTHER((c, p) -> p.postgres = p.postgres.minus(new PartitionDigest(0, 1, 0, 0))),
    CHANGE_MISSING((c, p) -> p.postgres = p.postgres.minus(new PartitionDigest(0, 0, 1, 0))),
    CHANGE_OTHER((c, p) -> p.postgres = p.postgres.minus(new PartitionDigest(0, 0, 0, 1))),
    ORDER_TOO_MANY((c, p) -> p.postgres = p.postgres.plus(new PartitionDigest(1, 0, 0, 0))),
    STILL_DIFFERENT(
        (c, p) -> {
          p.postgres = p.postgres.minus(new PartitionDigest(1, 0, 0, 0));
          p.since = Case.NOW.minus(LONG);
        }),
    DIFFERENT_AFTER_REPAIR(
        (c, p) -> {
          p.postgres = p.postgres.minus(new PartitionDigest(1, 0, 0, 0));
          p.since = Case.NOW.minus(LONG);
          c.repair =
              new Evidence.Repair(1, List.of(p.partition), null, Case.NOW.minus(LONG), 0L, null);
        }),
    BEHIND_AFTER_REPAIR(
        (c, p) -> {
          DIFFERENT_AFTER_REPAIR.inject.accept(c, p);
          c.behind = List.of("sync-run-progress-0");
        }),
    LATER_READING((c, p) -> p.reading++),
    NOT_TAKEN((c, p) -> p.refused = 1),
    NOT_COMPARED((c, p) -> p.compared = false),
    COMPARED_BEFORE((c, p) -> p.comparedAt = Case.NOW.minusMillis(1)),
    PROOF_OF_AN_OLDER_READING((c, p) -> proof(c, p, p.version, 6, p.settled)),
    PROOF_BEFORE_THE_LAST_DETAIL((c, p) -> proof(c, p, 4, 7, p.settled)),
    PROOF_BEFORE_AN_ORDER_HEALED((c, p) -> proof(c, p, p.version, 7, p.settled - 1)),
    NOT_COUNTED((c, p) -> c.unplaced = null),
    IN_NO_PARTITION((c, p) -> c.unplaced = 1L),
    REFUSED((c, p) -> c.refused = new Named(1, List.of(5L))),
    CANCELED((c, p) -> c.status = RunStatus.CANCELED),
    CANCEL_OWED((c, p) -> c.owed = List.of("cancel")),
    ENDED_MEANWHILE((c, p) -> c.phase = Phase.ENDED),
    READ_AGAIN_MEANWHILE((c, p) -> c.phase = Phase.READING),
    UNREADABLE_ROW((c, p) -> c.unreadable = new Cursor.Unreadable(1, List.of("row 3"))),
    REFUSED_BY_KAFKA((c, p) -> c.refusedByKafka = List.of(5L)),
    ABSENCES_ASKED((c, p) -> c.absences = Absences.ASKED),
    ABSENCES_REFUSED((c, p) -> c.absences = Absences.REFUSED),
    HEADERS_FAILED((c, p) -> c.headers = Module.Status.FAILED, c -> c.mode != Mode.DETAILS),
    HEADERS_NOT_READ_TO_THE_END((c, p) -> c.cursorEnded = false, c -> c.mode != Mode.DETAILS),
    ONE_NOT_SHOWN((c, p) -> c.total = c.seen + 1, Defect::whole),
    ONE_TOO_MANY_SHOWN((c, p) -> c.total = c.seen - c.left - 1, Defect::whole),
    ONE_HIDDEN_AMONG_THOSE_THAT_LEFT((c, p) -> c.left++, Defect::whole),
    NO_TOTAL((c, p) -> c.total = null, Defect::whole),
    ABSENCES_NOT_COUNTED(
        (c, p) -> {
          p.absent = 2L;
          p.absencesCounted = false;
        },
        Defect::settlesWhole),
    MOST_ABSENT(
        (c, p) -> {
          p.absent = 100L;
          p.absencesCounted = false;
        },
        Defect::settlesWhole),
    NOTHING_READ(
        (c, p) -> {
          c.seen = 0;
          c.total = 0L;
          p.absencesCounted = false;
        },
        Defect::settlesWhole);

    private final BiConsumer<Case, Part> inject;
    private final Predicate<Case> fits;

    Defect(BiConsumer<Case, Part> inject) {
      this(inject, c -> true);
    }

    Defect(BiConsumer<Case, Part> inject, Predicate<Case> fits) {
      this.inject = inject;
      this.fits = fits;
    }

    private static void proof(Case c, Part part, long version, long reading, long settled) {
      part.version = Math.max(part.version, 5);
      part.compared = false;
      part.proof =
          new Proof(
              part.partition, c.generation, reading, version, settled, true, part.ledger, Case.NOW);
    }

    private static boolean whole(Case c) {
      return c.mode.whole() && !c.limited;
    }

    private static boolean settlesWhole(Case c) {
      return whole(c) && c.phase == Phase.SETTLING && c.absences == null;
    }
  }

  @Property(tries = 300)
  void evidenceWithoutADefectIsComplete(@ForAll("perfect") Case perfect) {
    assertThat(perfect.next()).isEqualTo(new NextStep.Complete());
  }

  @Property(tries = 3000)
  void evidenceWithAnySingleDefectIsNotComplete(
      @ForAll("perfect") Case perfect, @ForAll Defect defect, @ForAll int where) {
    if (!defect.fits.test(perfect)) {
      return;
    }
    Part part = perfect.part(Math.floorMod(where, perfect.parts.size()));
    part.proof = null;
    defect.inject.accept(perfect, part);

    assertThat(perfect.next()).isNotInstanceOf(NextStep.Complete.class);
  }

  @Property(tries = 1000)
  void whatIsCompleteHoldsAllThatItWasJudgedBy(
      @ForAll("perfect") Case perfect,
      @ForAll Defect one,
      @ForAll Defect other,
      @ForAll int where) {
    Part part = perfect.part(Math.floorMod(where, perfect.parts.size()));
    one.inject.accept(perfect, part);
    other.inject.accept(perfect, part);

    if (perfect.next() instanceof NextStep.Complete) {
      Evidence evidence = perfect.evidence();
      assertThat(evidence.sum(Evidence.Progress::open)).isZero();
      assertThat(evidence.sum(Evidence.Progress::parked)).isZero();
      assertThat(evidence.sum(Evidence.Progress::dropped)).isZero();
      assertThat(evidence.refused().orders().count()).isZero();
      assertThat(evidence.run().status()).isIn(RunStatus.RUNNING, RunStatus.PARTIAL);
      assertThat(evidence.trials().comparisons().values())
          .filteredOn(comparison -> !evidence.proofs().containsKey(comparison.partition()))
          .allMatch(PartitionComparison::equal);
    }
  }

  @Provide
  Arbitrary<Case> perfect() {
    Arbitrary<Mode> modes =
        Arbitraries.of(Mode.INCREMENTAL, Mode.FULL, Mode.PERIOD, Mode.DETAILS, Mode.RECONCILE);
    return Combinators.combine(
            Arbitraries.integers().between(1, 7),
            modes,
            Arbitraries.of(true, false).tuple3(),
            Arbitraries.longs().between(0, 3),
            Arbitraries.longs().list().ofSize(7))
        .as(
            (partitions, mode, flags, left, seeds) -> {
              Case c = new Case(partitions);
              c.mode = mode;
              c.limited = flags.get1();
              c.left = left;
              c.total = c.seen - left;
              if (flags.get2()) {
                c.healing();
              }
              c.parts.forEach(part -> fill(part, seeds.get(part.partition), flags.get3()));
              return c;
            });
  }

  /** What a partition may hold, proved now or before. */
  private static void fill(Part part, long seed, boolean absent) {
    part.ledger = new PartitionDigest(Math.floorMod(seed, 1000), seed * 31, seed & 0xffff, ~seed);
    part.postgres = part.ledger;
    part.version = 5L + Math.floorMod(seed, 3);
    if (absent) {
      part.absent = 1L;
      part.absencesCounted = true;
    }
    if (seed % 4 == 0) {
      Proof proof = part.proof();
      part.proof =
          new Proof(
              proof.partition(),
              proof.generation(),
              proof.reading(),
              proof.version(),
              proof.settled(),
              proof.healing(),
              proof.numbers(),
              Case.NOW.minusSeconds(1));
    }
  }
}
