package dev.ordem.detail.ledger;

import static dev.ordem.detail.ledger.Given.OTHER_RUN;
import static dev.ordem.detail.ledger.Given.OUTAGE;
import static dev.ordem.detail.ledger.Given.RUN;
import static dev.ordem.detail.ledger.Given.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Lane;
import dev.ordem.contract.SyncState.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TaskTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(15);
  private static final LedgerRules RULES = LedgerRules.DEFAULT;
  private static final UUID REQUEST = new UUID(1, 1);

  private final Task queued = Task.NONE.wantedBy(RUN, Lane.BACKFILL, at(0));
  private final Task requested = queued.requested(REQUEST, "f", at(1), TIMEOUT);

  @Test
  void aMoreUrgentWishMovesAQueuedOrderAndALessUrgentOneDoesNot() {
    Task hot = queued.wantedBy(OTHER_RUN, Lane.HOT, at(5));
    assertThat(hot.lane()).isEqualTo(Lane.HOT);
    assertThat(hot.since()).isEqualTo(at(0));
    assertThat(hot.runs()).containsExactly(RUN, OTHER_RUN);
    assertThat(hot.wantedBy(RUN, Lane.BACKFILL, at(6)).lane()).isEqualTo(Lane.HOT);
  }

  @Test
  void aRunThatComesWhileARequestIsOutWaitsForItsAnswer() {
    Task joined = requested.wantedBy(OTHER_RUN, Lane.HOT, at(2));
    assertThat(joined.state()).isEqualTo(Work.REQUESTED);
    assertThat(joined.answers(REQUEST)).isTrue();
    assertThat(joined.answered(at(3), at(3)).runs()).isEmpty();
  }

  @Test
  void noMoreThanSixteenRunsWait() {
    Task task = Task.NONE;
    for (int run = 0; run < Task.MAX_RUNS; run++) {
      task = task.wantedBy(new UUID(9, run), Lane.HOT, at(run));
    }
    assertThat(task.admits(RUN)).isFalse();
    assertThat(task.admits(new UUID(9, 3))).isTrue();
  }

  @Test
  void failuresAreTriedAgainAfterGrowingWaitsAndThenParked() {
    List<Duration> waits = new ArrayList<>();
    Task task = requested;
    while (task.state() == Work.REQUESTED) {
      task = task.failed(OUTAGE, at(0), RULES);
      if (task.dueAt() != null) {
        waits.add(Duration.between(at(0), task.dueAt()));
        task = task.due(at(0));
        assertThat(task.lane()).isEqualTo(Lane.RETRY);
        task = task.requested(REQUEST, "f", at(0), TIMEOUT);
      }
    }
    assertThat(waits).isEqualTo(RULES.retries());
    assertThat(task.state()).isEqualTo(Work.PARKED);
    assertThat(task.attempts()).isEqualTo(6);
    assertThat(task.lastError()).isEqualTo(OUTAGE);
  }

  @Test
  void beingDeferredIsNoAttempt() {
    Task back = requested.failed(OUTAGE, at(2), RULES).due(at(40));
    Task deferred = back.requested(REQUEST, "f", at(41), TIMEOUT).putBack(at(42));
    assertThat(deferred.state()).isEqualTo(Work.QUEUED);
    assertThat(deferred.lane()).isEqualTo(Lane.RETRY);
    assertThat(deferred.attempts()).isEqualTo(1);
  }

  @Test
  void aRequestWithoutAnAnswerIsSentAgainUnderAnotherId() {
    assertThat(requested.dueAt()).isEqualTo(at(1).plus(TIMEOUT));
    Task again = requested.due(at(1000));
    assertThat(again.state()).isEqualTo(Work.QUEUED);
    assertThat(again.answers(REQUEST)).isFalse();
    assertThat(again.attempts()).isZero();
  }

  @Test
  void aPersonsWishBringsAParkedOrRetryingOrderBackWithAllItsAttempts() {
    for (Task stuck :
        List.of(requested.parked(OUTAGE, at(2)), requested.failed(OUTAGE, at(2), RULES))) {
      Task wanted = stuck.wantedByPerson(at(3));
      assertThat(wanted.state()).isEqualTo(Work.QUEUED);
      assertThat(wanted.lane()).isEqualTo(Lane.REFRESH);
      assertThat(wanted.attempts()).isZero();
    }
  }

  @Test
  void aPersonsWishWhileARequestIsOutIsMetByALaterAnswerOnly() {
    Task wanted = requested.wantedByPerson(at(5));
    assertThat(wanted.state()).isEqualTo(Work.REQUESTED);
    Task early = wanted.answered(at(4), at(6));
    assertThat(early.state()).isEqualTo(Work.QUEUED);
    assertThat(early.lane()).isEqualTo(Lane.REFRESH);
    assertThat(early.runs()).as("still waits").containsExactly(RUN);
    assertThat(wanted.answered(at(5), at(6)).state()).isEqualTo(Work.SETTLED);
    assertThat(wanted.failed(OUTAGE, at(6), RULES).lane()).isEqualTo(Lane.REFRESH);
    assertThat(wanted.putBack(at(6)).lane()).isEqualTo(Lane.REFRESH);
  }

  @Test
  void aChangeSeenWhileARequestIsOutDoesNotHideAPersonsWish() {
    Task wanted = requested.wantedByPerson(at(5)).again(new Task.Again(Lane.HOT, at(6)));
    assertThat(wanted.answered(at(4), at(7)).lane()).isEqualTo(Lane.REFRESH);
  }

  @Test
  void whatNoOneElseWantsIsDroppedWithItsRun() {
    assertThat(queued.droppedBy(RUN, at(1)).state()).isEqualTo(Work.SETTLED);
    assertThat(queued.wantedBy(OTHER_RUN, Lane.HOT, at(1)).droppedBy(RUN, at(2)).runs())
        .containsExactly(OTHER_RUN);
    Task person = queued.wantedByPerson(at(1)).droppedBy(RUN, at(2));
    assertThat(person.state()).isEqualTo(Work.QUEUED);
    assertThat(person.runs()).isEmpty();
  }
}
