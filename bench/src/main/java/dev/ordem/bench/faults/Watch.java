package dev.ordem.bench.faults;

import dev.ordem.bench.faults.site.Site;
import dev.ordem.bench.pipeline.process.Waiting;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for something, and starts again meanwhile what ends by itself. */
final class Watch {
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final long BACK_OFF_NANOS = 1_000_000_000L;

  private final Site site;
  private final Duration patience;
  private long revived = System.nanoTime();

  Watch(Site site, Duration patience) {
    this.site = site;
    this.patience = patience;
  }

  void until(String what, Callable<Boolean> condition) throws Exception {
    Waiting.until(
        what,
        patience,
        LOOK,
        () -> {
          if (System.nanoTime() - revived > BACK_OFF_NANOS) {
            revived = System.nanoTime();
            site.revive().forEach(name -> System.err.println(name + " had ended by itself"));
          }
          return condition.call();
        });
  }
}
