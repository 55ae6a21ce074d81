package dev.ordem.detail.ledger;

import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Failure;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.StatusChange;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an event for the order that it is about. Pure functions of the entry, the event
 * and the time: no store, no topic, no clock.
 *
 * <p>What nobody wants any more is not asked for; see {@link Wanted}.
 */
final class Decisions {
  static final String NOT_FOUND = "not-found";

  private static final Failure NO_STATUS =
      new Failure("no-situacao", "neither the list nor the detail says the order's situacao", null);
  private static final Failure LOST =
      new Failure("lost-request", "no answer came to a request for the detail", null);
  private static final Failure UNKNOWN =
      new Failure(NOT_FOUND, "the list shows the order, but Tiny answers 404 to its detail", null);

  private final LedgerRules rules;

  Decisions(LedgerRules rules) {
    this.rules = rules;
  }

  /** The list shows the order. */
  Decision listed(Entry entry, HeaderEvent.Seen event, Asker asker, Instant now) {
    Observation at = Observation.of(event.askedAt(), event.seenAt(), now);
    Draft draft = new Draft(entry, now);
    draft.broughtBy(event.runId());
    draft.observe(event.header().situacao(), at, StatusChange.Source.HEADER);
    draft.count(asker, draft.listed(event.header(), at));
    if (draft.headerTooLarge()) {
      tooLarge(draft, asker, now);
    } else if (draft.doubtful()) {
      doubt(draft, event.headersOnly() ? Asker.NOBODY : asker, at, now);
    } else if (!asker.stale() && !event.headersOnly()) {
      Need.of(draft.standing(), draft::content, event.mode(), rules)
          .ifPresent(lane -> want(draft, lane, asker, now));
    }
    if (!draft.headerTooLarge()) {
      heal(draft, now);
    }
    return draft.decided();
  }

  /** A person wants the order read. */
  Decision refresh(Entry entry, HeaderEvent.RefreshWanted event, Instant now) {
    Draft draft = new Draft(entry, now);
    Instant at = Observation.possible(event.requestedAt(), now);
    draft.task = draft.task.wantedByPerson(at, now);
    return draft.decided();
  }

  /** A person wants it tried again. */
  Decision requeued(Entry entry, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.task.parked() || draft.task instanceof Task.Retrying) {
      draft.task = draft.task.anew(draft.task.want().freed().in(Lane.RETRY), now);
    }
    return draft.decided();
  }

  /** Postgres knows the order, in a revision that the ledger may have lost. */
  Decision baseline(Entry entry, HeaderEvent.BaselineOrder event, Instant now) {
    Draft draft = new Draft(entry, now);
    if (!(draft.task instanceof Task.Settled)) { // which Postgres may have lost
      draft.tell(new Effect.Worked(TaskEffects.state(entry.key(), draft.task, now)));
    }
    if (entry.standing().told().revision() >= event.revision()) {
      return draft.decided();
    }
    draft.restore(event);
    if (!event.removed()) {
      draft.tellRestored();
    }
    return draft.decidedAsTold();
  }

  /** A request was answered; an answer that nobody waits for is an observation and no more. */
  Decision answered(Entry entry, DetailResult result, Wanted wanted, Instant now) {
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
      gone(draft, gone, awaited, wanted, now);
    } else if (awaited != null && result instanceof DetailResult.Deferred) {
      boolean again = kept(awaited, wanted) || awaited.again().person() != null;
      draft.task = again ? awaited.putBack(now) : awaited.settled(now);
    } else if (awaited != null && result instanceof DetailResult.Failed failed) {
      failed(draft, failed, failed.failure(), wanted, now);
    } else if (awaited != null && result instanceof DetailResult.Rejected rejected) {
      parked(draft, rejected, rejected.failure(), now);
    }
    return draft.decided();
  }

  /** Its turn has come. */
  Decision requested(Entry entry, UUID id, Wanted wanted, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.task instanceof Task.Queued queued) {
      Listing listing = entry.standing().listing();
      String newest = listing == null ? null : listing.fingerprint();
      draft.task =
          kept(queued, wanted)
              ? queued.requested(id, newest, wanted.by(), now.plus(rules.requestTimeout()), now)
              : queued.settled(now);
    }
    return draft.decided();
  }

  /** The time that was set for it is up: the next attempt, or a request is lost. */
  Decision due(Entry entry, Wanted wanted, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.task instanceof Task.Retrying retrying) {
      draft.task = kept(retrying, wanted) ? retrying.due(now) : retrying.settled(now);
    } else if (draft.task instanceof Task.Requested) {
      failed(draft, null, LOST, wanted, now);
    }
    return draft.decided();
  }

  /** A run that may have wanted it wants nothing any more; a request that is out is left alone. */
  Decision dropped(Entry entry, Wanted wanted, Instant now) {
    Draft draft = new Draft(entry, now);
    boolean waiting = draft.task instanceof Task.Queued || draft.task instanceof Task.Retrying;
    if (waiting && !kept(draft.task, wanted)) {
      draft.task = draft.task.settled(now);
    }
    return draft.decided();
  }

  /** A run that holds a claim on it goes on: it is asked for, whatever failed before. */
  Decision resumed(Entry entry, UUID run, Instant now) {
    Draft draft = new Draft(entry, now);
    if (!(draft.task instanceof Task.Queued) && !(draft.task instanceof Task.Requested)) {
      Want before = draft.task.want();
      Lane lane = before.lane() == Lane.REFRESH ? Lane.HOT : before.lane();
      Want why = Want.byRun(lane, run);
      boolean free = draft.task instanceof Task.Retrying && before.free();
      draft.task = draft.task.anew(free ? why.freed() : why, now);
    }
    return draft.decided();
  }

  /** A run wants the details that were never read. */
  Decision missing(Entry entry, Asker asker, Instant now) {
    Draft draft = new Draft(entry, now);
    want(draft, Lane.BACKFILL, asker, now);
    return draft.decided();
  }

  /** Whether {@link #missing} is about this order. */
  static boolean missesDetail(Standing order) {
    return order.known() && order.read() == null && !order.suspect();
  }

  /** The lists of its status do not show it. */
  Decision passedOver(Entry entry, Instant beganAt, Asker asker, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.unlisted == null) {
      draft.unlisted = Unlisted.passedOver(beganAt);
    }
    ask(draft, Lane.HOT, beganAt, asker, now);
    return draft.decided();
  }

  /**
   * Whether {@link #passedOver} is about this order, if it stands in one of the statuses: neither a
   * list nor its detail showed it since the run began.
   */
  static boolean missed(Standing order, Instant beganAt) {
    Listing listing = order.listing();
    DetailRead read = order.read();
    return order.told().removedAt() == null
        && !order.suspect()
        && (listing == null || listing.at().asked().isBefore(beganAt))
        && (read == null || read.at().asked().isBefore(beganAt));
  }

  /** A whole read does not show it. */
  Decision absent(Entry entry, Instant beganAt, Asker asker, Instant now) {
    Draft draft = new Draft(entry, now);
    boolean suspect = entry.standing().suspect();
    Unlisted unlisted = Unlisted.absent(draft.unlisted, beganAt);
    draft.unlisted = unlisted;
    if (!suspect || unlisted.proven()) {
      ask(draft, Lane.AUDIT, beganAt, asker, now);
    }
    return draft.decided();
  }

  /** Whether {@link #absent} is about this order. */
  static boolean absent(Standing order, Instant beganAt) {
    Listing listing = order.listing();
    DetailRead read = order.read();
    Observation shown = listing == null && read != null ? read.at() : null;
    shown = listing == null ? shown : listing.at();
    return order.expected() && shown != null && shown.asked().isBefore(beganAt);
  }

  /** The auditor drew it. */
  Decision audited(Entry entry, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.task instanceof Task.Settled && entry.standing().read() != null) {
      draft.task = draft.task.wanted(Want.auditing(), now);
    }
    return draft.decided();
  }

  /** What is known cannot be told from what is seen: the detail is read once more. */
  private static void doubt(Draft draft, Asker asker, Observation at, Instant now) {
    draft.claim(asker);
    UUID run = asker.run();
    Want why = run == null ? Want.free(Lane.HOT) : Want.byRun(Lane.HOT, run);
    draft.task = draft.task.doubted(why, at.answered(), now);
  }

  /**
   * What is under way serves it, unless Tiny turns out to have been asked before what the list
   * shows, or so long ago that it has to be asked again.
   */
  private void want(Draft draft, Lane lane, Asker asker, Instant now) {
    draft.claim(asker);
    Want why = asker.run() == null ? Want.free(lane) : Want.byRun(lane, asker.run());
    if (!asker.live()) {
      return;
    }
    boolean anew = draft.task.parked() && draft.listedAnew();
    draft.task = anew ? draft.task.anew(why, now) : draft.task.wanted(why, now);
    Standing order = draft.standing();
    Listing listing = order.listing();
    if (draft.task instanceof Task.Requested requested && listing != null) {
      Instant seen = listing.at().answered();
      boolean shown = listing.fingerprint().equals(requested.out().fingerprint());
      if (!shown) {
        draft.task = requested.doubted(seen);
      } else if (Need.open(order.status())) {
        draft.task = requested.doubted(seen.minus(rules.openMaxAge()));
      }
    }
  }

  /**
   * For what no list shows since a run began: why it failed before, if it did, may be that it is no
   * more, and an answer to a question that was put earlier does not do.
   */
  private static void ask(Draft draft, Lane lane, Instant beganAt, Asker asker, Instant now) {
    draft.claim(asker);
    UUID run = asker.run();
    if (!asker.live() || run == null) {
      return;
    }
    Want why = Want.byRun(lane, run);
    if (draft.task instanceof Task.Requested requested) {
      draft.task = requested.doubted(beganAt);
    } else {
      draft.task =
          draft.task.parkedFor(NOT_FOUND) ? draft.task.anew(why, now) : draft.task.wanted(why, now);
    }
  }

  /** The newest header cannot be kept: whoever asks is told so, whatever else is known. */
  private static void tooLarge(Draft draft, Asker asker, Instant now) {
    draft.claim(asker);
    if (!(draft.task instanceof Task.Requested) && !draft.task.parkedFor(Limits.TOO_LARGE)) {
      Failure failure = Limits.tooLarge("what the list shows of the order");
      draft.task = draft.task.parked(failure, now);
      draft.tell(new Effect.GivenUp(null, failure));
    }
  }

  /** A header that was too large is small again: what it kept from being read is dealt with. */
  private void heal(Draft draft, Instant now) {
    Listing before = draft.before().listing();
    if (before == null || !before.tooLarge() || !draft.task.parkedFor(Limits.TOO_LARGE)) {
      return;
    }
    if (draft.standing().read() == null) {
      draft.task = draft.task.anew(draft.task.want(), now);
    } else {
      draft.close();
    }
  }

  private void fetched(
      Draft draft, DetailResult.Fetched result, Task.@Nullable Requested awaited, Instant now) {
    Observation at = Observation.of(result.askedAt(), result.endedAt(), now);
    Content known = draft.content();
    draft.observe(result.detail().situacao(), at, StatusChange.Source.DETAIL);
    boolean kept =
        draft.read(result.detail(), at, awaited == null ? null : awaited.out().fingerprint());
    if (awaited == null) {
      if (draft.doubtful()) {
        doubt(draft, Asker.NOBODY, at, now);
      }
    } else if (!kept) {
      parked(draft, result, Limits.tooLarge("the order's detail"), now);
    } else if (!draft.hasStatus()) {
      failed(draft, result, NO_STATUS, new Wanted(true, null), now);
    } else if (draft.headerTooLarge()) {
      parked(draft, result, Limits.tooLarge("what the list shows of the order"), now);
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
      Want why = again.get() == Lane.REFRESH ? Want.free(Lane.REFRESH) : awaited.want();
      draft.task = awaited.anew(why.in(again.get()), now);
    } else {
      draft.close();
    }
  }

  private static void audit(Draft draft, Content known, Task.Requested awaited) {
    Listing listing = draft.standing().listing();
    boolean still = listing != null && listing.fingerprint().equals(awaited.out().fingerprint());
    if (still && known.detail() != null) {
      draft.tell(new Effect.Audited(Audit.missed(known, draft.content())));
    }
  }

  private void gone(
      Draft draft, DetailResult.Gone result, Task.Requested awaited, Wanted wanted, Instant now) {
    Observation at = Observation.of(result.askedAt(), result.endedAt(), now);
    Unlisted unlisted = draft.unlisted;
    Optional<Lane> again = awaited.again().unmet(at.asked());
    if (again.isPresent()) {
      draft.task = awaited.anew(awaited.want().in(again.get()), now);
    } else if (unlisted != null) {
      if (unlisted.proven()) {
        draft.remove(at);
      } else {
        draft.unlisted = unlisted.suspect(true);
      }
      draft.close();
    } else if (draft.standing().known()) {
      failed(draft, result, UNKNOWN, wanted, now);
    } else {
      draft.close();
    }
  }

  private void failed(
      Draft draft, @Nullable DetailResult result, Failure why, Wanted wanted, Instant now) {
    if (draft.task instanceof Task.Requested out && out.again().person() != null) {
      draft.task = out.anew(Want.free(Lane.REFRESH), now);
    } else if (!kept(draft.task, wanted)) {
      draft.task = draft.task.settled(now);
    } else {
      Failure failure = Limits.clipped(why);
      draft.task = draft.task.failed(failure, now, rules);
      if (draft.task.parked()) {
        draft.tell(new Effect.GivenUp(result, failure));
      }
    }
  }

  private static void parked(Draft draft, DetailResult result, Failure why, Instant now) {
    Failure failure = Limits.clipped(why);
    draft.task = draft.task.parked(failure, now);
    draft.tell(new Effect.GivenUp(result, failure));
  }

  private static boolean kept(Task task, Wanted wanted) {
    return wanted.so() || task.want().free();
  }
}
