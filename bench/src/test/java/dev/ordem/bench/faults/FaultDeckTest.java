package dev.ordem.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FaultDeckTest {
  private static final int ROUNDS = 200;
  private static final Pattern ALL = Pattern.compile("");

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
        .contains("PUT_BACK postgres", "COPY postgres", "CLOCK postgres", "WRONG_CLOCK host")
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
  void clocksAreSetBothWaysWhereTheyCanBe() {
    List<Integer> steps =
        rounds(4, true).stream()
            .flatMap(round -> round.faults().stream())
            .filter(fault -> fault.kind().setsClock())
            .map(Fault::clockSeconds)
            .toList();
    assertThat(steps).contains(3600, -3600).anyMatch(s -> s > 0 && s < 30).doesNotContain(0);
    FaultDeck none = new FaultDeck(4, new FaultCells(true, false, ALL), 5, false);
    assertThat(drawn(none))
        .allSatisfy(
            round -> assertThat(round.faults()).noneMatch(fault -> fault.kind().setsClock()));
  }

  @Test
  void whatIsWantedAloneIsTriedAlone() {
    Pattern wanted = Pattern.compile("postgres: .*(copy|copied|clock)");
    List<Round> rounds = drawn(new FaultDeck(5, new FaultCells(true, true, wanted), 5, true));
    assertThat(rounds)
        .allSatisfy(
            round ->
                assertThat(round.faults())
                    .singleElement()
                    .matches(fault -> fault.target().equals("postgres"))
                    .matches(fault -> fault.kind().setsClock() || fault.kind().putsBack()));
  }

  @Test
  void twoThingsAtOnceHappenToTwo() {
    for (Round round : rounds(3, true)) {
      assertThat(round.faults().stream().filter(fault -> !fault.kind().setsClock()))
          .extracting(Fault::target)
          .doesNotHaveDuplicates();
      assertThat(round.faults().stream().filter(fault -> fault.kind().setsClock()))
          .hasSizeLessThan(2);
      if (round.faults().stream().anyMatch(fault -> fault.kind() == FaultKind.NEW_KAFKA)) {
        assertThat(round.faults()).hasSize(1);
      }
    }
  }

  private static List<Round> rounds(long seed, boolean disks) {
    return drawn(new FaultDeck(seed, new FaultCells(disks, true, ALL), 5, false));
  }

  private static List<Round> drawn(FaultDeck deck) {
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      rounds.add(deck.next());
    }
    return rounds;
  }
}
