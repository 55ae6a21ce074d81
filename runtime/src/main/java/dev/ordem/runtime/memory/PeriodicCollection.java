package dev.ordem.runtime.memory;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;

/**
 * Collects the old generation once a minute, where that is worth it. The serial collector does so
 * only when the heap has its largest size: until then each object that lived a moment too long adds
 * to what the process holds, and keeps it at rest.
 */
public final class PeriodicCollection {
  /** Between two of them. */
  public static final Duration PAUSE = Duration.ofMinutes(1);

  private static final long LEAST = 2L << 20;

  private PeriodicCollection() {}

  /**
   * If what came since the last collection is an eighth of what that one left, or more. Thread
   * safe.
   */
  public static void collect() {
    if (ManagementFactory.getMemoryPoolMXBeans().stream().anyMatch(PeriodicCollection::hasGrown)) {
      System.gc();
    }
  }

  /** Thresholds are for pools that fill up, not for those that each collection empties. */
  private static boolean hasGrown(MemoryPoolMXBean pool) {
    if (pool.getType() != MemoryType.HEAP || !pool.isUsageThresholdSupported()) {
      return false;
    }
    long left = pool.getCollectionUsage() == null ? 0 : pool.getCollectionUsage().getUsed();
    return pool.getUsage().getUsed() - left > Math.max(LEAST, left / 8);
  }
}
