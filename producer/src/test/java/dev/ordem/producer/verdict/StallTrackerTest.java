package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.certificate.PartitionDigest;
import dev.ordem.producer.verdict.Evidence.Repair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a run is looked at again, and how long things have stood still. */
class StallTrackerTest {
  private static final Instant NOW = Case.NOW;

  private final StallTracker attention = new StallTracker();
  private final Case run = new Case();

  @Test
  void looksGetRarerWhileNothingMovesAndNeverRarerThanFourSeconds() {
    Duration before = Duration.ZERO;
    for (int i = 0; i < 20; i++) {
      attention.look(run.evidence());
      Duration pause = attention.pause(NOW);
      assertThat(pause).isGreaterThanOrEqualTo(before).isLessThanOrEqualTo(StallTracker.LONGEST);
      before = pause;
    }
    assertThat(before).isEqualTo(StallTracker.LONGEST);

    run.part(0).settled++;
    attention.look(run.evidence());
    assertThat(attention.pause(NOW)).isEqualTo(StallTracker.SHORTEST);
  }

  @Test
  void anAccountThatHoldsIsWatchedClosely() {
    for (int i = 0; i < 20; i++) {
      attention.look(run.evidence());
    }
    attention.held(NOW);

    assertThat(attention.pause(NOW.plusSeconds(6))).isEqualTo(StallTracker.SHORTEST);
    assertThat(attention.pause(NOW.plusSeconds(10))).isEqualTo(StallTracker.LONGEST);
  }

  @Test
  void comparingTakesAFifthOfTheTimeAtMost() {
    attention.compared(List.of(found(NOW, 10)), NOW.plusSeconds(2));

    assertThat(attention.due(NOW.plusMillis(9_999))).isFalse();
    assertThat(attention.due(NOW.plusSeconds(10))).isTrue();
  }

  @Test
  void aComparisonStandsStillAsLongAsItFindsTheSame() {
    attention.compared(List.of(found(NOW, 10)), NOW);
    attention.compared(List.of(found(NOW.plusSeconds(2), 10)), NOW);
    assertThat(since()).isEqualTo(NOW);

    attention.compared(List.of(found(NOW.plusSeconds(3), 11)), NOW);
    assertThat(since()).isEqualTo(NOW.plusSeconds(3));
  }

  @Test
  void patienceBeginsWhenOnlyProofsAreMissing() {
    attention.comparing(true, NOW);
    assertThat(attention.impatient(NOW.plusSeconds(30))).isTrue();

    attention.comparing(false, NOW.plusSeconds(31));
    attention.comparing(true, NOW.plusSeconds(32));
    assertThat(attention.impatient(NOW.plusSeconds(60))).isFalse();
  }

  @Test
  void progressIsGoneOnceItWasThere() {
    attention.shown(Set.of(1), NOW);
    assertThat(gone()).as("partition 2 has told nothing yet").isEmpty();
    attention.shown(Set.of(1, 2), NOW);
    attention.shown(Set.of(), NOW.plusSeconds(1));
    attention.shown(Set.of(), NOW.plusSeconds(9));
    assertThat(gone()).isEqualTo(Map.of(1, NOW.plusSeconds(1), 2, NOW.plusSeconds(1)));
    attention.shown(Set.of(1), NOW.plusSeconds(10));
    assertThat(gone()).isEqualTo(Map.of(2, NOW.plusSeconds(1)));
  }

  /** What waits goes on to wait for as long as it did, not for the clock to catch up. */
  @Test
  void aClockThatIsSetBackKeepsNothingWaiting() {
    attention.at(NOW);
    attention.comparing(true, NOW);
    attention.shown(Set.of(1), NOW);
    attention.shown(Set.of(), NOW);
    attention.compared(List.of(found(NOW, 10)), NOW.plusSeconds(1));
    attention.mark(7, NOW);
    attention.at(NOW.plusSeconds(2));
    Instant back = NOW.minus(Duration.ofHours(1));
    attention.at(back);

    assertThat(attention.due(back)).isFalse();
    assertThat(attention.due(back.plusSeconds(3))).isTrue();
    assertThat(attention.impatient(back.plusSeconds(27))).isFalse();
    assertThat(attention.impatient(back.plusSeconds(28))).isTrue();
    assertThat(attention.marked(7, back.plusSeconds(58))).isFalse();
    assertThat(gone()).isEqualTo(Map.of(1, back.minusSeconds(2)));
    attention.compared(List.of(found(back.plusSeconds(3), 10)), back.plusSeconds(3));
    assertThat(since()).isEqualTo(back.minusSeconds(2));
  }

  @Test
  void whatWasComparedBeforeARepairWasDoneCountsNoMore() {
    Repair open = new Repair(4, List.of(0), null, null, null, null);
    Repair done = new Repair(4, List.of(0), null, NOW.plusSeconds(3_600), 1L, null);
    attention.compared(List.of(found(NOW, 10)), NOW.plusSeconds(9));
    assertThat(attention.repaired(open)).isFalse();
    assertThat(attention.due(NOW.plusSeconds(10))).isFalse();

    assertThat(attention.repaired(done)).as("how far Kafka goes is to be asked").isTrue();
    assertThat(attention.trials(null, null, null).comparisons()).isEmpty();
    assertThat(attention.due(NOW.plusSeconds(10))).isTrue();
    attention.ends(Map.of());
    assertThat(attention.repaired(done)).isFalse();
  }

  private Map<Integer, Instant> gone() {
    return attention.trials(null, null, null).gone();
  }

  private Instant since() {
    return attention.trials(null, null, null).comparisons().values().iterator().next().since();
  }

  private static PartitionComparison found(Instant at, long postgres) {
    PartitionDigest ledger = new PartitionDigest(12, 0, 0, 0);
    return new PartitionComparison(0, 5, ledger, new PartitionDigest(postgres, 0, 0, 0), at, at);
  }
}
