package dev.ordem.detail.ledger;

import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Event;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState.Work;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What follows from an event for the order that it is about. Pure functions of the entry, the event
 * and the time: no store, no topic, no clock.
 */
final class Decisions {
  /** Complete full reads without the order, before a 404 is taken for its removal. */
  static final int ABSENCES = 2;

  private static final Failure NO_STATUS =
      new Failure("no-situacao", "neither the list nor the detail says the order's situacao", null);

  private final LedgerRules rules;

  Decisions(LedgerRules rules) {
    this.rules = rules;
  }

  /** About an order, by whatever was heard of it. */
  Decision on(Event event, Content content, Standing before, Instant now) {
    if (event instanceof HeaderEvent.Seen seen) {
      return listed(content, before, seen, now);
    }
    if (event instanceof HeaderEvent.RefreshWanted wanted) {
      return refresh(content, before, wanted, now);
    }
    if (event instanceof DetailResult result) {
      return answered(content, before, result, now);
    }
    throw new IllegalArgumentException("not about an order: " + event);
  }

  /** The list shows the order. */
  Decision listed(Content content, Standing before, HeaderEvent.Seen event, Instant now) {
    Draft draft = new Draft(event.key(), content, before, now);
    draft.listed(event.header(), event.seenAt());
    draft.observe(
        event.header().situacao(), event.seenAt(), StatusChange.Source.HEADER, event.runId());
    boolean first = !draft.countedBy(event.runId());
    if (first) {
      draft.count(event.runId(), kind(content, before, event.header()));
    }
    if (!event.headersOnly()) {
      Need.of(draft.standing(before.revision()), draft.content(), event.mode(), rules)
          .ifPresent(lane -> want(draft, before, event, lane, first));
    }
    return draft.decided();
  }

  /** A person wants the order read. */
  Decision refresh(Content content, Standing before, HeaderEvent.RefreshWanted event, Instant now) {
    Draft draft = new Draft(event.key(), content, before, now);
    draft.task = draft.task.wantedByPerson(now);
    return draft.decided();
  }

  /** A request was answered. */
  Decision answered(Content content, Standing before, DetailResult result, Instant now) {
    Draft draft = new Draft(result.request().key(), content, before, now);
    boolean awaited = before.task().answers(result.request().id());
    if (result instanceof DetailResult.Fetched fetched) {
      UUID run = fetched.request().runId();
      draft.observe(
          fetched.detail().situacao(), fetched.endedAt(), StatusChange.Source.DETAIL, run);
      draft.read(fetched.detail(), fetched.endedAt(), awaited);
    }
    if (awaited) {
      settle(draft, result, now);
    }
    return draft.decided();
  }

  /** Its turn has come. */
  Decision requested(OrderKey key, Standing before, UUID id, Instant now) {
    Task task =
        before.task().requested(id, before.headerFingerprint(), now, rules.requestTimeout());
    return worked(key, before, task, now);
  }

  /** The time that was set for it is up. */
  Decision due(OrderKey key, Standing before, Instant now) {
    return worked(key, before, before.task().due(now), now);
  }

  /** A run that may wait for it was cancelled; a request that is out is left alone. */
  Decision canceled(OrderKey key, Standing before, UUID run, Instant now) {
    if (!before.task().waiting() || !before.task().runs().contains(run)) {
      return new Decision(null, before, List.of());
    }
    Task task = before.task().droppedBy(run, now);
    List<Effect> effects = new ArrayList<>();
    for (Effect effect : TaskEffects.between(key, before.task(), task, now)) {
      boolean departure = effect instanceof Effect.Counted counted && counted.runId().equals(run);
      effects.add(departure ? new Effect.Counted(run, Tally.DROPPED) : effect);
    }
    return new Decision(null, before.with(task), effects);
  }

  /** A run that was cancelled goes on: it wants again what it dropped. */
  Decision resumed(OrderKey key, Standing before, UUID run, Instant now) {
    Task task = before.task();
    return worked(key, before, task.wantedBy(run, task.lane(), now), now);
  }

  /** A complete full read did not show it. */
  Decision absent(OrderKey key, Standing before, UUID run, Instant now) {
    Standing absent = before.absent();
    boolean ask = absent.absences() >= ABSENCES && absent.task().admits(run);
    return worked(
        key, absent, ask ? absent.task().wantedBy(run, Lane.AUDIT, now) : absent.task(), now);
  }

  private static void want(
      Draft draft, Standing before, HeaderEvent.Seen event, Lane lane, boolean first) {
    UUID run = event.runId();
    Standing now = draft.standing(before.revision());
    boolean changed = !Objects.equals(before.headerFingerprint(), now.headerFingerprint());
    if (draft.task.state() == Work.PARKED && !changed) {
      if (first) {
        draft.tell(new Effect.Counted(run, Tally.REQUESTED));
        draft.tell(new Effect.Counted(run, Tally.PARKED));
      }
      return;
    }
    if (draft.task.admits(run)) {
      draft.task = draft.task.wantedBy(run, lane, event.seenAt());
    }
    boolean mayMiss =
        draft.task.state() == Work.REQUESTED
            && !Objects.equals(draft.task.requestFingerprint(), now.headerFingerprint());
    if (mayMiss) {
      draft.task = draft.task.again(new Task.Again(Lane.HOT, event.seenAt()));
    }
  }

  private void settle(Draft draft, DetailResult result, Instant now) {
    if (result instanceof DetailResult.Fetched fetched && !draft.hasStatus()) {
      failed(draft, fetched, NO_STATUS, now);
    } else if (result instanceof DetailResult.Fetched fetched) {
      draft.task = draft.task.answered(fetched.endedAt(), now);
    } else if (result instanceof DetailResult.Gone gone) {
      draft.gone(gone.endedAt(), ABSENCES);
      draft.task = draft.task.settled(now);
    } else if (result instanceof DetailResult.Deferred) {
      draft.task = draft.task.putBack(now);
    } else if (result instanceof DetailResult.Failed failed) {
      failed(draft, failed, failed.failure(), now);
    } else if (result instanceof DetailResult.Rejected rejected) {
      draft.task = draft.task.parked(rejected.failure(), now);
      draft.tell(new Effect.GivenUp(result, rejected.failure()));
    }
  }

  private void failed(Draft draft, DetailResult result, Failure why, Instant now) {
    draft.task = draft.task.failed(why, now, rules);
    if (draft.task.state() == Work.PARKED) {
      draft.tell(new Effect.GivenUp(result, why));
    }
  }

  private static Decision worked(OrderKey key, Standing before, Task task, Instant now) {
    return new Decision(
        null, before.with(task), TaskEffects.between(key, before.task(), task, now));
  }

  private static Tally kind(Content content, Standing before, Header header) {
    if (before.headerSeenAt() == null) {
      return Tally.FRESH;
    }
    return header.equals(content.header()) ? Tally.UNCHANGED : Tally.CHANGED;
  }
}
