package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");
  private static final Module STORED = new Module(Module.Status.COMPLETE, 9, 9L, null);

  @Test
  void aPartitionThatHasNotPassedTheMarkerKeepsTheRunOpen() {
    RunState run = run(false);
    assertThat(Outcome.of(run, List.of(progress(0, true, 2, 2, 0, NOW)), 2).settled()).isFalse();
    List<RunProgress> both =
        List.of(progress(0, true, 2, 2, 0, NOW), progress(1, false, 0, 0, 0, NOW));
    assertThat(Outcome.of(run, both, 2).settled()).isFalse();
  }

  @Test
  void theEndOfAnEarlierReadingDoesNotCount() {
    List<RunProgress> early =
        List.of(progress(0, true, 1, 1, 0, NOW), progress(1, true, 1, 1, 0, NOW.minusSeconds(60)));
    assertThat(Outcome.of(run(false), early, 2).settled()).isFalse();
  }

  @Test
  void aCancellingIsNoEnd() {
    RunProgress canceled = progress(0, true, 1, 1, 0, null);
    assertThat(Outcome.of(run(false), List.of(canceled), 1).settled()).isFalse();
    assertThat(Outcome.of(run(false), List.of(progress(0, true, 1, 1, 0, NOW)), 1).settled())
        .isTrue();
  }

  @Test
  void headersOnlyRunsHaveNoDetails() {
    List<RunProgress> both =
        List.of(progress(0, true, 0, 0, 0, NOW), progress(1, true, 0, 0, 0, NOW));
    Outcome outcome = Outcome.of(run(true), both, 2);
    assertThat(outcome.settled()).isTrue();
    assertThat(outcome.details().status()).isEqualTo(Module.Status.SKIPPED);
  }

  @Test
  void unreadableItemsMakeARunPartial() {
    RunState run = Draft.of(run(true)).headers(Outcome.headers(9, 2L)).at(NOW);
    RunState skipped =
        Draft.of(run).details(new Module(Module.Status.SKIPPED, 0, 0L, null)).at(NOW);
    assertThat(Outcome.end(skipped, STORED, NOW).status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(Outcome.end(skipped, STORED, NOW).error()).contains("2 unreadable");
  }

  @Property
  void completeIsSaidOnlyIfEveryPartitionEndedAndNothingIsOpenOrParked(
      @ForAll @Size(min = 3, max = 3) List<@IntRange(max = 3) Integer> open,
      @ForAll @Size(min = 3, max = 3) List<@IntRange(max = 1) Integer> parked,
      @ForAll @Size(min = 3, max = 3) List<Boolean> ended) {
    List<RunProgress> all = new ArrayList<>();
    for (int p = 0; p < 3; p++) {
      int settled = 5 - open.get(p) - parked.get(p);
      all.add(progress(p, ended.get(p), 5, settled, parked.get(p), NOW));
    }
    Outcome outcome = Outcome.of(run(false), all, 3);
    boolean whole = !ended.contains(false) && open.stream().allMatch(count -> count == 0);
    assertThat(outcome.settled()).isEqualTo(whole);
    if (whole) {
      RunState end =
          Outcome.end(Draft.of(run(false)).details(outcome.details()).at(NOW), STORED, NOW);
      boolean clean = parked.stream().allMatch(count -> count == 0);
      assertThat(end.status()).isEqualTo(clean ? RunStatus.COMPLETE : RunStatus.PARTIAL);
    }
  }

  private static RunState run(boolean headersOnly) {
    RunRequest request = new RunRequest("a", Mode.FULL, null, null, null, headersOnly, false);
    RunState queued = Draft.queued(new SyncCommand.Run("a", UUID.randomUUID(), request, NOW), NOW);
    return Draft.of(queued)
        .running(NOW)
        .cursor(Cursors.marked(Cursors.START, true, NOW))
        .headers(Outcome.headers(9, null))
        .at(NOW);
  }

  private static RunProgress progress(
      int partition,
      boolean ended,
      long requested,
      long settled,
      int parked,
      @Nullable Instant endedAt) {
    return new RunProgress(
        new UUID(1, 1),
        "a",
        partition,
        ended,
        requested,
        requested,
        0,
        0,
        requested,
        settled,
        parked,
        NOW,
        ended ? endedAt : null);
  }
}
