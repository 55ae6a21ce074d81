package dev.ordem.detail.ledger;

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
import org.jspecify.annotations.Nullable;

/**
 * An entry while a decision about it is taken. It notes what to tell by comparing what was with
 * what is, so that no decision can change an entry and forget to say so. Lives within one call of
 * {@link Decisions}.
 */
final class Draft {
  /** So many runs are remembered to have counted an order: as many as may overlap. */
  private static final int REMEMBERED_RUNS = 4;

  private final OrderKey key;
  private final Content contentBefore;
  private final Standing before;
  private final Instant now;
  private final List<Effect> effects = new ArrayList<>();

  private Content content;
  private boolean touched;
  Task task;
  private @Nullable Status status;
  private @Nullable Instant headerSeenAt;
  private @Nullable String headerFingerprint;
  private @Nullable Instant detailFetchedAt;
  private @Nullable Instant goneAt;
  private @Nullable String coveredFingerprint;
  private List<UUID> countedBy;
  private int absences;
  private boolean removed;

  Draft(OrderKey key, Content content, Standing standing, Instant now) {
    this.key = key;
    this.contentBefore = content;
    this.before = standing;
    this.now = now;
    this.content = content;
    this.task = standing.task();
    this.status = standing.status();
    this.headerSeenAt = standing.headerSeenAt();
    this.headerFingerprint = standing.headerFingerprint();
    this.detailFetchedAt = standing.detailFetchedAt();
    this.goneAt = standing.goneAt();
    this.coveredFingerprint = standing.coveredFingerprint();
    this.countedBy = standing.countedBy();
    this.absences = standing.absences();
    this.removed = standing.removed();
  }

  /** Notes an observation of the status, unless there is none or a later one is known. */
  void observe(
      @Nullable Integer seen, Instant at, StatusChange.Source source, @Nullable UUID runId) {
    if (seen == null) {
      return;
    }
    int situacao = seen;
    Status last = status;
    if (last != null && at.isBefore(last.lastSeenAt())) {
      return;
    }
    boolean changed = last == null || last.situacao() != situacao;
    long sequence = (last == null ? 0 : last.sequence()) + (changed ? 1 : 0);
    status = new Status(situacao, at, sequence);
    if (changed) {
      tell(
          new Effect.Changed(
              new StatusChange(
                  StatusChange.idOf(key, sequence),
                  key.account(),
                  key.osId(),
                  sequence,
                  last == null ? null : last.situacao(),
                  situacao,
                  last == null ? null : last.lastSeenAt(),
                  at,
                  source,
                  runId)));
    }
  }

  /**
   * The list shows the order; an older page than the last one is no news. A header without a status
   * stands for the one that was known.
   */
  void listed(Header read, Instant at) {
    if (removed && goneAt != null && at.isBefore(goneAt)) {
      return;
    }
    absences = 0;
    if (headerSeenAt != null && at.isBefore(headerSeenAt)) {
      return;
    }
    Header header = status == null ? read : Merge.keepingStatus(read, status);
    headerSeenAt = at;
    headerFingerprint = Fingerprint.of(header);
    if (!header.equals(content.header())) {
      put(new Content(header, content.detail()));
    }
    if (detailFetchedAt != null && !at.isAfter(detailFetchedAt)) {
      coveredFingerprint = headerFingerprint;
    }
    removed = false;
  }

  /** The detail was read; an older one than the last is no news. */
  void read(Detail detail, Instant at, boolean answer) {
    if (detailFetchedAt != null && at.isBefore(detailFetchedAt)) {
      return;
    }
    detailFetchedAt = at;
    goneAt = null;
    absences = 0;
    removed = false;
    cover(at, answer);
    put(new Content(content.header(), Merge.keepingSerie(detail, content.detail())));
  }

  /** Tiny does not know the order: it is removed if the list does not show it either. */
  void gone(Instant at, int absencesNeeded) {
    goneAt = at;
    cover(at, true);
    if (absences >= absencesNeeded && !removed) {
      removed = true;
      put(Content.NONE);
      detailFetchedAt = null;
      headerSeenAt = null;
      headerFingerprint = null;
      coveredFingerprint = null;
      tell(new Effect.Removed());
    }
  }

  Content content() {
    return content;
  }

  /** Whether any call ever told the status, without which there is nothing to show. */
  boolean hasStatus() {
    return status != null;
  }

  boolean countedBy(UUID run) {
    return countedBy.contains(run);
  }

  void count(UUID run, Tally as) {
    List<UUID> runs = new ArrayList<>(countedBy);
    runs.add(run);
    countedBy = runs.subList(Math.max(0, runs.size() - REMEMBERED_RUNS), runs.size());
    tell(new Effect.Counted(run, as));
  }

  void tell(Effect effect) {
    effects.add(effect);
  }

  Standing standing(long revision) {
    return new Standing(
        status,
        headerSeenAt,
        headerFingerprint,
        detailFetchedAt,
        goneAt,
        coveredFingerprint,
        revision,
        countedBy,
        absences,
        removed,
        task);
  }

  /** The decision, with all that changed told. */
  Decision decided() {
    tellWork();
    return new Decision(touched ? content : null, standing(enriched()), effects);
  }

  private void put(Content changed) {
    content = changed;
    touched = true;
  }

  private void cover(Instant at, boolean answer) {
    if (headerSeenAt == null || !headerSeenAt.isAfter(at)) {
      coveredFingerprint = headerFingerprint;
    } else if (answer) {
      coveredFingerprint = task.requestFingerprint();
    }
  }

  private long enriched() {
    boolean untouched =
        !touched
            && Objects.equals(status(before), status(standing(0)))
            && Objects.equals(before.detailFetchedAt(), detailFetchedAt)
            && before.removed() == removed;
    if (untouched || removed) {
      return before.revision();
    }
    Optional<EnrichedOrder> was =
        before.removed()
            ? Optional.empty()
            : Merge.of(key, contentBefore, before, task.runId(), now);
    Optional<EnrichedOrder> is = Merge.of(key, content, standing(0), task.runId(), now);
    if (is.isEmpty() || (was.isPresent() && Merge.same(was.get(), is.get()))) {
      return before.revision();
    }
    long revision = Math.max(before.revision() + 1, now.toEpochMilli());
    Merge.of(key, content, standing(revision), task.runId(), now)
        .ifPresent(order -> tell(new Effect.Enriched(order)));
    return revision;
  }

  private static @Nullable Integer status(Standing standing) {
    Status status = standing.status();
    return status == null ? null : status.situacao();
  }

  private void tellWork() {
    TaskEffects.between(key, before.task(), task, now).forEach(this::tell);
  }
}
