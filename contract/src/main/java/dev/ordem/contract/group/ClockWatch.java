package dev.ordem.contract.group;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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
  private final Set<ReplacedClient<?>> clients = ConcurrentHashMap.newKeySet();
  private final Executor closing;
  private final AtomicInteger steps = new AtomicInteger();

  /**
   * At the system's clock.
   *
   * @param closing closes clients; that may take long
   */
  public ClockWatch(Executor closing) {
    this(HostClock.system(LEAST), closing);
  }

  /** At another one, for tests. */
  public ClockWatch(HostClock clock, Executor closing) {
    this.clock = clock;
    this.closing = closing;
  }

  /**
   * Looks, and tells all if the clock was set back: whoever sees the new count of steps uses new
   * clients, and is told afterwards that the old ones fail. One that could not be replaced at once
   * is later, which counts as a step, too.
   */
  public void look() {
    boolean wasSetBack = clock.wasSetBack();
    if (wasSetBack) {
      clients.forEach(ReplacedClient::outdate);
    }
    List<Runnable> ends = clients.stream().flatMap(client -> client.renew().stream()).toList();
    if (wasSetBack || !ends.isEmpty()) {
      steps.incrementAndGet();
      polling.forEach(GroupConsumer::clockWasSetBack);
      ends.forEach(closing::execute);
    }
  }

  /** How often it was set back: what fails between two different counts may be due to that. */
  public int steps() {
    return steps.get();
  }

  void add(ReplacedClient<?> client) {
    clients.add(client);
  }

  void remove(ReplacedClient<?> client) {
    clients.remove(client);
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
