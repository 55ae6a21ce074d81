package dev.ordem.contract.group;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks once a second whether the host's clock was set back, and wakes consumers that poll: a poll
 * into which such a step falls would end when a record comes, or when the clock has caught up.
 * Thread safe.
 */
final class ClockWatch {
  /** What a session of a group bears, no consumer need end for. */
  private static final Duration LEAST = Duration.ofSeconds(3);

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final HostClock clock;
  private final Set<GroupConsumer> polling = ConcurrentHashMap.newKeySet();
  private final AtomicInteger steps = new AtomicInteger();

  /** Does not begin to look. */
  ClockWatch(HostClock clock) {
    this.clock = clock;
  }

  /** Of this process: one thread for all of its consumers. */
  static ClockWatch ofProcess() {
    return Holder.WATCH;
  }

  private static final class Holder {
    static final ClockWatch WATCH = started();

    private static ClockWatch started() {
      ClockWatch watch = new ClockWatch(HostClock.system(LEAST));
      Thread thread = new Thread(watch::run, "ordem-host-clock");
      thread.setDaemon(true);
      thread.start();
      return watch;
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(LOOK.toMillis());
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the process ends
    }
  }

  void look() {
    if (clock.wasSetBack()) {
      steps.incrementAndGet();
      polling.forEach(GroupConsumer::clockWasSetBack);
    }
  }

  /** How often it was set back. */
  int steps() {
    return steps.get();
  }

  boolean anyPolls() {
    return !polling.isEmpty();
  }

  void begins(GroupConsumer consumer) {
    polling.add(consumer);
  }

  void ends(GroupConsumer consumer) {
    polling.remove(consumer);
  }
}
