package dev.ordem.contract.group;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** A host's clock that a test sets back, and who watches it. */
final class WatchedClock {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-02T12:00:00Z"));
  final ClockWatch watch;

  WatchedClock() {
    this(Runnable::run);
  }

  WatchedClock(Executor closing) {
    this.watch = new ClockWatch(new HostClock(now::get, () -> 0L, Duration.ofSeconds(3)), closing);
  }

  void setBack(long seconds) {
    now.updateAndGet(before -> before.minusSeconds(seconds));
    watch.look();
  }
}
