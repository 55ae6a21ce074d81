package dev.ordem.producer.api.runs;

import dev.ordem.tiny.AccountHealth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a number of calls takes at the least, when each is made as soon as every sliding window
 * has room for it. How long Tiny takes to answer is not counted.
 *
 * @param windows none: no limit
 */
record QuotaTime(List<Window> windows) {
  QuotaTime {
    windows = List.copyOf(windows);
  }

  /**
   * What one window allows.
   *
   * @param limit calls within any {@code length}, at least 1
   * @param used of those, how many are taken at the beginning, until {@code length} later
   */
  record Window(int limit, Duration length, int used) {
    Window {
      if (limit < 1) {
        throw new IllegalArgumentException("limit " + limit + ": at least 1");
      }
      used = Math.min(Math.max(used, 0), limit);
    }
  }

  /**
   * The windows of an account.
   *
   * @param used calls that the middle window still counts
   */
  static QuotaTime of(AccountHealth account, int used) {
    List<Window> windows = new ArrayList<>();
    add(windows, account.perSecond(), Duration.ofSeconds(1), 0);
    add(windows, account.perWindow(), account.window(), used);
    add(windows, account.perHour(), Duration.ofHours(1), used);
    return new QuotaTime(windows);
  }

  private static void add(List<Window> windows, int limit, Duration length, int used) {
    if (limit > 0) {
      windows.add(new Window(limit, length, used));
    }
  }

  boolean isUnlimited() {
    return windows.isEmpty();
  }

  /** From the beginning to the start of the last of so many calls. */
  Duration untilLastOf(long calls) {
    long[][] starts = new long[windows.size()][];
    for (int w = 0; w < starts.length; w++) {
      starts[w] = new long[windows.get(w).limit()];
    }
    long start = 0;
    for (long call = 0; call < calls && !isUnlimited(); call++) {
      for (int w = 0; w < starts.length; w++) {
        start = Math.max(start, earliest(windows.get(w), starts[w], call));
      }
      for (long[] ring : starts) {
        ring[(int) (call % ring.length)] = start;
      }
    }
    return Duration.ofMillis(start);
  }

  private static long earliest(Window window, long[] ring, long call) {
    if (call < window.limit() - window.used()) {
      return 0;
    }
    long length = window.length().toMillis();
    return call < window.limit() ? length : ring[(int) (call % ring.length)] + length;
  }
}
