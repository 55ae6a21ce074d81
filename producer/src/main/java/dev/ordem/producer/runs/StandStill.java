package dev.ordem.producer.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which runs stand still, as far as this process sees it: the moment in a run's row may be of a
 * clock that was set since. Of what it finds when it begins, the row's word is taken. Used by one
 * thread.
 */
final class StandStill {
  private final long patience;
  private @Nullable Map<UUID, Seen> seen;

  private record Seen(Instant progressedAt, long since) {}

  StandStill(Duration patience) {
    this.patience = patience.toNanos();
  }

  /**
   * Those that did not move for as long as one has patience.
   *
   * @param running all that run, and when they say that they moved
   * @param now in nanos of a steady clock
   */
  UUID[] among(Map<UUID, Instant> running, long now) {
    Map<UUID, Seen> before = seen == null ? Map.of() : seen;
    long first = seen == null ? now - patience : now;
    Map<UUID, Seen> known = new HashMap<>();
    running.forEach(
        (run, at) -> {
          Seen last = before.get(run);
          boolean moved = last == null || !last.progressedAt.equals(at);
          known.put(run, moved ? new Seen(at, first) : last);
        });
    seen = known;
    return known.entrySet().stream()
        .filter(each -> now - each.getValue().since >= patience)
        .map(Map.Entry::getKey)
        .toArray(UUID[]::new);
  }
}
