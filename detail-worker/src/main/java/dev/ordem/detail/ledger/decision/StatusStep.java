package dev.ordem.detail.ledger.decision;

import dev.ordem.contract.OrderKey;
import dev.ordem.contract.StatusChange;
import dev.ordem.detail.ledger.order.Observation;
import dev.ordem.detail.ledger.order.ObservedStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one more observation makes of an order's status. One that was over before the last began
 * says nothing; one that overlaps the last and contradicts it leaves the status in doubt.
 *
 * @param status as it is known now
 * @param transition whether it is another one than before, so that subscribers are told
 * @param seenBefore when the one before was last seen for certain; null: that is not known
 * @param contradicts whether nobody can say which of both observations was later
 */
record StatusStep(
    ObservedStatus status, boolean transition, @Nullable Instant seenBefore, boolean contradicts) {

  /**
   * @param last null before the first observation
   */
  static StatusStep of(@Nullable ObservedStatus last, int seen, Observation at, Instant now) {
    if (last == null) {
      return moved(null, seen, null, at);
    }
    Observation before = last.last();
    boolean same = last.situacao() == seen;
    if (!before.believed(now)) { // a wrong clock's: nothing limits a transition from below
      return same ? known(last, at) : moved(last, seen, null, at);
    }
    if (at.before(before)) {
      return known(last, before);
    }
    if (same) {
      return known(last, before.widened(at));
    }
    return at.after(before)
        ? moved(last, seen, before.asked(), at)
        : new StatusStep(last, false, null, true);
  }

  private static StatusStep known(ObservedStatus last, Observation at) {
    ObservedStatus status = new ObservedStatus(last.situacao(), at, last.sequence());
    return new StatusStep(status, false, null, false);
  }

  private static StatusStep moved(
      @Nullable ObservedStatus last, int to, @Nullable Instant seenBefore, Observation at) {
    long sequence = last == null ? 1 : last.sequence() + 1;
    return new StatusStep(new ObservedStatus(to, at, sequence), true, seenBefore, false);
  }

  /**
   * The transition, as it is told.
   *
   * @param last as in {@link #of}
   */
  StatusChange change(
      OrderKey key,
      @Nullable ObservedStatus last,
      Instant seenAt,
      StatusChange.Source source,
      @Nullable UUID broughtBy) {
    Integer from = last == null ? null : Integer.valueOf(last.situacao());
    long previous = last == null ? 0 : last.sequence();
    return new StatusChange(
        StatusChange.idOf(key, previous + 1, from, status.situacao()),
        key.account(),
        key.osId(),
        previous + 1,
        previous == 0 ? null : previous,
        from,
        status.situacao(),
        seenBefore,
        seenAt,
        source,
        broughtBy);
  }
}
