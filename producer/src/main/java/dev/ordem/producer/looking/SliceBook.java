package dev.ordem.producer.looking;

import dev.ordem.producer.watch.LookPolicy;
import dev.ordem.producer.watch.Slice;
import dev.ordem.producer.watch.Slice.Kind;
import dev.ordem.producer.watch.SlicePlan;
import dev.ordem.producer.watch.SliceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The slices of one account, with what is known of each. Used by one thread at a time. */
final class SliceBook {
  /** In a longer list it is not worth while to look everywhere for one change. */
  private static final int HINTED_PAGES = 3;

  private final List<Integer> open;
  private final Map<Slice, SliceState> slices = new LinkedHashMap<>();
  private final Map<String, Long> totals;
  private Set<Slice> strays;
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

  /**
   * The next slice, if one may be looked at.
   *
   * @param ranges whether those of all orders are among them
   */
  Optional<Slice> next(boolean ranges, Instant now) {
    return LookPolicy.next(candidates(ranges), looks, changedAt, now);
  }

  Instant earliest(boolean ranges, Instant now) {
    return LookPolicy.earliest(candidates(ranges), changedAt, now);
  }

  private List<SliceState> candidates(boolean ranges) {
    return slices.values().stream().filter(each -> ranges || each.slice().quick()).toList();
  }

  void failed(Slice slice, Instant now) {
    slices.computeIfPresent(slice, (key, state) -> state.failed(now));
  }

  /**
   * A slice was looked at.
   *
   * @param changes how much was news
   * @param total of its list; null: it told none
   * @return what to keep of it
   */
  WatchTable.Looked looked(Slice slice, int changes, @Nullable Long total, Instant now) {
    looks++;
    if (changes > 0) {
      changedAt = now;
    }
    slices.computeIfPresent(slice, (key, state) -> state.looked(changes, now));
    Set<Slice> gone = new HashSet<>(strays);
    strays = Set.of();
    if (total != null) {
      gone.addAll(counted(slice, changes, total, now));
    }
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
