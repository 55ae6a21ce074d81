package dev.ordem.detail.ledger;

import dev.ordem.contract.Checksum;
import dev.ordem.contract.Detail;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Header;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.StatusChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An entry while a decision about it is taken. It notes what to tell by comparing what was with
 * what is, so that no decision can change an entry and forget to say so. Lives within one call of
 * {@link Decisions}.
 */
final class Draft {
  private final Entry entry;
  private final OrderKey key;
  private final Standing before;
  private final Instant now;
  private final List<Effect> effects = new ArrayList<>();

  private @Nullable Content changed;
  private @Nullable UUID broughtBy;
  private @Nullable Status status;
  private @Nullable Listing listing;
  private @Nullable DetailRead read;
  private Told told;
  private List<Counted> countedBy;
  private long round;
  private boolean doubtful;
  @Nullable Unlisted unlisted;
  Task task;

  Draft(Entry entry, Instant now) {
    this.entry = entry;
    this.key = entry.key();
    this.before = entry.standing();
    this.now = now;
    this.task = before.task();
    this.status = before.status();
    this.listing = believed(before.listing());
    this.read = believed(before.read());
    this.told = before.told();
    this.unlisted = before.unlisted();
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

  /** Names the run that what follows is brought by. */
  void broughtBy(@Nullable UUID run) {
    broughtBy = run;
  }

  /**
   * Notes an observation of the status. One that was over before the last began says nothing; one
   * that overlaps the last and contradicts it leaves it in doubt.
   */
  void observe(@Nullable Integer seen, Observation at, StatusChange.Source source) {
    if (seen == null || removedSince(at)) {
      return;
    }
    Status last = status;
    boolean believed = last != null && last.last().believed(now);
    if (last == null) {
      transition(seen, null, at, source);
    } else if (!believed) {
      restate(last, seen, at, source);
    } else if (at.before(last.last())) {
      return;
    } else if (last.situacao() == seen) {
      status = new Status(seen, last.last().widened(at), last.sequence());
    } else if (at.after(last.last())) {
      transition(seen, last.last().asked(), at, source);
    } else {
      doubtful = true;
    }
  }

  /** What a wrong clock's time says is not known: nothing limits the transition from below. */
  private void restate(Status last, int seen, Observation at, StatusChange.Source source) {
    if (last.situacao() == seen) {
      status = new Status(seen, at, last.sequence());
    } else {
      transition(seen, null, at, source);
    }
  }

  private void transition(
      int to, @Nullable Instant seenBefore, Observation at, StatusChange.Source source) {
    Status last = status;
    Integer from = last == null ? null : Integer.valueOf(last.situacao());
    long previous = last == null ? 0 : last.sequence();
    status = new Status(to, at, previous + 1);
    told = told.changed(Checksum.ofChange(key.osId(), previous + 1, from, to));
    tell(
        new Effect.Changed(
            new StatusChange(
                StatusChange.idOf(key, previous + 1, from, to),
                key.account(),
                key.osId(),
                previous + 1,
                previous == 0 ? null : previous,
                from,
                to,
                seenBefore,
                at.answered(),
                source,
                broughtBy)));
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
  Run.Seen listed(Header seen, Observation at) {
    Listing last = listing;
    if (removedSince(at)) {
      return Run.Seen.UNCHANGED;
    }
    if (unlisted != null && at.answered().isAfter(unlisted.since())) {
      unlisted = null;
    }
    told = told.removed(null);
    if (last != null && at.asked().isBefore(last.at().asked())) {
      again(seen, at, last);
      return Run.Seen.UNCHANGED;
    }
    Observation span = last == null ? at : last.at().widened(at);
    long digest = Fingerprint.digest(seen);
    if (last != null && last.digest() == digest && seen.situacao() != null) {
      listing = last.seen(span);
      cover(at, this::content);
      return Run.Seen.UNCHANGED;
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

  private Run.Seen take(Header seen, Observation span, long digest) {
    Listing last = listing;
    Content known = content();
    Header header = Merge.keeping(seen, known.header(), status);
    Content next = new Content(header, known.detail());
    boolean fits = Limits.fits(next);
    listing = new Listing(span, Fingerprint.of(header), digest, !fits);
    cover(span, () -> next);
    boolean same =
        header.equals(known.header())
            || (last != null && last.digest() == 0 && Fingerprint.same(header, known.header()));
    if (fits && !header.equals(known.header())) {
      changed = next;
    }
    if (last == null) {
      return Run.Seen.FRESH;
    }
    return same ? Run.Seen.UNCHANGED : Run.Seen.CHANGED;
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
    Content next = new Content(known.header(), Merge.keepingSerie(detail, known.detail()));
    if (!Limits.fits(next)) {
      return false;
    }
    boolean later = listing == null || !listing.at().answered().isAfter(at.asked());
    String newest = listing == null ? null : listing.fingerprint();
    String seen = later ? newest : requested;
    read =
        read != null && listedBetween(read, at) && same(detail, known.detail())
            ? read.again(at, seen, next)
            : DetailRead.of(at, seen, next);
    told = told.removed(null);
    unlisted = unlisted == null ? null : unlisted.suspect(false);
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
    unlisted = null;
  }

  /** Takes what Postgres knows, as {@code event} says it. */
  void restore(dev.ordem.contract.HeaderEvent.BaselineOrder event) {
    Observation seen = Observation.at(Observation.possible(event.statusSeenAt(), now));
    long sequence = Math.max(event.sequence(), status == null ? 0 : status.sequence());
    status = new Status(event.situacao(), seen, sequence);
    told =
        new Told(
            event.revision(),
            event.removed() ? seen.asked() : null,
            event.changes(),
            event.changesXor());
    Content known = new Content(event.header(), event.detail());
    boolean fits = Limits.fits(known);
    listing = Baselines.listing(event, !fits, now);
    read = fits ? Baselines.read(event, listing, now) : null;
    unlisted = null;
    changed = fits ? known : Content.NONE;
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
  void count(Asker asker, Run.Seen as) {
    UUID run = asker.run();
    if (run == null) {
      return;
    }
    Counted counted = new Counted(run, asker.countsFrom());
    if (!countedBy.contains(counted)) {
      List<Counted> runs = new ArrayList<>(countedBy);
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

  private Standing standing(Told as) {
    return new Standing(status, listing, read, as, unlisted, countedBy, round, task);
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
    if (told.removedAt() != null || !touched()) {
      return;
    }
    Told next = told.revision(Math.max(before.told().revision() + 1, now.toEpochMilli()));
    Optional<EnrichedOrder> was =
        before.told().present()
            ? Merge.of(key, entry.content().get(), before, null, now)
            : Optional.empty();
    Optional<EnrichedOrder> is = Merge.of(key, content(), standing(next), broughtBy, now);
    if (is.isPresent() && !(was.isPresent() && Merge.same(was.get(), is.get()))) {
      told = next;
      tell(new Effect.Enriched(is.get()));
    }
  }

  private boolean touched() {
    return changed != null
        || !Objects.equals(situacao(before.status()), situacao(status))
        || !Objects.equals(at(before.read()), at(read))
        || before.told().present() != told.present()
        || !Objects.equals(covered(before.read()), covered(read));
  }

  private static @Nullable Integer situacao(@Nullable Status status) {
    return status == null ? null : status.situacao();
  }

  private static @Nullable Observation at(@Nullable DetailRead read) {
    return read == null ? null : read.at();
  }

  private static @Nullable String covered(@Nullable DetailRead read) {
    return read == null ? null : read.covered();
  }
}
