package dev.ordem.producer.looking;

import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.producer.watch.Slice;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.order.HeaderPage;
import dev.ordem.tiny.order.HeaderQuery;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Slices of one account whose page cannot be had. One that fails is asked for again soon; one that
 * fails twice is looked at piece by piece ({@link SlicePieces}), round after round, and as a whole
 * again after ever longer whiles. Where many slices fail and none is served in between, it is the
 * list that is down: no slice is taken apart for that, and what was learned meanwhile is forgotten.
 * Used by one thread at a time.
 */
final class BrokenSlices {
  /** A row is on three pages at most: the newest, one of its status, and one of all. */
  private static final int OUTAGE = 4;

  /**
   * As many calls for pieces as may fail one after the other before another slice is asked for: the
   * breaker before Tiny does not take as many for an outage.
   */
  private static final int IN_A_ROW = 8;

  /** After so many rounds of pieces it is asked for as a whole. */
  private static final IntervalFunction WHOLE =
      IntervalFunction.ofExponentialBackoff(Duration.ofMinutes(5), 2, Duration.ofHours(1));

  private final Map<Slice, Broken> broken = new LinkedHashMap<>();

  /** Those that failed since the last one was served. */
  private final Set<Slice> failing = new HashSet<>();

  private int inARow;
  private long served;

  private static final class Broken {
    private final long servedBefore;
    private @Nullable SlicePieces pieces;
    private boolean underWay = true;
    private int changes;
    private final Map<String, Item> untold = new LinkedHashMap<>();
    private Instant began;
    private Instant wholeAt;
    private int rounds;

    Broken(long servedBefore, Instant now) {
      this.servedBefore = servedBefore;
      began = now;
      wholeAt = now;
    }

    /** A round of pieces. */
    void begin(Instant now) {
      underWay = true;
      changes = 0;
      untold.clear();
      began = now;
    }

    /** In an outage nothing was learned of it. */
    void startOver() {
      pieces = null;
      underWay = true;
      rounds = 0;
    }
  }

  /**
   * How far a slice is seen.
   *
   * @param over whether no part is left
   * @param since all of it was seen since then, but for {@code faults}; null: not all, or nothing
   * @param changes that all parts showed
   * @param faults rows that no page can show, or that are shown and cannot be told; empty if a part
   *     is left
   */
  record Progress(boolean over, @Nullable Instant since, int changes, List<Item> faults) {
    private static Progress part(int changes) {
      return new Progress(false, null, changes, List.of());
    }
  }

  /** Those of which a part is left to be seen, or that failed once. */
  List<Slice> underWay() {
    return broken.entrySet().stream()
        .filter(each -> each.getValue().underWay)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether these may be asked for, or another slice is to be served first. */
  boolean mayBeAsked() {
    return inARow < IN_A_ROW && !outage();
  }

  /** Whether the list seems to be down. */
  boolean outage() {
    return failing.size() >= OUTAGE;
  }

  /** The call that shows the slice, or the next part of it. */
  HeaderQuery query(Slice slice, Instant now) {
    Broken known = broken.get(slice);
    SlicePieces pieces = known == null ? null : known.pieces;
    if (known == null || pieces == null) {
      return slice.query();
    }
    if (!known.underWay) {
      if (!now.isBefore(known.wholeAt) || !pieces.served()) {
        return slice.query();
      }
      pieces.again();
      known.begin(now);
    }
    return pieces.query();
  }

  /**
   * What {@link #query} said was read.
   *
   * @param changes how much of it was news
   * @param untold rows that cannot be told
   */
  Progress served(Slice slice, HeaderPage page, int changes, List<Item> untold, Instant now) {
    failing.clear();
    inARow = 0;
    served++;
    Broken known = broken.get(slice);
    SlicePieces pieces = known == null ? null : known.pieces;
    if (known == null || pieces == null || !known.underWay) {
      broken.remove(slice);
      return new Progress(true, now, changes, untold);
    }
    known.changes += changes;
    untold.forEach(item -> known.untold.put(item.name(), item));
    pieces.read(page);
    if (!pieces.over()) {
      return Progress.part(changes);
    }
    return over(slice, known, pieces);
  }

  private Progress over(Slice slice, Broken known, SlicePieces pieces) {
    known.underWay = false;
    if (pieces.faults().isEmpty()) {
      broken.remove(slice);
    }
    List<Item> faults =
        Stream.concat(pieces.faults().stream(), known.untold.values().stream()).toList();
    return new Progress(true, pieces.served() ? known.began : null, known.changes, faults);
  }

  /**
   * What {@link #query} said cannot be had.
   *
   * @return how far the slice is seen; it may be that this was the last part of it
   */
  Progress failed(Slice slice, TinyError error, Instant now) {
    failing.add(slice);
    inARow++;
    Broken known = broken.get(slice);
    if (known == null) {
      broken.put(slice, new Broken(served, now));
    } else if (outage()) {
      broken.values().forEach(Broken::startOver);
    } else if (served > known.servedBefore) {
      SlicePieces pieces = known.pieces;
      if (pieces != null && !known.underWay && now.isBefore(known.wholeAt)) {
        return new Progress(true, null, 0, pieces.faults()); // nothing of it is served, still
      } else if (pieces == null || !known.underWay) {
        begin(slice, known, now);
      } else {
        pieces.failed(error);
        if (pieces.over()) {
          return over(slice, known, pieces);
        }
      }
    }
    return Progress.part(0);
  }

  /** Whether it is looked at piece by piece. */
  boolean inPieces(Slice slice) {
    Broken known = broken.get(slice);
    return known != null && known.pieces != null;
  }

  private static void begin(Slice slice, Broken known, Instant now) {
    known.rounds++;
    known.pieces = new SlicePieces(slice);
    known.begin(now);
    known.wholeAt = now.plusMillis(WHOLE.apply(known.rounds));
  }

  /** These slices are no more. */
  void forget(Set<Slice> gone) {
    broken.keySet().removeAll(gone);
    failing.removeAll(gone);
  }
}
