package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Cursor;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");
  private static final Duration FRESH = Duration.ofHours(2);

  @Property(tries = 300)
  void aPeriodIsCutIntoMonthsWithoutGapOrOverlap(
      @ForAll @IntRange(max = 4000) int first, @ForAll @IntRange(max = 900) int length) {
    LocalDate from = LocalDate.of(2018, 1, 1).plusDays(first);
    LocalDate to = from.plusDays(length);
    RunRequest request = new RunRequest("a", Mode.PERIOD, from, to, null, false, false);
    List<Pass> passes = Plan.of(request, Mode.PERIOD, null, from, 7);
    LocalDate next = from;
    for (Pass pass : passes) {
      assertThat(pass.from()).isEqualTo(next);
      assertThat(pass.to()).isNotNull();
      assertThat(pass.to().getMonth()).isEqualTo(next.getMonth());
      next = pass.to().plusDays(1);
    }
    assertThat(next).isEqualTo(to.plusDays(1));
  }

  @Test
  void onlyTheQueryThatReadsEverythingNewProvesAnId() {
    assertThat(known(run(Mode.FULL, null, cursor(0, false, 50L)))).isNull();
    assertThat(known(run(Mode.FULL, null, cursor(1, true, 50L)))).isEqualTo(50);
    assertThat(known(run(Mode.FULL, 10L, cursor(1, true, 50L)))).isNull();
    assertThat(known(run(Mode.INCREMENTAL, null, cursor(1, false, 50L)))).isEqualTo(50);
    assertThat(known(run(Mode.INCREMENTAL, null, cursor(0, false, 50L)))).isNull();
    assertThat(known(run(Mode.PERIOD, null, cursor(3, true, 50L)))).isNull();
  }

  @Test
  void autoIsFullUntilAFullReadEndedThenIncrementalUnlessFresh() {
    RunState broken = run(Mode.FULL, null, cursor(0, false, 50L));
    assertThat(auto(broken)).isEqualTo("FULL");
    RunState full = run(Mode.FULL, null, cursor(1, true, 50L));
    assertThat(auto(broken, full)).isEqualTo("INCREMENTAL");
    assertThat(auto(full, complete(full, NOW.minus(119, ChronoUnit.MINUTES)))).isEqualTo("NOTHING");
    assertThat(auto(full, complete(full, NOW.minus(121, ChronoUnit.MINUTES))))
        .isEqualTo("INCREMENTAL");
  }

  private static @Nullable Long known(RunState run) {
    return new History(List.of(run)).knownId().orElse(null);
  }

  private static String auto(RunState... runs) {
    return new History(List.of(runs)).auto(FRESH, NOW).map(Mode::toString).orElse("NOTHING");
  }

  private static Cursor cursor(int pass, boolean ended, Long highestId) {
    return new Cursor(pass, 0, null, ended, highestId, null, null);
  }

  private static RunState run(Mode mode, @Nullable Long max, Cursor cursor) {
    LocalDate day = mode == Mode.PERIOD ? LocalDate.of(2026, 1, 1) : null;
    RunRequest request = new RunRequest("a", mode, day, day, max, false, false);
    RunState queued = Draft.queued(new SyncCommand.Run("a", UUID.randomUUID(), request, NOW), NOW);
    return Draft.of(queued).running(NOW.minus(1, ChronoUnit.DAYS)).cursor(cursor).at(NOW);
  }

  private static RunState complete(RunState run, Instant startedAt) {
    RunState queued =
        Draft.queued(new SyncCommand.Run("a", UUID.randomUUID(), run.request(), NOW), NOW);
    return Draft.of(queued)
        .running(startedAt)
        .cursor(cursor(1, true, 50L))
        .ended(RunStatus.COMPLETE, null, NOW)
        .at(NOW);
  }
}
