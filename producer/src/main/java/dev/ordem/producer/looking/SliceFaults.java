package dev.ordem.producer.looking;

import dev.ordem.producer.runs.UnreadableHeaders;
import dev.ordem.producer.runs.UnreadableHeaders.Item;
import dev.ordem.producer.watch.Slice;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the rows that no look can show, where those of runs stand: by their slice and place. They
 * go when the slice is seen without them, whoever named them. Used by one thread at a time.
 */
final class SliceFaults {
  private static final Logger LOG = LoggerFactory.getLogger(SliceFaults.class);

  /** They are still met: a run forgets what was not met since it began. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final UnreadableHeaders known;
  private final String account;
  private final Map<Slice, Told> told = new HashMap<>();

  /** Slices that another watcher named rows of; null: not read yet. */
  private @Nullable Set<String> before;

  private record Told(List<Item> items, Instant at) {
    boolean isFresh(Instant now) {
      return now.isBefore(at.plus(AGAIN)) && !now.isBefore(at);
    }
  }

  /** Does no I/O. */
  SliceFaults(UnreadableHeaders known, String account) {
    this.known = known;
    this.account = account;
  }

  /** A slice was seen as far as that. */
  void tell(Slice slice, BrokenSlices.Progress progress, Instant now) throws SQLException {
    if (!progress.over()) {
      return;
    }
    List<Item> items = progress.faults();
    Told last = told.get(slice);
    boolean same = last != null && last.items.equals(items);
    if (last != null && same && last.isFresh(now)) {
      return;
    }
    if (!same && (last != null || before().contains(slice.name()))) {
      known.readable(account, List.of(), List.of(slice.name()));
      before().remove(slice.name());
    }
    known.remember(account, items);
    if (!same) {
      items.forEach(
          item ->
              LOG.warn(
                  "watch of {}: no page can show what stands in {}: {}",
                  account,
                  item.name(),
                  item.error()));
    }
    if (items.isEmpty()) {
      told.remove(slice);
    } else {
      told.put(slice, new Told(items, now));
    }
  }

  private Set<String> before() throws SQLException {
    Set<String> names = before;
    if (names == null) {
      names =
          known.places(account).stream()
              .filter(name -> Slice.named(name).isPresent())
              .collect(Collectors.toCollection(HashSet::new));
      before = names;
    }
    return names;
  }
}
