package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.Failure;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Mode;
import dev.ordem.contract.StatusChange;
import dev.ordem.detail.ledger.order.Absence;
import dev.ordem.detail.ledger.order.CountedBy;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.FetchReason;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.OrderEntry;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.order.Task;
import dev.ordem.detail.ledger.store.Run;
import dev.ordem.detail.ledger.store.SizeLimits;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an event for the order that it is about. Pure functions of the entry, the event
 * and the time: no store, no topic, no clock.
 *
 * <p>What nobody wants any more is not asked for; see {@link Demand}.
 */
public final class Decisions {
  private final LedgerRules rules;

  public Decisions(LedgerRules rules) {
    this.rules = rules;
  }

  /** The list shows the order. */
  public Decision listed(OrderEntry entry, HeaderEvent.Seen event, Asker asker, Instant now) {
    Draft draft = new Draft(entry, now);
    Observation at = draft.heard(event.askedAt(), event.seenAt());
    draft.broughtBy(event.runId());
    draft.observe(event.header().situacao(), at, StatusChange.Source.HEADER);
    draft.count(asker, draft.listed(event.header(), at));
    if (event.headersOnly()) {
      draft.untoldByList();
    }
    if (draft.headerTooLarge()) {
      tooLarge(draft, asker, now);
    } else if (draft.doubtful()) {
      draft.doubt(event.headersOnly() ? Asker.NOBODY : asker, at);
    } else if (!asker.stale() && !event.headersOnly()) {
      Need.of(draft.standing(), draft::content, event.mode(), rules)
          .ifPresent(lane -> want(draft, lane, asker, now));
    }
    if (!draft.headerTooLarge()) {
      heal(draft, now);
    }
    return draft.decided();
  }

  /** A list showed it as it was known, before another showed something else. */
  public Decision seenAgain(OrderEntry entry, HeaderEvent.SeenAgain event, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.hasStatus() && draft.standing().expected()) {
      Observation at = draft.heard(event.askedAt(), event.seenAt());
      draft.observe(event.situacao(), at, StatusChange.Source.HEADER);
      if (draft.doubtful()) {
        draft.doubt(Asker.NOBODY, at);
      }
    }
    return draft.decided();
  }

  /**
   * A list that must show it does not; if neither another list nor its detail did since, it is
   * read.
   */
  public Decision unlisted(OrderEntry entry, HeaderEvent.Unlisted event, Instant now) {
    Draft draft = new Draft(entry, now);
    Observation at = draft.heard(event.askedAt(), event.seenAt());
    Standing order = entry.standing();
    if (!order.expected() || !stands(order, event.situacao()) || !missed(order, at.asked())) {
      return draft.decided();
    }
    boolean news = draft.absence == null;
    if (news) {
      draft.absence = Absence.passedOver(at.asked());
    }
    askAfter(draft, FetchReason.free(Lane.HOT), at.asked(), news, now);
    return draft.decided();
  }

  private static boolean stands(Standing order, @Nullable Integer situacao) {
    ObservedStatus status = order.status();
    return situacao == null || (status != null && status.situacao() == situacao);
  }

  /** A person wants the order read. */
  public Decision refresh(OrderEntry entry, HeaderEvent.RefreshWanted event, Instant now) {
    Draft draft = new Draft(entry, now);
    Instant at = Observation.possible(event.requestedAt(), now);
    draft.task = draft.task.wantedByPerson(at, now);
    return draft.decided();
  }

  /** A person wants it tried again. */
  public Decision requeued(OrderEntry entry, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.task.parked() || draft.task instanceof Task.Retrying) {
      draft.task = draft.task.anew(draft.task.want().freed().in(Lane.RETRY), now);
    } else { // whoever wants it tried again believes that it failed
      draft.tell(new Effect.Worked(TaskEffects.state(entry.key(), draft.task, now)));
    }
    return draft.decided();
  }

  /** Postgres knows the order, in a revision that the ledger may have lost. */
  public Decision baseline(OrderEntry entry, HeaderEvent.BaselineOrder event, Instant now) {
    Draft draft = new Draft(entry, now);
    if (!(draft.task instanceof Task.Settled)) { // which Postgres may have lost
      draft.tell(new Effect.Worked(TaskEffects.state(entry.key(), draft.task, now)));
    }
    if (draft.hasStatus() && entry.standing().told().revision() >= event.revision()) {
      return draft.decided();
    }
    draft.restore(event);
    if (!event.removed()) {
      draft.tellRestored();
    }
    return draft.decidedAsTold();
  }

  /** A run that may have wanted it wants nothing any more; a request that is out is left alone. */
  public Decision dropped(OrderEntry entry, Demand demand, Instant now) {
    Draft draft = new Draft(entry, now);
    boolean waiting = draft.task instanceof Task.Queued || draft.task instanceof Task.Retrying;
    if (waiting && !demand.keeps(draft.task)) {
      draft.task = draft.task.settled(now);
    }
    return draft.decided();
  }

  /** A run that holds a claim on it goes on: it is asked for, whatever failed before. */
  public Decision resumed(OrderEntry entry, UUID run, Instant now) {
    Draft draft = new Draft(entry, now);
    if (!(draft.task instanceof Task.Queued) && !(draft.task instanceof Task.Requested)) {
      FetchReason before = draft.task.want();
      Lane lane = before.lane() == Lane.REFRESH ? Lane.HOT : before.lane();
      FetchReason why = FetchReason.byRun(lane, run);
      boolean free = draft.task instanceof Task.Retrying && before.free();
      draft.task = draft.task.anew(free ? why.freed() : why, now);
    }
    return draft.decided();
  }

  /** A run wants the details that were never read, or that are outdated. */
  public Decision missing(OrderEntry entry, Asker asker, Instant now) {
    Draft draft = new Draft(entry, now);
    want(draft, Lane.BACKFILL, asker, now);
    return draft.decided();
  }

  /**
   * Whether {@link #missing} is about this order: a list shows it, and would have its detail read
   * if it showed it once more as it did.
   */
  public boolean missesDetail(OrderEntry entry) {
    Standing order = entry.standing();
    return order.known()
        && !order.suspect()
        && Need.of(order, entry.content(), Mode.DETAILS, rules).isPresent();
  }

  /** The lists of its status do not show it. */
  public Decision passedOver(OrderEntry entry, Instant beganAt, Asker asker, Instant now) {
    Draft draft = new Draft(entry, now);
    boolean news = draft.absence == null;
    if (news) {
      draft.absence = Absence.passedOver(beganAt);
    }
    ask(draft, Lane.HOT, beganAt, asker, news, now);
    return draft.decided();
  }

  /**
   * Whether {@link #passedOver} is about this order, if it stands in one of the statuses: neither a
   * list nor its detail showed it since the run began.
   */
  public static boolean missed(Standing order, Instant beganAt) {
    Listing listing = order.listing();
    DetailRead read = order.read();
    return order.told().removedAt() == null
        && !order.suspect()
        && (listing == null || listing.at().asked().isBefore(beganAt))
        && (read == null || read.at().asked().isBefore(beganAt));
  }

  /** A whole read does not show it. */
  public Decision absent(OrderEntry entry, Instant beganAt, Asker asker, Instant now) {
    Draft draft = new Draft(entry, now);
    boolean suspect = entry.standing().suspect();
    Absence absence = Absence.absent(draft.absence, beganAt);
    draft.absence = absence;
    if (!suspect || absence.proven()) {
      ask(draft, Lane.AUDIT, beganAt, asker, true, now);
    }
    return draft.decided();
  }

  /** Whether {@link #absent} is about this order. */
  public static boolean absent(Standing order, Instant beganAt) {
    Listing listing = order.listing();
    DetailRead read = order.read();
    Observation shown = listing == null && read != null ? read.at() : null;
    shown = listing == null ? shown : listing.at();
    return order.expected() && shown != null && shown.asked().isBefore(beganAt);
  }

  /**
   * Whether a list showed it to this run at a time that nobody can tell. Where the database's clock
   * is too far ahead, when Tiny was asked is taken for the moment at which the header came, and
   * that lies before the time at which the run says that it began. A reading that was interrupted
   * and begun anew counts as one: where times can be told, they tell what the present one showed.
   */
  public static boolean shown(Standing order, Run run) {
    Listing listing = order.listing();
    return listing != null
        && listing.at().ofArrival()
        && order.countedBy().contains(new CountedBy(run.id(), run.sightings().from()));
  }

  /** The auditor drew it. */
  public Decision audited(OrderEntry entry, Instant now) {
    Draft draft = new Draft(entry, now);
    if (draft.task instanceof Task.Settled && entry.standing().read() != null) {
      draft.task = draft.task.wanted(FetchReason.auditing(), now);
    }
    return draft.decided();
  }

  /**
   * What is under way serves it, unless Tiny turns out to have been asked before what the list
   * shows, or so long ago that it has to be asked again.
   */
  private void want(Draft draft, Lane lane, Asker asker, Instant now) {
    draft.claim(asker);
    FetchReason why =
        asker.run() == null ? FetchReason.free(lane) : FetchReason.byRun(lane, asker.run());
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
      } else if (order.open()) {
        draft.task = requested.doubted(seen.minus(rules.openMaxAge()));
      }
    }
  }

  /**
   * For what no list shows since a run began: why it failed before, if it did, may be that it is no
   * more, and an answer to a question that was put earlier does not do.
   *
   * @param news whether that it is not shown says something new of it: what is parked for any
   *     reason is asked for once more when it is first missed, and by each whole read
   */
  private static void ask(
      Draft draft, Lane lane, Instant beganAt, Asker asker, boolean news, Instant now) {
    draft.claim(asker);
    UUID run = asker.run();
    if (!asker.live() || run == null) {
      return;
    }
    askAfter(draft, FetchReason.byRun(lane, run), beganAt, news, now);
  }

  private static void askAfter(
      Draft draft, FetchReason why, Instant beganAt, boolean news, Instant now) {
    if (draft.task instanceof Task.Requested requested) {
      draft.task = requested.doubted(beganAt);
    } else {
      boolean anew =
          draft.task.parkedFor(RequestDecisions.NOT_FOUND) || (news && draft.task.parked());
      draft.task = anew ? draft.task.anew(why, now) : draft.task.wanted(why, now);
    }
  }

  /** The newest header cannot be kept: whoever asks is told so, whatever else is known. */
  private static void tooLarge(Draft draft, Asker asker, Instant now) {
    draft.claim(asker);
    if (!(draft.task instanceof Task.Requested) && !draft.task.parkedFor(SizeLimits.TOO_LARGE)) {
      Failure failure = SizeLimits.tooLarge("what the list shows of the order");
      draft.task = draft.task.parked(failure, now);
      draft.tell(new Effect.GivenUp(null, failure));
    }
  }

  /** A header that was too large is small again: what it kept from being read is dealt with. */
  private void heal(Draft draft, Instant now) {
    Listing before = draft.before().listing();
    if (before == null || !before.tooLarge() || !draft.task.parkedFor(SizeLimits.TOO_LARGE)) {
      return;
    }
    if (draft.standing().read() == null) {
      draft.task = draft.task.anew(draft.task.want(), now);
    } else {
      draft.close();
    }
  }
}
