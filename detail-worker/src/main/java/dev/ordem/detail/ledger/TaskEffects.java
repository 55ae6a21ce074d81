package dev.ordem.detail.ledger;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncState;
import dev.ordem.contract.SyncState.Work;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** What a step from one work state to another tells the world. */
final class TaskEffects {
  private TaskEffects() {}

  static List<Effect> between(OrderKey key, Task before, Task after, Instant now) {
    List<Effect> effects = new ArrayList<>();
    if (after.equals(before)) {
      return effects;
    }
    for (UUID run : after.runs()) {
      if (!before.runs().contains(run)) {
        effects.add(new Effect.Counted(run, Tally.REQUESTED));
      }
    }
    for (UUID run : before.runs()) {
      if (!after.runs().contains(run)) {
        Tally how = after.state() == Work.PARKED ? Tally.PARKED : Tally.SETTLED;
        effects.add(new Effect.Counted(run, how));
      }
    }
    SyncState state = state(key, after, now);
    if (!state.equals(state(key, before, now))) {
      effects.add(new Effect.Worked(state));
    }
    if (after.state() == Work.REQUESTED && !Objects.equals(after.requestId(), before.requestId())) {
      effects.add(new Effect.Requested(request(key, after)));
    }
    return effects;
  }

  private static SyncState state(OrderKey key, Task task, Instant now) {
    return new SyncState(
        key.account(),
        key.osId(),
        task.state(),
        task.lane(),
        task.runId(),
        task.attempts(),
        task.state() == Work.RETRYING ? task.dueAt() : null,
        task.lastError(),
        now);
  }

  private static DetailRequest request(OrderKey key, Task task) {
    return new DetailRequest(
        Objects.requireNonNull(task.requestId()),
        key.account(),
        key.osId(),
        task.runId(),
        task.lane(),
        task.attempts() + 1,
        task.since());
  }
}
