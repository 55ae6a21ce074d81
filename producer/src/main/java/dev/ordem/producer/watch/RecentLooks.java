package dev.ordem.producer.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many looks of the last window were ours. One that lies ahead was made before the clock was
 * set back, and is forgotten: its call counts as another's for a window, which makes looks rarer,
 * never denser. Used by one thread at a time.
 */
public final class RecentLooks {
  private final Deque<Instant> looks = new ArrayDeque<>();

  /** One was made. */
  public void add(Instant now) {
    looks.addLast(now);
  }

  /** How many were made in the window that ends now. */
  public int within(Duration window, Instant now) {
    looks.removeIf(look -> look.isAfter(now) || look.plus(window).isBefore(now));
    return looks.size();
  }
}
