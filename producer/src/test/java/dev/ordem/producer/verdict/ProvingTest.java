package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.certificate.PartitionDigest;
import dev.ordem.producer.verdict.Case.Part;
import dev.ordem.producer.verdict.Evidence.Repair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is next while only proofs are missing. */
class ProvingTest {
  private final Case run = new Case();

  @Test
  void aDifferenceThatMovesIsWaitedFor() {
    missing(1);

    assertThat(waits()).contains("partition 1 has 9 orders", "ledger has 10");
  }

  @Test
  void aDifferenceThatStandsStillIsRepairedEverywhereAsOthersMayHaveBeenProvedBefore() {
    missing(1).since = ago(3);

    assertThat(run.next()).isEqualTo(new NextStep.Repair(new TreeSet<>(List.of(0, 1, 2, 3))));
  }

  @Test
  void nothingIsRepairedWhileAnotherPartitionStillMoves() {
    missing(1).since = ago(3);
    missing(2).since = ago(2);

    assertThat(waits()).contains("partition 1", "partition 2");
  }

  @Test
  void rowsInNoPartitionAreRepairedEverywhere() {
    run.unplaced = 4L;

    assertThat(run.next()).isEqualTo(new NextStep.Repair(new TreeSet<>(List.of(0, 1, 2, 3))));
  }

  @Test
  void aRepairThatNoneHasTakenWaitsForASink() {
    missing(1).since = ago(60);
    run.repair = new Repair(7, List.of(1), null, null, null, null);

    assertThat(waits()).contains("repair 7", "waits for a sink");
  }

  @Test
  void aRepairWhoseSinkDiedWaitsForAnotherOne() {
    missing(1).since = ago(60);
    run.repair = new Repair(7, List.of(1), ago(1), null, null, null);

    assertThat(waits()).contains("waits for a sink");
  }

  @Test
  void aRepairUnderWayIsWaitedFor() {
    missing(1).since = ago(60);
    run.repair = new Repair(7, List.of(1), Case.NOW.plusSeconds(20), null, null, null);

    assertThat(waits()).contains("repair 7", "under way");
  }

  @Test
  void whatBecomesEqualMeanwhileNeedsNoRepair() {
    run.repair = new Repair(7, List.of(1), null, null, null, null);

    assertThat(run.next()).isEqualTo(new NextStep.Complete());
  }

  /** The comparisons from before it are forgotten, see StallTracker. */
  @Test
  void afterARepairTheDifferenceMustStandStillAgain() {
    missing(1).since = ago(2);
    run.repair = new Repair(7, List.of(1), null, ago(60), 3L, null);

    assertThat(run.next()).isInstanceOf(NextStep.Wait.class);
  }

  @Test
  void aSideThatIsKnownToBeBehindIsNotJudged() {
    missing(1).since = ago(60);
    run.repair = new Repair(7, List.of(1), null, ago(60), 3L, null);
    run.behind = null;
    assertThat(waits()).contains("how far Kafka goes");

    run.behind = List.of("sync-run-progress-0");
    assertThat(waits()).contains("not stored yet", "sync-run-progress-0");
  }

  @Test
  void whatStillDiffersHealsOnceBothSidesAreEqual() {
    run.healing();
    missing(1).since = ago(60);
    run.repair = new Repair(7, List.of(1), null, ago(60), 3L, null);
    assertThat(waits()).contains("partition 1 has 9 orders");

    run.part(1).postgres = run.part(1).ledger;
    assertThat(run.next()).isEqualTo(new NextStep.Complete());
  }

  /** The order of proof and first verdict is not a matter of the clock. */
  @Test
  void aProofFromBeforeTheFirstVerdictIsNoneOfARunThatHeals() {
    run.healing();
    Part part = run.part(1);
    part.proof = new Proof(1, run.generation, 7, 5, 10, false, part.ledger, Case.NOW);

    assertThat(Verdict.toCompare(run.evidence())).contains(1);
  }

  /** What is refused now and not in a moment may be refused again before the sink is done. */
  @Test
  void aRepairThatASinkHasTakenIsWaitedForThoughNothingDiffers() {
    run.repair = new Repair(7, List.of(1), ago(1), null, null, null);

    assertThat(waits()).contains("repair 7");
  }

  @Test
  void whatDiffersAfterARepairIsPartialWithItsPartitions() {
    missing(1).since = ago(60);
    run.repair = new Repair(7, List.of(1), null, ago(4), 3L, "disk full");

    NextStep.Partial partial = (NextStep.Partial) run.next();

    assertThat(partial.heals()).isTrue();
    assertThat(partial.reasons())
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason.kind()).isEqualTo(Reason.Kind.DIFFERENT);
              assertThat(reason.text()).contains("partition 1 has 9 orders", "the repair failed");
              assertThat(reason.text()).doesNotContain("disk full");
              assertThat(reason.whole()).contains("the repair failed: disk full");
              assertThat(reason.ids()).containsExactly("partition 1");
            });
  }

  @ParameterizedTest
  @CsvSource({"29, -1, false", "30, -1, true", "90, 59, false", "90, 60, true"})
  void anAccountThatNeverStandsStillIsAskedToHoldOnceAMinute(
      long comparing, long held, boolean holds) {
    missing(1);
    run.comparingSince = ago(comparing);
    run.heldAt = held < 0 ? null : ago(held);

    assertThat(run.next() instanceof NextStep.Hold).isEqualTo(holds);
  }

  @Test
  void aProofStaysWhileTheAccountGoesOn() {
    Part part = run.part(1);
    part.proof = part.proof();
    part.version = 20;
    part.ledger = new PartitionDigest(11, 5, 13, 6);

    assertThat(run.next()).isEqualTo(new NextStep.Complete());
  }

  @Test
  void aProofDoesNotCoverWhatTheRunGotAfterIt() {
    Part part = run.part(1);
    part.proof = part.proof();
    part.certificateVersion = 6L;
    part.version = 6;

    assertThat(Verdict.toCompare(run.evidence())).contains(1);
  }

  private Part missing(int partition) {
    Part part = run.part(partition);
    part.postgres = new PartitionDigest(9, 0, 12, 0);
    return part;
  }

  private String waits() {
    return ((NextStep.Wait) run.next()).what();
  }

  private static Instant ago(long seconds) {
    return Case.NOW.minus(Duration.ofSeconds(seconds));
  }
}
