package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.StatusChange;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The ledger in numbers. Thread safe. Counters count steps, also those of a transaction that was
 * aborted and taken again; what must be exact is in the topics.
 */
public final class LedgerMeters {
  private static final Duration[] BUCKETS =
      java.util.stream.LongStream.of(1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3_600, 21_600, 86_400)
          .mapToObj(Duration::ofSeconds)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Counter headers;
  private final Counter orders;
  private final Timer intervals;
  private final MultiGauge queue;
  private final Predicate<String> connected;
  private final Map<Integer, Reported> partitions = new ConcurrentHashMap<>();

  /**
   * Registers its meters.
   *
   * @param connected whether an account is; what others wait for makes nothing old
   */
  public LedgerMeters(MeterRegistry registry, Predicate<String> connected) {
    this.registry = registry;
    this.connected = connected;
    headers = Counter.builder("ordem.headers.seen").register(registry);
    orders = Counter.builder("ordem.orders.synced").register(registry);
    intervals =
        Timer.builder("ordem.status.change.interval")
            .description("From when an order was last seen in its status to when in another one")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    queue = MultiGauge.builder("ordem.queue.size").register(registry);
    Gauge.builder("ordem.queue.oldest.seconds", this, LedgerMeters::oldestSeconds)
        .register(registry);
  }

  void headerSeen() {
    headers.increment();
  }

  void orderSynced() {
    orders.increment();
  }

  void statusChanged(StatusChange change) {
    String from = Objects.toString(change.from(), "none");
    registry
        .counter("ordem.status.changes", "from", from, "to", Integer.toString(change.to()))
        .increment();
    Instant before = change.seenBefore();
    if (before != null) {
      intervals.record(Duration.between(before, change.seenAt()));
    }
  }

  void parked(String cause) {
    registry.counter("ordem.parked", "cause", cause).increment();
  }

  /** What is waiting in one partition. */
  void report(
      int partition,
      Map<OrderQueue.Group, OrderQueue.Size> sizes,
      List<String> stuck,
      Instant now) {
    Reported next = new Reported(Map.copyOf(sizes), List.copyOf(stuck), now);
    Reported last = partitions.put(partition, next);
    if (last == null || !last.sizes.equals(next.sizes)) {
      publish();
    }
  }

  /** Accounts that could send and do not. */
  public List<String> stuck() {
    return partitions.values().stream().flatMap(each -> each.stuck.stream()).sorted().toList();
  }

  /** The partition is another process's now. */
  void forget(int partition) {
    partitions.remove(partition);
    publish();
  }

  private synchronized void publish() {
    Map<OrderQueue.Group, Long> totals = new HashMap<>();
    partitions
        .values()
        .forEach(
            each ->
                each.sizes.forEach((group, size) -> totals.merge(group, size.count(), Long::sum)));
    queue.register(
        totals.entrySet().stream()
            .<Row<?>>map(entry -> Row.of(tags(entry.getKey()), entry.getValue()))
            .toList(),
        true);
  }

  private static Tags tags(OrderQueue.Group group) {
    return Tags.of(
        "account", group.account(), "lane", group.lane().name(), "state", group.state().name());
  }

  private double oldestSeconds() {
    double oldest = 0;
    for (Reported each : partitions.values()) {
      for (Map.Entry<OrderQueue.Group, OrderQueue.Size> waiting : each.sizes.entrySet()) {
        Instant since = waiting.getValue().oldest();
        if (since != null && connected.test(waiting.getKey().account())) {
          oldest = Math.max(oldest, Duration.between(since, each.at).toMillis() / 1000.0);
        }
      }
    }
    return oldest;
  }

  private record Reported(
      Map<OrderQueue.Group, OrderQueue.Size> sizes, List<String> stuck, Instant at) {}
}
