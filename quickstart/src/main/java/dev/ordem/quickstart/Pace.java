package dev.ordem.quickstart;

import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a count grows, over the last minute: a quota makes anything shorter jump about. */
final class Pace {
  private static final long MEMORY_MILLIS = 60_000;

  private final Deque<long[]> seen = new ArrayDeque<>();

  /** The count at a time; both never go back, and a count that does begins anew. */
  void at(long millis, long count) {
    if (!seen.isEmpty() && count < seen.getLast()[1]) {
      seen.clear();
    }
    seen.addLast(new long[] {millis, count});
    while (seen.getFirst()[0] < millis - MEMORY_MILLIS) {
      seen.removeFirst();
    }
  }

  /** 0 while there is nothing to go by. */
  double perMinute() {
    if (seen.size() < 2) {
      return 0;
    }
    long millis = seen.getLast()[0] - seen.getFirst()[0];
    return millis <= 0 ? 0 : (seen.getLast()[1] - seen.getFirst()[1]) * 60_000.0 / millis;
  }
}
