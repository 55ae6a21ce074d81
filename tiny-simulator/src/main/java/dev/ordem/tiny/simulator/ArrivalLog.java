package dev.ordem.tiny.simulator;

import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that arrived for one account, refused or not: the evidence that a client kept to its
 * quota. Counts are of the whole life of the simulator; single arrivals are kept for the newest
 * {@value #KEPT}. Thread safe.
 */
final class ArrivalLog {
  private static final int KEPT = 1_000_000;

  private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
  private final Map<Endpoint, Long> byEndpoint = new EnumMap<>(Endpoint.class);
  private final Map<Integer, Long> byStatus = new TreeMap<>();
  private final Map<Long, Integer> detailReads = new HashMap<>();

  synchronized void add(Arrival arrival) {
    if (arrivals.size() == KEPT) {
      arrivals.removeFirst();
    }
    arrivals.addLast(arrival);
    byEndpoint.merge(arrival.endpoint(), 1L, Long::sum);
    byStatus.merge(arrival.status(), 1L, Long::sum);
    if (arrival.endpoint() == Endpoint.DETAIL && arrival.status() != 429) {
      detailReads.merge(arrival.orderId(), 1, Integer::sum);
    }
  }

  synchronized List<Arrival> all() {
    return List.copyOf(arrivals);
  }

  synchronized long count() {
    return byEndpoint.values().stream().mapToLong(Long::longValue).sum();
  }

  synchronized Map<Endpoint, Long> byEndpoint() {
    return new EnumMap<>(byEndpoint);
  }

  synchronized Map<Integer, Long> byStatus() {
    return new TreeMap<>(byStatus);
  }

  synchronized Map<Long, Integer> detailReads() {
    return Map.copyOf(detailReads);
  }

  synchronized void clear() {
    arrivals.clear();
    byEndpoint.clear();
    byStatus.clear();
    detailReads.clear();
  }

  /** The most arrivals that lie closer together than {@code window}, wherever it is laid. */
  int most(Duration window) {
    Instant[] times = all().stream().map(Arrival::at).sorted().toArray(Instant[]::new);
    int most = 0;
    int first = 0;
    for (int last = 0; last < times.length; last++) {
      while (!times[last].isBefore(times[first].plus(window))) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
