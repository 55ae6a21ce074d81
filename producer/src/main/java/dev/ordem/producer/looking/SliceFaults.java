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
 * Names the rows that no look can show or tell, where those of runs stand: by their slice and
 * place. They go when the slice is seen without them, whoever named them. Used by one thread at a
 * time.
 */
final class SliceFaults {
  private static final Logger LOG = LoggerFactory.getLogger(SliceFaults.class);

  /** They are still met: a run forgets what was not met since it began. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private static final int MOST_LINES = 3;

  private final UnreadableHeaders known;
  private final String account;
  private final Map<Slice, Told> told = new HashMap<>();

  /** Slices that another watcher named rows of; null: not read yet. */
  private @Nullable Set<String> before;

  /**
   * What was told of a slice.
   *
   * @param items by name, with their fingerprints: where they stand may change
   */
  private record Told(Map<String, String> items, Instant at) {
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
    Map<String, String> names =
        items.stream()
            .collect(Collectors.toMap(Item::name, Item::fingerprint, (one, other) -> one));
    Told last = told.get(slice);
    boolean same = last != null && last.items.equals(names);
    if (last != null && same && last.isFresh(now)) {
      return;
    }
    if (!same && (last != null || before().contains(slice.name()))) {
      known.forgetOthers(account, slice.name(), items);
      before().remove(slice.name());
    }
    if (!same) {
      warn(known.unknown(account, items));
    }
    known.remember(account, items);
    if (items.isEmpty()) {
      told.remove(slice);
    } else {
      told.put(slice, new Told(names, now));
    }
  }

  private void warn(Set<Item> items) {
    items.stream()
        .limit(MOST_LINES)
        .forEach(
            item ->
                LOG.warn(
                    "watch of {}: left out, as it cannot be read or told: {}: {}",
                    account,
                    item.name(),
                    item.error()));
    if (items.size() > MOST_LINES) {
      LOG.warn("watch of {}: and {} more rows of it", account, items.size() - MOST_LINES);
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
