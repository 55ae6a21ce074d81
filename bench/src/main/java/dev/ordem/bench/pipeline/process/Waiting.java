package dev.ordem.bench.pipeline.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Looks until something is so. */
public final class Waiting {
  private Waiting() {}

  /**
   * Returns when {@code condition} holds, looked at every {@code look}.
   *
   * @throws IllegalStateException if it does not within {@code most}, saying {@code what} was
   *     waited for
   */
  public static void until(String what, Duration most, Duration look, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("waited " + most + " in vain for " + what);
      }
      pause(look);
    }
  }

  public static void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }
}
