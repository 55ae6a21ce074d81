package dev.ordem.producer.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 2, 10);

  @Test
  void aPeriodIsOneListHoweverLongItIs() {
    LocalDate to = TODAY.plusYears(1);
    assertThat(stages(Plan.of(period(Plan.FIRST_DAY, to), Mode.PERIOD, null, TODAY, 7)))
        .containsExactly(new Stage.Read(Pass.emitted(Plan.FIRST_DAY, to)));
  }

  @Test
  void aPeriodIsRefusedOutsideItsBounds() {
    LocalDate last = TODAY.plusYears(1);
    for (RunRequest request :
        List.of(
            period(Plan.FIRST_DAY.minusDays(1), TODAY),
            period(TODAY, last.plusDays(1)),
            period(LocalDate.MIN, LocalDate.MAX))) {
      assertThatThrownBy(() -> Plan.of(request, Mode.PERIOD, null, TODAY, 7))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not from 2000-01-01 to 2027-02-10");
    }
  }

  @Test
  void anIncrementalRunReadsWhatIsNewThenRecentDaysThenWhatIsOpen() {
    Plan plan = Plan.of(RunRequest.of("a", Mode.INCREMENTAL), Mode.INCREMENTAL, 50L, TODAY, 7);
    assertThat(stages(plan))
        .containsExactly(
            new Stage.Read(Pass.newerThan(50L)),
            new Stage.Read(Pass.emitted(TODAY.minusDays(7), null)),
            new Stage.Read(Pass.inStatus(0)),
            new Stage.Read(Pass.inStatus(1)),
            new Stage.Read(Pass.inStatus(2)),
            new Stage.Read(Pass.inStatus(5)),
            new Stage.Read(Pass.inStatus(6)));
  }

  @Test
  void reconcileReadsEveryStatusAndCountsBeforeItReadsTheWholeList() {
    Plan plan = Plan.of(RunRequest.of("a", Mode.RECONCILE), Mode.RECONCILE, 50L, TODAY, 7);
    List<Stage> stages = stages(plan);
    assertThat(stages).hasSize(12);
    for (int code = 0; code < 8; code++) {
      assertThat(stages.get(code)).isEqualTo(new Stage.Read(Pass.inStatus(code)));
    }
    assertThat(stages.get(8)).isEqualTo(new Stage.Count());
    Stage everything = new Stage.Read(Pass.everything());
    assertThat(stages.subList(9, 12)).containsExactly(everything, new Stage.Judge(), everything);
  }

  @Test
  void aFullRunReadsOnceMoreWhatDoesNotAddUp() {
    Plan plan = Plan.of(RunRequest.of("a", Mode.FULL), Mode.FULL, null, TODAY, 7);
    Stage everything = new Stage.Read(Pass.everything());
    assertThat(stages(plan)).containsExactly(everything, new Stage.Judge(), everything);
    assertThat(plan.end()).isEqualTo(3);
  }

  @Test
  void detailsReadNothing() {
    Plan plan = Plan.of(RunRequest.of("a", Mode.DETAILS), Mode.DETAILS, 50L, TODAY, 7);
    assertThat(stages(plan)).isEmpty();
  }

  private static RunRequest period(LocalDate from, LocalDate to) {
    return new RunRequest("a", Mode.PERIOD, from, to, null, false, false);
  }

  private static List<Stage> stages(Plan plan) {
    List<Stage> stages = new ArrayList<>();
    while (plan.stage(stages.size()).isPresent()) {
      stages.add(plan.stage(stages.size()).get());
    }
    return stages;
  }
}
