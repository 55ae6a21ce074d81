package dev.ordem.bench;

import dev.ordem.tiny.simulator.TinySimulator.Arrival;
import dev.ordem.tiny.simulator.TinySimulator.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What the server saw of one limiter.
 *
 * @param mostInWindow the most arrivals in any interval of the window's length, wherever it is
 *     laid, refused ones included, from the first call to the last
 * @param mostInSecond likewise in any second
 * @param served calls while it was measured
 * @param refused calls while it was measured, with 429
 * @param used share of the quota, from 0: the window's length by the mean time from one served call
 *     to the one that is the window's limit after it. No limiter that keeps the limit brings that
 *     time below the length of the window, so 1 is the most
 */
record Finding(int mostInWindow, int mostInSecond, long served, long refused, double used) {

  /** Reads the server's log, with what was measured beginning at {@code from}. */
  static Finding of(List<Arrival> log, Terms terms, Instant from) {
    Instant to = from.plus(terms.measured());
    Predicate<Arrival> isServed = arrival -> arrival.status() != 429;
    Instant[] all = times(log, arrival -> arrival.at().isBefore(to));
    Instant[] served = times(log, isServed.and(measured(from, to)));
    return new Finding(
        most(all, terms.window()),
        most(all, Duration.ofSeconds(1)),
        served.length,
        times(log, isServed.negate().and(measured(from, to))).length,
        used(served, terms));
  }

  private static Predicate<Arrival> measured(Instant from, Instant to) {
    return arrival -> !arrival.at().isBefore(from) && arrival.at().isBefore(to);
  }

  private static Instant[] times(List<Arrival> log, Predicate<Arrival> which) {
    return log.stream()
        .filter(arrival -> arrival.endpoint() != Endpoint.TOKEN)
        .filter(which)
        .map(Arrival::at)
        .sorted()
        .toArray(Instant[]::new);
  }

  /** The most of {@code times}, which ascend, that lie closer together than {@code window}. */
  static int most(Instant[] times, Duration window) {
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

  /** 0 where fewer calls were served than the limit of one window. */
  static double used(Instant[] served, Terms terms) {
    int pairs = served.length - terms.left();
    if (pairs <= 0) {
      return 0;
    }
    double nanos = 0;
    for (int i = 0; i < pairs; i++) {
      nanos += Duration.between(served[i], served[i + terms.left()]).toNanos();
    }
    return terms.window().toNanos() * pairs / nanos;
  }

  /** Of several runs: the highest counts, and the medians of the rest. */
  static Finding summary(List<Finding> runs) {
    return new Finding(
        runs.stream().mapToInt(Finding::mostInWindow).max().orElse(0),
        runs.stream().mapToInt(Finding::mostInSecond).max().orElse(0),
        (long) median(runs, Finding::served),
        (long) median(runs, Finding::refused),
        median(runs, Finding::used));
  }

  private static double median(List<Finding> runs, ToDoubleFunction<Finding> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}
