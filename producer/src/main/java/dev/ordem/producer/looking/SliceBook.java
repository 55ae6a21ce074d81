package dev.ordem.producer.looking;

import dev.ordem.producer.watch.LookPolicy;
import dev.ordem.producer.watch.Slice;
import dev.ordem.producer.watch.Slice.Kind;
import dev.ordem.producer.watch.SlicePlan;
import dev.ordem.producer.watch.SliceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The slices of one account, with what is known of each. Used by one thread at a time. */
final class SliceBook {
  /** In a longer list it is not worth while to look everywhere for one change. */
  private static final int HINTED_PAGES = 3;

  private final List<Integer> open;
  private final Map<Slice, SliceState> slices = new LinkedHashMap<>();
  private final Map<String, Long> totals;
  private long looks;
  private Instant changedAt;

  SliceBook(List<Integer> open, WatchTable.Learned learned, Instant now) {
    this.open = List.copyOf(open);
    this.totals = new HashMap<>(learned.totals());
    this.looks = learned.looks();
    Instant changed = learned.changedAt();
    this.changedAt = changed == null ? now : changed;
    for (Slice slice : SlicePlan.of(open, totals)) {
      SliceState known = learned.slices().get(slice);
      slices.put(slice, known == null ? SliceState.fresh(slice, now) : known);
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
   * @return what to keep of it, and slices that are no more
   */
  Noted looked(Slice slice, int changes, @Nullable Long total, Instant now) {
    looks++;
    if (changes > 0) {
      changedAt = now;
    }
    slices.computeIfPresent(slice, (key, state) -> state.looked(changes, now));
    List<Slice> gone = total == null ? List.of() : counted(slice, changes, total, now);
    SliceState state = slices.getOrDefault(slice, SliceState.fresh(slice, now));
    double perSecond = LookPolicy.perSecond(slices.values(), state);
    return new Noted(new WatchTable.Looked(state, total, perSecond, changes > 0), gone);
  }

  record Noted(WatchTable.Looked look, List<Slice> gone) {}

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
