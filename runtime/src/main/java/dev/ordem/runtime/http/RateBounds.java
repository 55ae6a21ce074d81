package dev.ordem.runtime.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * How often an address may ask, in each second and for each part of the server by itself: who asks
 * one part too often is still answered by the others. Keeps nothing of the second before. Thread
 * safe.
 */
final class RateBounds {
  private final LongSupplier nanos;
  private final AtomicReference<Second> now =
      new AtomicReference<>(new Second(Long.MIN_VALUE, Map.of()));

  /**
   * Does no I/O.
   *
   * @param nanos a monotonic clock
   */
  RateBounds(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** What was asked in a second, by address and part. */
  private record Second(long number, Map<String, AtomicInteger> counts) {}

  /**
   * Counts a request.
   *
   * @throws Problem if there were {@code most} in this second
   */
  void count(String address, String part, int most) {
    long second = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong());
    Second current =
        now.updateAndGet(
            old -> old.number() == second ? old : new Second(second, new ConcurrentHashMap<>()));
    int asked =
        current
            .counts()
            .computeIfAbsent(address + " " + part, any -> new AtomicInteger())
            .incrementAndGet();
    if (asked > most) {
      throw Problem.tooMany("too many requests; wait a second", 1);
    }
  }
}
