package dev.ordem.contract.group;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks whether the host's clock was set back, wakes consumers that poll, and replaces other
 * clients: what they wait for would end when a record comes, or when the clock has caught up.
 * Thread safe, but for {@link #look}, which is one thread's.
 */
public final class ClockWatch {
  /** What a session of a group bears, no consumer need end for. */
  private static final Duration LEAST = Duration.ofSeconds(3);

  /** Between two looks: a loop of whoever makes it has it look. */
  public static final Duration LOOK = Duration.ofSeconds(1);

  private final HostClock clock;
  private final Set<GroupConsumer> polling = ConcurrentHashMap.newKeySet();
  private final Set<Runnable> told = ConcurrentHashMap.newKeySet();
  private final AtomicInteger steps = new AtomicInteger();

  /** At the system's clock. */
  public ClockWatch() {
    this(HostClock.system(LEAST));
  }

  /** At another one, for tests. */
  public ClockWatch(HostClock clock) {
    this.clock = clock;
  }

  /** Looks, and tells all if the clock was set back. */
  public void look() {
    if (clock.wasSetBack()) {
      steps.incrementAndGet();
      polling.forEach(GroupConsumer::clockWasSetBack);
      told.forEach(Runnable::run);
    }
  }

  /** How often it was set back: what fails between two different counts may be due to that. */
  public int steps() {
    return steps.get();
  }

  /** Who is told each time. */
  void tell(Runnable who) {
    told.add(who);
  }

  void forget(Runnable who) {
    told.remove(who);
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
