package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncState;
import dev.ordem.detail.ledger.order.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a step from one work state to another tells the world. */
final class TaskEffects {
  private TaskEffects() {}

  static List<Effect> between(OrderKey key, Task before, Task after, Instant now) {
    List<Effect> effects = new ArrayList<>();
    if (after.equals(before)) {
      return effects;
    }
    SyncState state = state(key, after, now);
    if (!state.equals(state(key, before, now))) {
      effects.add(new Effect.Worked(state));
    }
    if (after instanceof Task.Requested requested && !before.answers(requested.out().id())) {
      effects.add(new Effect.Requested(request(key, requested)));
    }
    return effects;
  }

  static SyncState state(OrderKey key, Task task, Instant now) {
    return new SyncState(
        key.account(),
        key.osId(),
        task.work(),
        task.want().lane(),
        task.want().runId(),
        task.attempts().made(),
        task instanceof Task.Retrying retrying ? retrying.dueAt() : null,
        task.attempts().last(),
        now);
  }

  private static DetailRequest request(OrderKey key, Task.Requested task) {
    return new DetailRequest(
        task.out().id(),
        key.account(),
        key.osId(),
        task.want().runId(),
        task.want().lane(),
        task.attempts().made() + 1,
        task.since(),
        task.out().lostAt());
  }
}
