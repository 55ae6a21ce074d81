package dev.ordem.bench.pipeline;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** How measured values lie. */
final class Spread {
  private final double[] values;

  Spread(Collection<Double> values) {
    this.values = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** The smallest value that at least this share of all do not exceed. */
  double within(double share) {
    int rank = (int) Math.ceil(share * values.length);
    return values[Math.max(0, rank - 1)];
  }

  double greatest() {
    return values[values.length - 1];
  }

  /** Cells of a table. */
  String cells(String unit) {
    return String.format(
        Locale.ROOT,
        "%d | %.2f %s | %.2f %s | %.2f %s | %.2f %s",
        values.length,
        values[0],
        unit,
        within(0.5),
        unit,
        within(0.9),
        unit,
        greatest(),
        unit);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
