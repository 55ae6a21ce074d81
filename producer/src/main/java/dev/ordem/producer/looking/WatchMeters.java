package dev.ordem.producer.looking;

import dev.ordem.producer.watch.Slice;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;

/** Counts looks, and shows how fresh each list of each account is that is watched here. */
final class WatchMeters {
  private final MeterRegistry registry;
  private final Clock clock;
  private final MultiGauge ages;
  private final MultiGauge rates;
  private final Map<Key, WatchedList> lists = new ConcurrentHashMap<>();
  private final AtomicBoolean others = new AtomicBoolean();

  private record Key(String account, String list) {
    Tags tags() {
      return Tags.of("account", account, "slice", list);
    }
  }

  WatchMeters(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    ages =
        MultiGauge.builder("ordem.watch.age.seconds")
            .description("Since that page of the list was looked at which waits longest")
            .register(registry);
    rates =
        MultiGauge.builder("ordem.watch.changes.per.hour")
            .description("Changes of the list that are believed, from what looks showed")
            .register(registry);
  }

  void looked(String account, Slice slice, List<WatchedList> all) {
    Counter.builder("ordem.watch.looks")
        .description("Pages that were looked at for changes")
        .tags("account", account, "slice", slice.list())
        .register(registry)
        .increment();
    for (WatchedList each : all) {
      if (lists.put(new Key(account, each.name()), each) == null) {
        others.set(true);
      }
    }
  }

  /** Shows the lists that were looked at since, and no more those of other accounts. */
  void publish(Set<String> watched) {
    if (lists.keySet().removeIf(key -> !watched.contains(key.account))) {
      others.set(true);
    }
    if (others.getAndSet(false)) {
      ages.register(rows(WatchMeters::age), true);
      rates.register(rows((meters, list) -> 3_600 * list.perSecond()), true);
    }
  }

  /** What a gauge shows of a list. */
  @FunctionalInterface
  private interface Value {
    double of(WatchMeters meters, WatchedList list);
  }

  private List<Row<?>> rows(Value value) {
    return lists.keySet().stream()
        .<Row<?>>map(key -> Row.of(key.tags(), this, shown(key, value)))
        .toList();
  }

  private static ToDoubleFunction<WatchMeters> shown(Key key, Value value) {
    return meters -> {
      WatchedList list = meters.lists.get(key);
      return list == null ? Double.NaN : value.of(meters, list);
    };
  }

  private double age(WatchedList list) {
    long millis = Duration.between(list.lookedAt(), clock.instant()).toMillis();
    return Math.max(0, millis) / 1000.0;
  }
}
