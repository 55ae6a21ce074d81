package dev.ordem.producer.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.certificate.PartitionComparison;
import dev.ordem.producer.certificate.PartitionDigest;
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

  private Map<Integer, Instant> gone() {
    return attention.trials(null, null).gone();
  }

  private Instant since() {
    return attention.trials(null, null).comparisons().values().iterator().next().since();
  }

  private static PartitionComparison found(Instant at, long postgres) {
    PartitionDigest ledger = new PartitionDigest(12, 0, 0, 0);
    return new PartitionComparison(0, 5, ledger, new PartitionDigest(postgres, 0, 0, 0), at, at);
  }
}
