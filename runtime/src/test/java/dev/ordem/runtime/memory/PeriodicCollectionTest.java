package dev.ordem.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import org.junit.jupiter.api.Test;

/** With the serial collector, as all tests have it. */
class PeriodicCollectionTest {
  @Test
  void theOldGenerationIsCollectedWhenItHasGrownAndNotAgain() {
    System.gc();
    long before = collections();
    PeriodicCollection.collect();
    assertThat(collections()).isEqualTo(before);

    // What has no room among the young is old at once.
    int length = Math.toIntExact(pool("Eden Space").getUsage().getCommitted() + (8 << 20));
    assertThat(new byte[length]).hasSize(length);
    assertThat(pool("Tenured Gen").getUsage().getUsed()).isGreaterThan(length);
    PeriodicCollection.collect();
    assertThat(collections()).isEqualTo(before + 1);
    assertThat(pool("Tenured Gen").getUsage().getUsed()).isLessThan(length);

    PeriodicCollection.collect();
    assertThat(collections()).isEqualTo(before + 1);
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(bean -> bean.getName().equals("MarkSweepCompact"))
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static MemoryPoolMXBean pool(String name) {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
