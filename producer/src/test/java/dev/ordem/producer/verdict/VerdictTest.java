package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunState.Module;
import dev.ordem.producer.certificate.PartitionDigest;
import dev.ordem.producer.runs.Cursor;
import dev.ordem.producer.verdict.Evidence.Absences;
import dev.ordem.producer.verdict.Evidence.Named;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is next, rule by rule. */
class VerdictTest {
  private final Case run = new Case();

  @Test
  void nothingMissingIsComplete() {
    assertThat(run.next()).isEqualTo(new NextStep.Complete());
  }

  @Test
  void autoThatReadNothingIsCompleteOnceLedgerAndPostgresAreProvedEqual() {
    run.mode = Mode.AUTO;
    run.headers = Module.Status.SKIPPED;
    assertThat(run.next()).isEqualTo(new NextStep.Complete());

    run.part(1).postgres = PartitionDigest.NONE;
    assertThat(run.next()).isNotEqualTo(new NextStep.Complete());
  }

  @Test
  void autoThatReadNothingNamesWhatWaitsForAPersonFromEarlierRuns() {
    run.mode = Mode.AUTO;
    run.headers = Module.Status.SKIPPED;
    run.parked = new Named(1, List.of(5L));

    assertThat(run.next())
        .isInstanceOfSatisfying(
            NextStep.Partial.class,
            partial ->
                assertThat(partial.reasons())
                    .extracting(Reason::kind)
                    .containsExactly(Reason.Kind.PARKED));
  }

  @Test
  void aRunBelowWhichAProofWasLostIsReadAgain() {
    run.mode = Mode.INCREMENTAL;
    run.lostGround = true;
    assertThat(run.next()).isInstanceOf(NextStep.ReadAgain.class);
    assertThat(run.healing().next()).isEqualTo(new NextStep.Complete());
  }

  @Test
  void anEndThatIsNotPassedIsNamedWithItsPartitions() {
    run.part(1).ended = false;
    run.part(3).reading = 6;

    assertThat(waits()).contains("partitions 1, 3").contains("end of the headers");
  }

  @Test
  void aNewerReadingThanTheRunsIsNotItsEnd() {
    run.part(2).reading = 8;

    assertThat(run.next())
        .as("Postgres is older than the ledger")
        .isInstanceOf(NextStep.ReadAgain.class);
  }

  @Test
  void headersThatCameBeforeTheBaselineAreReadAgain() {
    run.part(2).skipped = 3;

    assertThat(run.next())
        .isInstanceOfSatisfying(
            NextStep.ReadAgain.class, again -> assertThat(again.why()).contains("partition 2"));
  }

  @Test
  void headersThatAnOlderReadingSkippedAreNotReadForEver() {
    run.part(2).skipped = 3;
    run.part(2).reading = 6;

    assertThat(run.next()).isInstanceOf(NextStep.Wait.class);
  }

  @Test
  void whatIsNotPassedWithinSixDaysIsReadAgainBeforeTheTopicForgetsIt() {
    run.part(2).ended = false;
    run.beganAt = Case.NOW.minus(Duration.ofDays(6)).plusMillis(1);
    assertThat(run.next()).isInstanceOf(NextStep.Wait.class);
    run.beganAt = Case.NOW.minus(Duration.ofDays(6));
    assertThat(run.next())
        .isInstanceOfSatisfying(
            NextStep.ReadAgain.class, again -> assertThat(again.why()).contains("partition 2"));

    run.part(2).ended = true;
    assertThat(run.next()).as("it was passed").isEqualTo(new NextStep.Complete());
  }

  @Test
  void aRunWhoseProgressWasRemovedIsReadAgain() {
    run.part(2).ended = false;
    run.gone.put(2, Case.NOW.minusSeconds(20).plusMillis(1));
    assertThat(run.next()).isInstanceOf(NextStep.Wait.class);
    run.gone.put(2, Case.NOW.minusSeconds(20));
    assertThat(run.next()).isInstanceOf(NextStep.ReadAgain.class);
  }

  @Test
  void aRunThatWasResumedOfLateHasSixDaysAgain() {
    run.beganAt = Case.NOW.minus(Duration.ofDays(30));
    run.reading = Case.NOW.minus(Duration.ofDays(1)).toEpochMilli();
    assertThat(run.next()).isInstanceOf(NextStep.Wait.class);
    run.reading = Case.NOW.minus(Duration.ofDays(6)).toEpochMilli();
    assertThat(run.next()).isInstanceOf(NextStep.ReadAgain.class);
    run.beganAt = null; // a run of details asks for no page
    assertThat(run.next()).isInstanceOf(NextStep.ReadAgain.class);
  }

  @Test
  void aRunOfAnotherGenerationIsReadAgain() {
    run.runGeneration = new UUID(3, 3);

    assertThat(run.next()).isInstanceOf(NextStep.ReadAgain.class);
  }

  @Test
  void aLedgerOfAnotherGenerationMeansToReadAgain() {
    run.part(0).generation = null;

    assertThat(run.next()).isInstanceOf(NextStep.ReadAgain.class);
  }

  @Test
  void aHealingRunWhoseLedgerIsGoneEndsForGood() {
    run.healing();
    run.runGeneration = new UUID(3, 3);

    NextStep.Partial partial = (NextStep.Partial) run.next();

    assertThat(partial.heals()).isFalse();
    assertThat(partial.reasons()).extracting(Reason::kind).containsOnly(Reason.Kind.GENERATION);
  }

  @Test
  void openDetailsAreCountedWithTheirPartitions() {
    run.part(0).open = 2;
    run.part(3).open = 5;

    assertThat(waits()).contains("7 details", "2 in partition 0", "5 in partition 3");
  }

  @Test
  void aPartitionIsComparedWhileOthersStillWork() {
    run.part(0).open = 2;

    assertThat(Verdict.toCompare(run.evidence())).containsExactly(1, 2, 3);
  }

  @Test
  void aMarkerThatIsOwedComesFirst() {
    run.owed = List.of("resume");

    assertThat(waits()).contains("resume");
  }

  @ParameterizedTest
  @CsvSource({
    // known, absent, seen, plausible
    "0, 0, 0, true",
    "10, 0, 10, true",
    "10, 3, 7, true",
    "6, 4, 2, false",
    "8, 4, 4, true",
    "100, 50, 50, true",
    "100, 51, 49, false",
    "4, 3, 1, true",
    "3, 3, 0, false",
    "1, 0, 0, false",
    "287, 287, 0, false",
  })
  void aReadThatMissesMoreThanHalfAndMoreThanThreeIsNotBelieved(
      long known, long absent, long seen, boolean plausible) {
    Cursor read = cursorThatSaw(seen);

    assertThat(Verdict.plausible(read, known, absent)).isEqualTo(plausible);
  }

  @Test
  void anIncrementalReadThatShowsNothingIsNotBelievedWhileOrdersAreOpen() {
    run.mode = Mode.INCREMENTAL;
    run.seen = 0;
    run.part(0).bySituacao = Map.of(3, 8L);
    assertThat(run.next()).isEqualTo(new NextStep.Complete());

    run.part(1).bySituacao = Map.of(3, 5L, 6, 2L);
    assertThat(((NextStep.Partial) run.next()).reasons())
        .singleElement()
        .satisfies(reason -> assertThat(reason.text()).contains("nothing").contains("2 orders"));
    run.seen = 1;
    assertThat(run.next()).isEqualTo(new NextStep.Complete());
  }

  @Test
  void absencesAreSummedOverAllPartitions() {
    run.parts.forEach(part -> part.absent = 2L);

    assertThat(run.next()).isEqualTo(new NextStep.ConfirmAbsences(40, 8));
  }

  @Test
  void aPersonIsAskedWhereOnePartitionAloneWouldBeBelieved() {
    run.parts.forEach(part -> part.absent = 6L);

    assertThat(run.next()).isEqualTo(new NextStep.AskPerson(40, 24));
  }

  @Test
  void anEmptyListWhileOrdersAreKnownAsksAPerson() {
    run.parts.forEach(part -> part.listed = 0L);
    run.part(0).listed = 2L;
    run.part(0).absent = 2L;
    run.seen = 0;

    assertThat(run.next()).isEqualTo(new NextStep.AskPerson(2, 2));
  }

  @Test
  void whileAPersonIsAskedNothingIsRemovedAndTheRunEndsPartial() {
    run.parts.forEach(part -> part.absent = 6L);
    run.absences = Absences.ASKED;

    NextStep.Partial partial = (NextStep.Partial) run.next();

    assertThat(partial.reasons()).extracting(Reason::kind).containsOnly(Reason.Kind.ABSENCES);
    assertThat(partial.heals()).isFalse();
    assertThat(partial.reasons().get(0).text()).contains("24 of 40");
  }

  @Test
  void whatAPersonConfirmsIsCountedHoweverMuchItIs() {
    run.parts.forEach(part -> part.absent = 10L);
    run.absences = Absences.CONFIRMED;

    assertThat(run.next()).isEqualTo(new NextStep.ConfirmAbsences(40, 40));

    run.parts.forEach(part -> part.absencesCounted = true);
    assertThat(run.next()).isEqualTo(new NextStep.Complete());
  }

  @Test
  void absencesOfAReadThatWasNotWholeAreNotCounted() {
    run.parts.forEach(part -> part.absent = 2L);
    run.unreadable = new Cursor.Unreadable(1, List.of("row 4"));

    assertThat(run.next()).isInstanceOf(NextStep.Partial.class);
  }

  @Test
  void absencesAreNotCountedAsLongAsAPartitionHasNotCountedThem() {
    run.parts.forEach(part -> part.absent = 2L);
    run.part(0).absencesCounted = true;

    assertThat(run.next()).isInstanceOf(NextStep.ConfirmAbsences.class);
    assertThat(Verdict.toCompare(run.evidence())).isEmpty();
  }

  @Test
  void healingWaitsUntilNothingIsLeftAndNamesIt() {
    run.healing();
    run.part(0).parked = 2;
    run.parked = new Named(2, List.of(11L, 12L));

    assertThat(waits()).contains("2 details could not be read: 11, 12");
    assertThat(Verdict.toCompare(run.evidence())).isEmpty();
  }

  @Test
  void healingProvesAllPartitionsAgain() {
    run.healing();
    run.parts.forEach(part -> part.proof = part.proof());
    run.parts.forEach(part -> part.compared = false);

    assertThat(run.next()).isEqualTo(new NextStep.Complete());

    run.parts.forEach(
        part ->
            part.proof =
                new Proof(part.partition, run.generation, 7, 5, 10, false, part.ledger, ago(1)));
    assertThat(Verdict.toCompare(run.evidence())).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aHealedRunStaysPartialForWhatDoesNotHeal() {
    run.healing();
    run.unreadable = new Cursor.Unreadable(1, List.of("row 4"));

    NextStep.Partial partial = (NextStep.Partial) run.next();

    assertThat(partial.heals()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // total, left, seen, suspects, complete
    "40, 0, 40, 0, true",
    "41, 0, 40, 0, false",
    "39, 0, 40, 0, false",
    "39, 1, 40, 0, true",
    "39, 2, 40, 0, false",
    "40, 1, 40, 0, false",
    "42, 0, 40, 8, false",
    ", 0, 40, 0, false",
  })
  void whatTinyCountsIsWhatItShowed(
      @Nullable Long total, long left, long seen, long suspects, boolean complete) {
    run.total = total;
    run.left = left;
    run.seen = seen;
    run.part(0).suspects = suspects == 0 ? 0 : 2;

    assertThat(run.next() instanceof NextStep.Complete).isEqualTo(complete);
  }

  @Test
  void aLimitedRunIsNotHeldAgainstTinysTotal() {
    run.total = 9000L;
    run.limited = true;

    assertThat(run.next()).isEqualTo(new NextStep.Complete());
  }

  @Test
  void aRunThatReadsNoHeadersNeedsNone() {
    run.mode = Mode.DETAILS;
    run.cursorEnded = false;
    run.headers = dev.ordem.contract.RunState.Module.Status.SKIPPED;

    assertThat(run.next()).isEqualTo(new NextStep.Complete());
  }

  @Test
  void allReasonsAreTold() {
    run.part(0).parked = 1;
    run.parked = new Named(1, List.of(5L));
    run.refused = new Named(1, List.of(6L));
    run.repair = new Evidence.Repair(1, List.of(0), null, Case.NOW, 0L, null);
    run.total = 50L;

    NextStep.Partial partial = (NextStep.Partial) run.next();

    assertThat(partial.reasons())
        .extracting(Reason::kind)
        .containsExactly(Reason.Kind.TOTAL, Reason.Kind.PARKED, Reason.Kind.REFUSED);
    assertThat(partial.heals()).isTrue();
  }

  private String waits() {
    return ((NextStep.Wait) run.next()).what();
  }

  private static Instant ago(long seconds) {
    return Case.NOW.minus(Duration.ofSeconds(seconds));
  }

  private static Cursor cursorThatSaw(long seen) {
    return new Cursor(
        0, 0, null, true, null, seen, Cursor.Unreadable.NONE, seen, 0, List.of(), Map.of());
  }
}
