package dev.ordem.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 27);
  private static final LocalDate LONG_AGO = TODAY.minusYears(1);

  @Test
  void anIncrementalRunAnswersForWhatIsOpenNewOrRecent() {
    Scope scope = Scope.of("incremental", TODAY);
    assertThat(scope.covers(LONG_AGO, 3, 3)).isFalse();
    assertThat(scope.covers(LONG_AGO, 6, 3)).isTrue();
    assertThat(scope.covers(LONG_AGO, 3, 6)).isTrue();
    assertThat(scope.covers(LONG_AGO, 3, null)).isTrue();
    assertThat(scope.covers(TODAY, 3, 3)).isTrue();
  }

  @Test
  void aWholeReadAnswersForAllAndOneOfDetailsForNoHeader() {
    assertThat(Scope.of("full", TODAY).covers(LONG_AGO, 3, 3)).isTrue();
    assertThat(Scope.of("reconcile", TODAY).covers(LONG_AGO, 7, 7)).isTrue();
    assertThat(Scope.of("details", TODAY).covers(TODAY, 0, 0)).isFalse();
    assertThat(Scope.of("details", TODAY).readsAllDetails()).isTrue();
  }

  @Test
  void aPeriodAnswersForItsDays() {
    Scope scope = Scope.of("period", TODAY);
    assertThat(scope.covers(TODAY.minusDays(30), 3, 3)).isTrue();
    assertThat(scope.covers(TODAY.minusDays(31), 0, 0)).isFalse();
  }
}
