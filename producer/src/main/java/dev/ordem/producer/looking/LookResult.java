package dev.ordem.producer.looking;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.producer.looking.ShownOrders.Shown;
import dev.ordem.producer.reading.HeaderMapping;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.Interval;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.OrderHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a page shows that is not known yet, and what the ledger is to be told of it. Decides; writes
 * nothing.
 *
 * <p>A row is told if it is not as it was told last, or, a minute later, not as Postgres shows it:
 * so nothing that details or runs found in between can leave the ledger with another status than
 * the list's. An order that the page must hold and does not is told as such. What was told in vain
 * is told again, ever later ({@link Repetition}). What shows nothing new tells nothing.
 *
 * @param events in order
 * @param told rows that are told
 * @param same ids of rows that need not be
 * @param missing ids of orders that are told to be missing
 * @param changes how much of it was news
 * @param doubtful more orders are missing than can be believed, so none is told to be
 */
record LookResult(
    List<HeaderEvent.OfOrder> events,
    List<OrderHeader> told,
    List<Long> same,
    List<Long> missing,
    int changes,
    boolean doubtful) {

  /**
   * A page that was read.
   *
   * @param shown what was told before
   * @param known what Postgres knows, by id
   * @param span null: nothing can be said of what the page does not show
   */
  static LookResult of(
      Look look, ShownOrders shown, Map<Long, KnownOrder> known, @Nullable PageSpan span) {
    Comparison comparison = new Comparison(look, shown, known);
    look.page().headers().forEach(comparison::row);
    if (span != null) {
      comparison.missing(span);
    }
    return comparison.result();
  }

  /** A page, and when it was read. */
  record Look(String account, Slice slice, HeaderPage page, Interval at) {}

  private static final class Comparison {
    private static final int BELIEVED = 3;

    private final Look look;
    private final ShownOrders shown;
    private final Map<Long, KnownOrder> known;
    private final List<HeaderEvent.OfOrder> events = new ArrayList<>();
    private final List<OrderHeader> told = new ArrayList<>();
    private final List<Long> same = new ArrayList<>();
    private final List<Long> missing = new ArrayList<>();
    private int changes;
    private boolean doubtful;

    Comparison(Look look, ShownOrders shown, Map<Long, KnownOrder> known) {
      this.look = look;
      this.shown = shown;
      this.known = known;
    }

    void row(OrderHeader row) {
      Shown before = shown.shown(row.id());
      KnownOrder order = known.get(row.id());
      boolean stored = order != null && order.shownBy(row);
      if (before != null && before.digest() == ShownOrders.digest(row)) {
        if (stored || !before.told().due(now())) {
          same.add(row.id());
          return;
        }
      } else if (before != null || !stored) {
        changes++;
      }
      if (before != null) {
        again(row.id(), before);
      }
      told.add(row);
      events.add(seen(row, order));
    }

    /** Looks that showed nothing new were not told; the last of them is, before what is new. */
    private void again(long id, Shown before) {
      Integer situacao = before.situacao();
      if (situacao != null && before.seenSinceTold()) {
        events.add(
            new HeaderEvent.SeenAgain(
                look.account, id, situacao, before.seen().asked(), before.seen().answered()));
      }
    }

    /** What is over and was never read is a run's to read; what is at work is read at once. */
    private HeaderEvent.Seen seen(OrderHeader row, @Nullable KnownOrder order) {
      boolean quick = look.slice.quick();
      boolean headersOnly = !quick && order != null && !order.detailsSynced();
      return new HeaderEvent.Seen(
          look.account,
          null,
          quick ? Mode.INCREMENTAL : Mode.RECONCILE,
          headersOnly,
          HeaderMapping.of(row),
          look.at.answered(),
          look.at.asked(),
          null);
    }

    void missing(PageSpan span) {
      Set<Long> listed = new HashSet<>();
      look.page.headers().forEach(row -> listed.add(row.id()));
      List<KnownOrder> expected = known.values().stream().filter(span::covers).toList();
      List<Long> unseen =
          expected.stream()
              .map(KnownOrder::id)
              .filter(id -> !listed.contains(id) && !elsewhere(id, span))
              .sorted()
              .toList();
      List<Long> absent = span.left(unseen);
      int hidden = unseen.size() - absent.size();
      doubtful =
          span.situacao() == null
              && absent.size() > BELIEVED
              && 2L * absent.size() > expected.size() - hidden;
      if (!doubtful) {
        absent.stream().filter(id -> !shown.missedOfLate(id, now())).forEach(id -> miss(id, span));
      }
    }

    /** Another list showed it already, and Postgres only does not know yet. */
    private boolean elsewhere(long id, PageSpan span) {
      Shown before = shown.shown(id);
      Integer now = before == null ? null : before.situacao();
      return now != null && span.situacao() != null && !now.equals(span.situacao());
    }

    private void miss(long id, PageSpan span) {
      Shown before = shown.shown(id);
      if (before != null) {
        again(id, before);
      }
      events.add(
          new HeaderEvent.Unlisted(
              look.account, id, span.situacao(), look.at.asked(), look.at.answered()));
      missing.add(id);
      if (!shown.missed(id)) {
        changes++;
      }
    }

    private Instant now() {
      return look.at.answered();
    }

    LookResult result() {
      return new LookResult(
          List.copyOf(events),
          List.copyOf(told),
          List.copyOf(same),
          List.copyOf(missing),
          changes,
          doubtful);
    }
  }
}
