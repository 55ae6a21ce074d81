package dev.ordem.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultDeckTest {
  private static final int ROUNDS = 200;

  @Test
  void aSeedMeansTheSameRoundsEachTime() {
    assertThat(rounds(7, true)).isEqualTo(rounds(7, true)).isNotEqualTo(rounds(8, true));
  }

  @Test
  void everythingIsTriedAloneAndWithOthersBeforeLong() {
    Set<String> tried = new HashSet<>();
    int alone = 0;
    int inTwos = 0;
    for (Round round : rounds(1, true)) {
      round.faults().forEach(fault -> tried.add(fault.kind() + " " + fault.target()));
      alone += round.faults().size() == 1 ? 1 : 0;
      inTwos += round.faults().size() > 1 ? 1 : 0;
    }
    assertThat(tried)
        .contains("KILL kafka", "FREEZE postgres", "RESTART sink-2", "CUT producer-1>tiny")
        .contains("FULL kafka", "NEW_KAFKA kafka", "RESUME run", "CONSTRAINT os");
    assertThat(alone).isGreaterThan(ROUNDS / 5);
    assertThat(inTwos).isGreaterThan(ROUNDS / 5);
  }

  @Test
  void whatCannotBeFullIsNotTried() {
    for (Round round : rounds(1, false)) {
      assertThat(round.faults()).noneMatch(fault -> fault.kind() == FaultKind.FULL);
    }
  }

  @Test
  void twoThingsAtOnceHappenToTwo() {
    for (Round round : rounds(3, true)) {
      assertThat(round.faults()).extracting(Fault::target).doesNotHaveDuplicates();
      if (round.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.NEW_KAFKA)) {
        assertThat(round.faults()).hasSize(1);
      }
    }
  }

  private static List<Round> rounds(long seed, boolean disks) {
    FaultDeck deck = new FaultDeck(seed, disks, 5);
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      rounds.add(deck.next());
    }
    return rounds;
  }
}
