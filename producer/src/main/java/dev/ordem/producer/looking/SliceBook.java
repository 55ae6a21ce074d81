package dev.ordem.producer.looking;

import dev.ordem.producer.watch.LookPolicy;
import dev.ordem.producer.watch.Slice;
import dev.ordem.producer.watch.Slice.Kind;
import dev.ordem.producer.watch.SlicePlan;
import dev.ordem.producer.watch.SliceState;
import dev.ordem.tiny.order.HeaderQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The slices of one account, with what is known of each. Used by one thread at a time. */
final class SliceBook {
  /** In a longer list it is not worth while to look everywhere for one change. */
  private static final int HINTED_PAGES = 3;

  /** Between two calls for parts of a slice. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final List<Integer> open;
  private final Map<Slice, SliceState> slices = new LinkedHashMap<>();
  private final Map<String, Long> totals;
  private Set<Slice> strays;
  private final BrokenSlices broken = new BrokenSlices();
  private boolean lastWasPart;
  private long looks;
  private Instant changedAt;

  SliceBook(List<Integer> open, WatchTable.Learned learned, Instant now) {
    this.open = List.copyOf(open);
    this.totals = new HashMap<>(learned.totals());
    this.looks = learned.looks();
    Instant changed = learned.changedAt();
    this.changedAt = changed == null ? now : changed;
    this.strays = new HashSet<>(learned.slices().keySet());
    for (Slice slice : SlicePlan.of(open, totals)) {
      SliceState known = learned.slices().get(slice);
      slices.put(slice, known == null ? SliceState.fresh(slice, now) : known);
      strays.remove(slice);
    }
  }

  /** Those whose page cannot be had. */
  BrokenSlices broken() {
    return broken;
  }

  /**
   * The next slice, if one may be looked at: every second one is one of which a part is left.
   *
   * @param ranges whether those of all orders are among them
   */
  Optional<Slice> next(boolean ranges, Instant now) {
    List<SliceState> parts = broken.mayBeAsked() ? parts(ranges) : List.of();
    Optional<Slice> other = LookPolicy.next(others(ranges, parts), looks, changedAt, now);
    Optional<Slice> part =
        parts.stream()
            .min(Comparator.comparing(each -> dueAgain(each, now)))
            .filter(each -> !dueAgain(each, now).isAfter(now))
            .map(SliceState::slice);
    return part.isPresent() && (other.isEmpty() || !lastWasPart) ? part : other;
  }

  /** The call that shows the slice, or the next part of it; it is made. */
  HeaderQuery query(Slice slice, Instant now) {
    HeaderQuery query = broken.query(slice, now);
    lastWasPart = broken.underWay().contains(slice);
    return query;
  }

  Instant earliest(boolean ranges, Instant now) {
    List<SliceState> parts = broken.mayBeAsked() ? parts(ranges) : List.of();
    List<SliceState> others = others(ranges, parts);
    Stream<Instant> first =
        others.isEmpty() ? Stream.of() : Stream.of(LookPolicy.earliest(others, changedAt, now));
    return Stream.concat(first, parts.stream().map(each -> dueAgain(each, now)))
        .min(Comparator.naturalOrder())
        .filter(due -> due.isAfter(now))
        .orElse(now);
  }

  private List<SliceState> parts(boolean ranges) {
    Set<Slice> underWay = Set.copyOf(broken.underWay());
    return candidates(ranges).filter(each -> underWay.contains(each.slice())).toList();
  }

  private List<SliceState> others(boolean ranges, List<SliceState> parts) {
    return candidates(ranges).filter(each -> !parts.contains(each)).toList();
  }

  private Stream<SliceState> candidates(boolean ranges) {
    return slices.values().stream().filter(each -> ranges || each.slice().quick());
  }

  private static Instant dueAgain(SliceState state, Instant now) {
    Instant asked = state.askedAt();
    return asked == null || state.aheadOf(now) ? Instant.MIN : asked.plus(AGAIN);
  }

  /** It could not be looked at. */
  void failed(Slice slice, Instant now) {
    slices.computeIfPresent(slice, (key, state) -> state.tried(now));
  }

  /**
   * A slice was looked at, or a part of it.
   *
   * @param progress how far it is seen now
   * @param total of its list; null: it told none
   * @return what to keep of it
   */
  WatchTable.Looked looked(
      Slice slice, BrokenSlices.Progress progress, @Nullable Long total, Instant now) {
    looks++;
    int changes = progress.changes();
    Instant since = progress.since();
    if (changes > 0) {
      changedAt = now;
    }
    slices.computeIfPresent(
        slice, (key, state) -> since == null ? state.tried(now) : state.looked(changes, since));
    Set<Slice> gone = new HashSet<>(strays);
    strays = Set.of();
    if (total != null) {
      gone.addAll(counted(slice, changes, total, now));
    }
    broken.forget(gone);
    SliceState state = slices.getOrDefault(slice, SliceState.fresh(slice, now));
    double perSecond = LookPolicy.perSecond(slices.values()).applyAsDouble(state);
    return new WatchTable.Looked(state, total, perSecond, changes > 0, gone);
  }

  /** How each list is watched. */
  List<WatchedList> lists() {
    ToDoubleFunction<SliceState> rates = LookPolicy.perSecond(slices.values());
    Map<String, WatchedList> lists = new HashMap<>();
    for (SliceState each : slices.values()) {
      Instant looked = each.lookedAt() == null ? each.since() : each.lookedAt();
      String name = each.slice().list();
      lists.merge(name, new WatchedList(name, looked, rates.applyAsDouble(each)), WatchedList::and);
    }
    return List.copyOf(lists.values());
  }

  private List<Slice> counted(Slice slice, int changes, long total, Instant now) {
    String list = slice.kind() == Kind.NEWEST ? WatchTable.ALL : slice.list();
    Long before = totals.put(list, total);
    if (before != null && before == total) {
      return List.of();
    }
    Set<Slice> planned = SlicePlan.of(open, totals);
    List<Slice> gone = new ArrayList<>(slices.keySet());
    gone.removeAll(planned);
    gone.forEach(slices::remove);
    planned.forEach(each -> slices.computeIfAbsent(each, key -> SliceState.fresh(key, now)));
    if (before != null && changes == 0) {
      hintOthers(slice);
    }
    return gone;
  }

  /** The list grew or shrank, and this page of it does not show where. */
  private void hintOthers(Slice slice) {
    List<Slice> others =
        slices.keySet().stream()
            .filter(each -> each.list().equals(slice.list()) && !each.equals(slice))
            .toList();
    if (slice.kind() == Kind.STATUS && others.size() < HINTED_PAGES) {
      others.forEach(each -> slices.computeIfPresent(each, (key, state) -> state.hint()));
    }
  }
}
