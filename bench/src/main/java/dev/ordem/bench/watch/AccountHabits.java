package dev.ordem.bench.watch;

import dev.ordem.producer.watch.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/**
 * An account: its slices, and how often each truly changes.
 *
 * @param limit calls a minute
 * @param steady whether the rates stay as they are
 * @param perHour changes an hour of each slice, on average over the day
 * @param swing by what the rate of a slice is multiplied, at an hour of the day
 */
record AccountHabits(
    String name, int limit, boolean steady, Map<Slice, Double> perHour, Swing swing) {
  private static final int[] OPEN = {0, 1, 2, 5, 6};

  /** How the rate of the slice of a number swings. */
  @FunctionalInterface
  interface Swing {
    DoubleUnaryOperator of(int slice);
  }

  static List<AccountHabits> all() {
    return List.of(
        steady("small shop, 300 orders", 30, quick(5, 6, 2, 4, 3, 10), ranges(3, 0.5)),
        steady("2,000 orders, 30 changes/min", 60, workshop(), ranges(20, 100)),
        steady("100,000 orders, 1,500 open", 30, large(), ranges(1_000, 15)),
        steady("one status holds all 5,000", 60, oneStatus(), ranges(50, 1)),
        new AccountHabits(
            "2,000 orders, office hours",
            60,
            false,
            with(workshop(), ranges(20, 100)),
            slice -> hour -> hour % 24 >= 8 && hour % 24 < 18 ? 0.8 : 0.02),
        new AccountHabits(
            "2,000 orders, habits move every 2 h",
            60,
            false,
            with(quick(100, 100, 100, 100, 100, 100), ranges(20, 60)),
            slice -> hour -> slice % 6 == (int) (hour / 2) % 6 ? 4 : 0.4));
  }

  /** The true rate, changes a second. */
  double perSecond(Slice slice, int number, double seconds) {
    return perHour.getOrDefault(slice, 0.0)
        / 3_600
        * swing.of(number).applyAsDouble(seconds / 3_600);
  }

  private static AccountHabits steady(
      String name, int limit, Map<Slice, Double> quick, Map<Slice, Double> ranges) {
    return new AccountHabits(name, limit, true, with(quick, ranges), slice -> hour -> 1);
  }

  private static Map<Slice, Double> with(Map<Slice, Double> quick, Map<Slice, Double> ranges) {
    Map<Slice, Double> all = new LinkedHashMap<>(quick);
    all.putAll(ranges);
    return all;
  }

  private static Map<Slice, Double> workshop() {
    return quick(200, 300, 100, 300, 200, 600);
  }

  private static Map<Slice, Double> quick(double newest, double... open) {
    Map<Slice, Double> rates = new LinkedHashMap<>();
    rates.put(Slice.newest(), newest);
    for (int i = 0; i < open.length; i++) {
      rates.put(Slice.ofStatus(OPEN[i], 0), open[i]);
    }
    return rates;
  }

  private static Map<Slice, Double> large() {
    Map<Slice, Double> rates = new LinkedHashMap<>();
    rates.put(Slice.newest(), 40.0);
    int[] pages = {3, 1, 3, 2, 6};
    for (int status = 0; status < pages.length; status++) {
      for (int page = 0; page < pages[status]; page++) {
        rates.put(Slice.ofStatus(OPEN[status], page), 6.0 * (page + 1));
      }
    }
    return rates;
  }

  private static Map<Slice, Double> oneStatus() {
    Map<Slice, Double> rates = quick(30, 0, 0, 0, 0, 0);
    for (int page = 0; page < 50; page++) {
      rates.put(Slice.ofStatus(0, page), 1.2 + page / 25.0);
    }
    return rates;
  }

  /** The newer the orders of a range, the more of them change. */
  private static Map<Slice, Double> ranges(int pages, double perHour) {
    List<Double> weights = new ArrayList<>();
    for (int page = 0; page < pages; page++) {
      weights.add(1.0 / (pages - page));
    }
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    Map<Slice, Double> rates = new LinkedHashMap<>();
    for (int page = 0; page < pages; page++) {
      rates.put(Slice.range(page), perHour * weights.get(page) / sum);
    }
    return rates;
  }
}
