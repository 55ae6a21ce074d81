package dev.ordem.bench.watch;

import java.util.Arrays;

/** How old changes were when they were seen, in seconds. Not thread safe. */
final class Ages {
  private double[] ages = new double[1_024];
  private int count;
  private double sum;

  void add(double age) {
    if (count == ages.length) {
      ages = Arrays.copyOf(ages, 2 * count);
    }
    ages[count++] = age;
    sum += age;
  }

  void add(Ages others) {
    for (int i = 0; i < others.count; i++) {
      add(others.ages[i]);
    }
  }

  int count() {
    return count;
  }

  double mean() {
    return count == 0 ? 0 : sum / count;
  }

  double percentile(double part) {
    if (count == 0) {
      return 0;
    }
    double[] sorted = Arrays.copyOf(ages, count);
    Arrays.sort(sorted);
    return sorted[Math.min(count - 1, (int) (part * count))];
  }
}
