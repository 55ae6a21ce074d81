package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Failure;
import dev.ordem.contract.Lane;
import dev.ordem.contract.StatusChange;
import dev.ordem.detail.ledger.order.Absence;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.FetchReason;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.OrderEntry;
import dev.ordem.detail.ledger.order.Task;
import dev.ordem.detail.ledger.store.SizeLimits;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request for a detail: it is sent, answered, or lost. Pure functions, as {@link
 * Decisions} are.
 */
public final class RequestDecisions {
  static final String NOT_FOUND = "not-found";

  private static final Failure LOST =
      new Failure("lost-request", "no answer came to a request for the detail", null);
  private static final Failure UNKNOWN =
      new Failure(NOT_FOUND, "the list shows the order, but Tiny answers 404 to its detail", null);

  private final LedgerRules rules;

  public RequestDecisions(LedgerRules rules) {
    this.rules = rules;
  }

  /** A request was answered; an answer that nobody waits for is an observation and no more. */
  public Decision answered(OrderEntry entry, DetailResult result, Demand demand, Instant now) {
    Draft draft = new Draft(entry, now);
    draft.broughtBy(result.request().runId());
    Task.Requested awaited =
        entry.standing().task() instanceof Task.Requested requested
                && requested.answers(result.request().id())
            ? requested
            : null;
    if (result instanceof DetailResult.Fetched fetched) {
      fetched(draft, fetched, awaited, now);
    } else if (awaited != null && result instanceof DetailResult.Gone gone) {
      gone(draft, gone, awaited, demand, now);
    } else if (awaited != null && result instanceof DetailResult.Deferred) {
      boolean again = demand.keeps(awaited) || awaited.again().person() != null;
      draft.task = again ? awaited.putBack(now) : awaited.settled(now);
    } else if (awaited != null && result instanceof DetailResult.Failed failed) {
      failed(draft, failed, failed.failure(), demand, now);
    } else if (awaited != null && result instanceof DetailResult.Rejected rejected) {
      parked(draft, rejected, rejected.failure(), now);
    }
    return draft.decided();
  }

  /** Its turn has come. */
  public Decision requested(OrderEntry entry, UUID id, Demand demand, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.task instanceof Task.Queued queued) {
      Listing listing = entry.standing().listing();
      String newest = listing == null ? null : listing.fingerprint();
      draft.task =
          demand.keeps(queued)
              ? queued.requested(id, newest, demand.by(), now.plus(rules.requestTimeout()), now)
              : queued.settled(now);
    }
    return draft.decided();
  }

  /** The time that was set for it is up: the next attempt, or a request is lost. */
  public Decision due(OrderEntry entry, Demand demand, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.task instanceof Task.Retrying retrying) {
      draft.task = demand.keeps(retrying) ? retrying.due(now) : retrying.settled(now);
    } else if (draft.task instanceof Task.Requested) {
      failed(draft, null, LOST, demand, now);
    }
    return draft.decided();
  }

  private void fetched(
      Draft draft, DetailResult.Fetched result, Task.@Nullable Requested awaited, Instant now) {
    Observation at = draft.heard(result.askedAt(), result.endedAt());
    Content known = draft.content();
    draft.observe(result.detail().situacao(), at, StatusChange.Source.DETAIL);
    draft.untold(at, StatusChange.Source.DETAIL);
    boolean kept =
        draft.read(result.detail(), at, awaited == null ? null : awaited.out().fingerprint());
    if (awaited == null) {
      if (draft.doubtful()) {
        draft.doubt(Asker.NOBODY, at);
      }
    } else if (!kept) {
      parked(draft, result, SizeLimits.tooLarge("the order's detail"), now);
    } else if (draft.headerTooLarge()) {
      parked(draft, result, SizeLimits.tooLarge("what the list shows of the order"), now);
    } else {
      dealtWith(draft, at, awaited, now);
      if (awaited.want().audit() && draft.task instanceof Task.Settled) {
        audit(draft, known, awaited);
      }
    }
  }

  private static void dealtWith(Draft draft, Observation at, Task.Requested awaited, Instant now) {
    // a list that was read meanwhile may show what came after
    boolean hot = draft.doubtful() || Need.changed(draft.standing(), draft::content);
    Optional<Lane> unmet = awaited.again().unmet(at.asked());
    Optional<Lane> again = unmet.isEmpty() && hot ? Optional.of(Lane.HOT) : unmet;
    if (again.isPresent()) {
      FetchReason why =
          again.get() == Lane.REFRESH ? FetchReason.free(Lane.REFRESH) : awaited.want();
      draft.task = awaited.anew(why.in(again.get()), now);
    } else {
      draft.close();
    }
  }

  private static void audit(Draft draft, Content known, Task.Requested awaited) {
    Listing listing = draft.standing().listing();
    boolean still = listing != null && listing.fingerprint().equals(awaited.out().fingerprint());
    if (still && known.detail() != null) {
      draft.tell(new Effect.Audited(AuditComparison.missed(known, draft.content())));
    }
  }

  private void gone(
      Draft draft, DetailResult.Gone result, Task.Requested awaited, Demand demand, Instant now) {
    Observation at = draft.heard(result.askedAt(), result.endedAt());
    Absence absence = draft.absence;
    Optional<Lane> again = awaited.again().unmet(at.asked());
    if (again.isPresent()) {
      draft.task = awaited.anew(awaited.want().in(again.get()), now);
    } else if (absence != null) {
      if (absence.proven()) {
        draft.remove(at);
      } else {
        draft.absence = absence.suspect(true);
      }
      draft.close();
    } else if (draft.standing().known()) {
      failed(draft, result, UNKNOWN, demand, now);
    } else {
      draft.close();
    }
  }

  private void failed(
      Draft draft, @Nullable DetailResult result, Failure why, Demand demand, Instant now) {
    if (draft.task instanceof Task.Requested out && out.again().person() != null) {
      draft.task = out.anew(FetchReason.free(Lane.REFRESH), now);
    } else if (!demand.keeps(draft.task)) {
      draft.task = draft.task.settled(now);
    } else {
      Failure failure = SizeLimits.clipped(why);
      draft.untoldByList();
      draft.task =
          draft.task.failed(failure, rules.delayAfter(draft.task.attempts().made() + 1), now);
      if (draft.task.parked()) {
        draft.tell(new Effect.GivenUp(result, failure));
      }
    }
  }

  private static void parked(Draft draft, DetailResult result, Failure why, Instant now) {
    Failure failure = SizeLimits.clipped(why);
    draft.untoldByList();
    draft.task = draft.task.parked(failure, now);
    draft.tell(new Effect.GivenUp(result, failure));
  }
}
