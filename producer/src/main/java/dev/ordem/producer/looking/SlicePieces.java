package dev.ordem.producer.looking;

import dev.ordem.producer.paging.AdaptivePageSize;
import dev.ordem.producer.paging.EdgeSearch;
import dev.ordem.producer.reading.UnreadableRange;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import dev.ordem.tiny.order.OrderHeader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A slice whose page cannot be had, looked at in smaller ones until the rows at fault stand alone:
 * as runs do, with their sizes ({@link AdaptivePageSize}) and their search for the end of a range
 * ({@link EdgeSearch}), but one call at a time, between looks at other slices. It proves nothing: a
 * list that moves meanwhile is looked at again with the next round. Decides; makes no calls. Used
 * by one thread at a time.
 *
 * <p>A round goes from the first row to the last. What it found at fault the next one steps over,
 * as long as the rows before and behind are the same; where there is none, its own rows are asked
 * for.
 */
final class SlicePieces {
  private final Slice slice;
  private List<Fault> faults = new ArrayList<>();
  private List<Fault> known = List.of();
  private AdaptivePageSize sizes = new AdaptivePageSize(Slice.ROWS);
  private long offset;
  private boolean over;
  private boolean served;

  /** Id of the last row that was read in this round. */
  private @Nullable Long last;

  /** Whether the row at {@link #offset} is that one. */
  private boolean overlaps;

  /** Whether the row at {@link #offset} is asked for alone, as it or the next one is at fault. */
  private boolean alone;

  /** What was stepped over just now; null: nothing. */
  private @Nullable Fault stepped;

  /** Rows of it that are still to be asked for alone, as nothing was read beside it that tells. */
  private final Deque<Long> checks = new ArrayDeque<>();

  /** The range of rows whose end is looked for; null: none. */
  private @Nullable Search search;

  SlicePieces(Slice slice) {
    this.slice = slice;
    this.offset = slice.first();
  }

  /**
   * Rows at fault.
   *
   * @param before id of the row before them; null: none was read
   * @param behind id of the row behind them; null: none was read
   */
  private record Fault(UnreadableRange rows, @Nullable Long before, @Nullable Long behind) {}

  private static final class Search {
    private final long bad;
    private final List<TinyError> errors = new ArrayList<>();
    private final EdgeSearch ahead;

    /** Id of the nearest row behind that was read; null: none was. */
    private @Nullable Long behind;

    Search(long bad, TinyError error, long end) {
      this.bad = bad;
      this.ahead = new EdgeSearch(end - 1 - bad);
      errors.add(error);
    }
  }

  /** Begins another round, if anything was {@link #served} in this one. */
  void again() {
    known = List.copyOf(faults);
    faults = new ArrayList<>();
    over = false;
    served = false;
    search = null;
    from(slice.first(), null);
    step(slice.first());
  }

  private void from(long place, @Nullable Long before) {
    sizes = new AdaptivePageSize(Slice.ROWS);
    offset = place;
    last = before;
    overlaps = false;
    alone = false;
    stepped = null;
    checks.clear();
  }

  /** Whether all of it was read, but for what is at fault. */
  boolean over() {
    return over;
  }

  /** Whether anything was served in this round. */
  boolean served() {
    return served;
  }

  /** What this round found at fault, named. */
  List<Item> faults() {
    return faults.stream()
        .flatMap(fault -> fault.rows.items(fault.before).stream())
        .map(
            item ->
                new Item(
                    slice.name() + ", " + item.name(),
                    item.fingerprint(),
                    item.error(),
                    item.rows()))
        .toList();
  }

  /** The next call, unless it is over. */
  HeaderQuery query() {
    Search edge = search;
    if (edge != null) {
      return slice.query(1, edge.bad + edge.ahead.next());
    }
    return slice.query(limit(), offset);
  }

  private int limit() {
    if (alone || !checks.isEmpty()) {
      return 1;
    }
    long end = slice.end();
    for (Fault fault : known) {
      if (fault.rows.first() > offset) {
        end = Math.min(end, fault.rows.first());
      }
    }
    return (int) Math.max(1, Math.min(sizes.limit(offset), end - offset));
  }

  /** What was asked for was read. */
  void read(HeaderPage page) {
    served = true;
    List<OrderHeader> rows = page.headers();
    @Nullable Long first = rows.isEmpty() ? null : Long.valueOf(rows.get(0).id());
    Search edge = search;
    if (edge != null) {
      edge.behind = first;
      edge.ahead.saw(true);
      searched(edge);
    } else if (!checks.isEmpty() && stepped != null) {
      back(stepped);
    } else if (alone) {
      alone = false;
      last = first == null ? last : first;
      overlaps = true;
    } else if (stepped != null && !stands(stepped, first, page.total())) {
      back(stepped);
    } else {
      read(page, limit());
    }
  }

  /** Whether what was stepped over still is there, as far as what stands behind it tells. */
  private static boolean stands(Fault fault, @Nullable Long behind, @Nullable Long total) {
    return Objects.equals(behind, fault.behind) && (total == null || total >= fault.rows.end());
  }

  private void read(HeaderPage page, int asked) {
    List<OrderHeader> rows = page.headers();
    int size = rows.size() + page.unreadable().size();
    stepped = null;
    last = rows.isEmpty() ? last : Long.valueOf(rows.get(rows.size() - 1).id());
    sizes.read(offset, size);
    long next = offset + size;
    Long total = page.total();
    over = size < asked || next >= slice.end() || (total != null && next >= total);
    if (!over && !step(next)) {
      offset = next - 1;
      overlaps = true;
    }
  }

  /** Over what is known to be at fault, if that is next. */
  private boolean step(long next) {
    for (Fault fault : known) {
      if (fault.rows.first() == next && Objects.equals(fault.before, last)) {
        faults.add(fault);
        stepped = fault;
        last = fault.behind;
        overlaps = fault.behind != null;
        if (fault.before == null || fault.behind == null || fault.rows.end() >= slice.end()) {
          checks.addAll(fault.rows.offsets());
        }
        offset = checks.isEmpty() ? fault.rows.end() : checks.element();
        over = false;
        return true;
      }
    }
    known = known.stream().filter(fault -> fault.rows.first() > next).toList();
    return false;
  }

  /** The list has moved: what was stepped over is searched anew, and whatever else was known. */
  private void back(Fault fault) {
    faults.remove(fault);
    over = false;
    known = List.of();
    from(fault.rows.first(), fault.before);
  }

  /** What was asked for cannot be had. */
  void failed(TinyError error) {
    Search edge = search;
    if (edge != null) {
      if (edge.errors.size() < UnreadableRange.FEW && edge.ahead.oneByOne()) {
        edge.errors.add(error);
      }
      edge.ahead.saw(false);
      searched(edge);
    } else if (!checks.isEmpty() && stepped != null) {
      checks.remove();
      offset = checks.isEmpty() ? stepped.rows.end() : checks.element();
      over = offset >= slice.end();
    } else if (stepped != null) {
      back(stepped);
    } else {
      narrow(error, limit());
    }
  }

  /** Until a row that is asked for alone fails, too. */
  private void narrow(TinyError error, int asked) {
    known = List.of();
    if (asked > 2) {
      sizes.failed(offset, asked, error.cause() == TinyError.Cause.TIMEOUT);
    } else if (alone) {
      alone = false;
      search = new Search(offset, error, slice.end());
      searched(search);
    } else {
      offset = overlaps && asked == 2 ? offset + 1 : offset;
      overlaps = false;
      alone = true;
    }
  }

  private void searched(Search edge) {
    if (!edge.ahead.over()) {
      return;
    }
    search = null;
    boolean found = edge.ahead.found();
    long end = found ? edge.bad + edge.ahead.edge() : slice.end();
    faults.add(new Fault(new UnreadableRange(edge.bad, end, edge.errors), last, edge.behind));
    from(end, edge.behind);
    overlaps = edge.behind != null;
    over = end + 1 >= slice.end();
  }
}
