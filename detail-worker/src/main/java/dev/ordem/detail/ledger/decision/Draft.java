package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.Checksum;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Lane;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Situacao;
import dev.ordem.contract.StatusChange;
import dev.ordem.detail.ledger.order.Absence;
import dev.ordem.detail.ledger.order.Content;
import dev.ordem.detail.ledger.order.CountedBy;
import dev.ordem.detail.ledger.order.DetailRead;
import dev.ordem.detail.ledger.order.FetchReason;
import dev.ordem.detail.ledger.order.Fingerprint;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import dev.ordem.detail.ledger.order.OrderEntry;
import dev.ordem.detail.ledger.order.PublishedOrder;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.order.Task;
import dev.ordem.detail.ledger.store.Run;
import dev.ordem.detail.ledger.store.SizeLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An entry while a decision about it is taken. It notes what to tell by comparing what was with
 * what is, so that no decision can change an entry and forget to say so. Lives within one call of
 * {@link Decisions}.
 */
final class Draft {
  private final OrderEntry entry;
  private final OrderKey key;
  private final Standing before;
  private final Instant now;
  private final List<Effect> effects = new ArrayList<>();

  private @Nullable Content changed;
  private @Nullable UUID broughtBy;
  private @Nullable ObservedStatus status;
  private @Nullable Listing listing;
  private @Nullable DetailRead read;
  private PublishedOrder told;
  private List<CountedBy> countedBy;
  private long round;
  private boolean doubtful;
  @Nullable Absence absence;
  Task task;

  Draft(OrderEntry entry, Instant now) {
    this.entry = entry;
    this.key = entry.key();
    this.before = entry.standing();
    this.now = now;
    this.task = before.task();
    this.status = before.status();
    this.listing = believed(before.listing());
    this.read = believed(before.read());
    this.told = before.told();
    this.absence = before.unlisted();
    this.countedBy = before.countedBy();
    this.round = before.round();
  }

  /** What a wrong clock stamped was seen at no time that is known: whatever comes is later. */
  private @Nullable Listing believed(@Nullable Listing stored) {
    return stored == null || stored.at().believed(now) ? stored : stored.seen(Observation.NEVER);
  }

  private @Nullable DetailRead believed(@Nullable DetailRead stored) {
    return stored == null || stored.at().believed(now)
        ? stored
        : new DetailRead(Observation.NEVER, stored.covered());
  }

  /** When an event says that the order was observed; see {@link Observation#of}. */
  Observation heard(@Nullable Instant asked, Instant answered) {
    Instant newest = before.observed(now.plus(Observation.AHEAD));
    return Observation.of(asked, answered, newest, now);
  }

  /** Names the run that what follows is brought by. */
  void broughtBy(@Nullable UUID run) {
    broughtBy = run;
  }

  /**
   * Notes an observation of the status. One that was over before the last began says nothing; one
   * that overlaps the last and contradicts it leaves it in doubt, and so does a list that shows
   * once more what the detail contradicted since.
   */
  void observe(@Nullable Integer seen, Observation at, StatusChange.Source source) {
    if (seen == null || removedSince(at)) {
      return;
    }
    StatusStep step = StatusStep.of(status, seen, at, now);
    doubtful |= step.contradicts();
    boolean byList = source == StatusChange.Source.HEADER;
    if (step.transition() && byList && Contradiction.known(standing(), this::content, seen)) {
      doubtful |= !Contradiction.lasting(standing());
      return;
    }
    if (step.transition() && byList) {
      doubtful |= Contradiction.expected(standing(), this::content, seen);
    }
    ObservedStatus last = status;
    status = step.status();
    if (step.transition()) {
      transition(last, step, at.answered(), source);
    }
  }

  /** Nobody said the status so far: what is known of the order is shown without it. */
  void untold(Observation at, StatusChange.Source source) {
    if (status == null) {
      observe(Situacao.NOT_TOLD, at, source);
    }
  }

  /** The same where only the list showed the order, if it did. */
  void untoldByList() {
    if (listing != null) {
      untold(listing.at(), StatusChange.Source.HEADER);
    }
  }

  private void transition(
      @Nullable ObservedStatus last, StatusStep step, Instant seenAt, StatusChange.Source source) {
    StatusChange change = step.change(key, last, seenAt, source, broughtBy);
    told =
        told.changed(Checksum.ofChange(key.osId(), change.sequence(), change.from(), change.to()));
    tell(new Effect.Changed(change));
  }

  /** Whether the order was found removed after this was seen. */
  private boolean removedSince(Observation at) {
    Instant removed = told.removedAt();
    return removed != null
        && !removed.isAfter(now.plus(Observation.AHEAD))
        && !at.answered().isAfter(removed);
  }

  /**
   * The list shows the order; a page that was asked for before the last one is no news.
   *
   * @return what it is to a run that counts it
   */
  Run.SeenCounts listed(Header seen, Observation at) {
    Listing last = listing;
    if (removedSince(at)) {
      return Run.SeenCounts.UNCHANGED;
    }
    if (absence != null && at.answered().isAfter(absence.since())) {
      absence = null;
    }
    told = told.removed(null);
    if (last != null && at.asked().isBefore(last.at().asked())) {
      again(seen, at, last);
      return Run.SeenCounts.UNCHANGED;
    }
    Observation span = last == null ? at : last.at().widened(at);
    long digest = Fingerprint.digest(seen);
    if (last != null && last.digest() == digest && seen.situacao() != null) {
      listing = last.seen(span);
      cover(at, this::content);
      return Run.SeenCounts.UNCHANGED;
    }
    return take(seen, span, digest);
  }

  /**
   * A page that was asked for before the last one, but overlaps it, may be the newer one all the
   * same: it shows for longer what is known, or leaves that in doubt.
   */
  private void again(Header seen, Observation at, Listing last) {
    if (Fingerprint.of(seen).equals(last.fingerprint())) {
      listing = last.seen(last.at().widened(at));
    } else if (seen.situacao() != null && !at.before(last.at())) {
      doubtful |= read == null || at.answered().isAfter(read.at().asked());
    }
  }

  private Run.SeenCounts take(Header seen, Observation span, long digest) {
    Listing last = listing;
    Content known = content();
    Header header = KeptFields.of(seen, known.header(), status);
    Content next = new Content(header, known.detail());
    boolean fits = SizeLimits.fits(next);
    listing = new Listing(span, Fingerprint.of(header), digest, !fits);
    cover(span, () -> next);
    boolean same =
        header.equals(known.header())
            || (last != null && last.digest() == 0 && Fingerprint.same(header, known.header()));
    if (fits && !header.equals(known.header())) {
      changed = next;
    }
    if (last == null) {
      return Run.SeenCounts.FRESH;
    }
    return same ? Run.SeenCounts.UNCHANGED : Run.SeenCounts.CHANGED;
  }

  /** A detail that was asked for after the header was there covers it. */
  private void cover(Observation seen, Supplier<Content> known) {
    if (read != null && listing != null && !seen.answered().isAfter(read.at().asked())) {
      read = read.covering(listing.fingerprint(), known.get());
    }
  }

  /**
   * The detail was read; one that was asked for before the last one is no news.
   *
   * @param requested fingerprint of the newest header when it was requested; null if this is not
   *     the answer that is waited for, or there was none
   * @return whether it can be kept
   */
  boolean read(Detail detail, Observation at, @Nullable String requested) {
    boolean older = read != null && at.asked().isBefore(read.at().asked());
    if (removedSince(at) || older) {
      return true;
    }
    Content known = content();
    Detail whole = KeptFields.of(detail, known.detail());
    Content next = new Content(known.header(), whole);
    if (!SizeLimits.fits(next)) {
      return false;
    }
    boolean later = listing == null || !listing.at().answered().isAfter(at.asked());
    String newest = listing == null ? null : listing.fingerprint();
    String seen = later ? newest : requested;
    read =
        read != null && listedBetween(read, at) && same(whole, known.detail())
            ? read.again(at, seen, next)
            : DetailRead.of(at, seen, next);
    told = told.removed(null);
    absence = absence == null ? null : absence.suspect(false);
    changed = next;
    return true;
  }

  private boolean listedBetween(DetailRead before, Observation at) {
    return listing != null
        && listing.at().after(before.at())
        && !listing.at().answered().isAfter(at.asked());
  }

  private static boolean same(Detail one, @Nullable Detail other) {
    return other != null && one.raw().equals(other.raw());
  }

  /** Neither the list nor Tiny's detail knows the order any more. */
  void remove(Observation at) {
    if (told.present()) {
      tell(new Effect.Removed());
    }
    told = told.removed(at.asked());
    changed = Content.NONE;
    listing = null;
    read = null;
    absence = null;
  }

  /** Takes what Postgres knows, as {@code event} says it. */
  void restore(HeaderEvent.BaselineOrder event) {
    BaselineState restored = BaselineState.of(event, status == null ? 0 : status.sequence(), now);
    status = restored.status();
    told = restored.told();
    listing = restored.listing();
    read = restored.read();
    absence = null;
    changed = restored.content();
  }

  /** Tells the order as it was restored, in the revision that it has. */
  void tellRestored() {
    Merge.of(key, content(), standing(told), null, now)
        .ifPresent(order -> tell(new Effect.Enriched(order)));
  }

  Content content() {
    return changed == null ? entry.content().get() : changed;
  }

  /** Whether any call ever told the status, without which there is nothing to show. */
  boolean hasStatus() {
    return status != null;
  }

  /** Whether what was observed just now overlaps what was known, and contradicts it. */
  boolean doubtful() {
    return doubtful;
  }

  /** Whether the newest header could not be kept. */
  boolean headerTooLarge() {
    return listing != null && listing.tooLarge();
  }

  boolean listedAnew() {
    return listing != null
        && (before.listing() == null
            || !listing.fingerprint().equals(before.listing().fingerprint()));
  }

  /** Counts the order for a run, once in what it counts together. */
  void count(Asker asker, Run.SeenCounts as) {
    UUID run = asker.run();
    if (run == null) {
      return;
    }
    CountedBy counted = new CountedBy(run, asker.countsFrom());
    if (!countedBy.contains(counted)) {
      List<CountedBy> runs = new ArrayList<>(countedBy);
      runs.removeIf(other -> other.run().equals(run) || !asker.reading().test(other.run()));
      runs.add(counted);
      countedBy = runs;
      tell(new Effect.Counted(run, as));
    }
  }

  /** The run wants the detail, unless it says so already. */
  void claim(Asker asker) {
    if (asker.run() != null && !asker.claimed().getAsBoolean()) {
      tell(new Effect.Claimed(asker.run()));
    }
  }

  /** What is known cannot be told from what is seen: the detail is read once more. */
  void doubt(Asker asker, Observation at) {
    claim(asker);
    UUID run = asker.run();
    FetchReason why = run == null ? FetchReason.free(Lane.HOT) : FetchReason.byRun(Lane.HOT, run);
    task = task.doubted(why, at.answered(), now);
  }

  /** All that was claimed so far is dealt with. */
  void close() {
    round++;
    task = task.settled(now);
  }

  void tell(Effect effect) {
    effects.add(effect);
  }

  Standing before() {
    return before;
  }

  Standing standing() {
    return standing(told);
  }

  private Standing standing(PublishedOrder as) {
    return new Standing(status, listing, read, as, absence, countedBy, round, task);
  }

  /** The decision, with all that changed told. */
  Decision decided() {
    tellOrder();
    effects.addAll(TaskEffects.between(key, before.task(), task, now));
    return new Decision(changed, standing(), effects);
  }

  /** The decision, where the order was told already. */
  Decision decidedAsTold() {
    effects.addAll(TaskEffects.between(key, before.task(), task, now));
    return new Decision(changed, standing(), effects);
  }

  private void tellOrder() {
    boolean touched = changed != null || EnrichedDifference.mayShow(before, standing());
    if (told.removedAt() != null || !touched) {
      return;
    }
    PublishedOrder next = told.revision(Math.max(before.told().revision() + 1, now.toEpochMilli()));
    EnrichedDifference.of(entry, content(), standing(next), broughtBy, now)
        .ifPresent(
            order -> {
              told = next;
              tell(new Effect.Enriched(order));
            });
  }
}
