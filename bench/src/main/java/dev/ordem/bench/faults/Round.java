package dev.ordem.bench.faults;

import java.util.List;

/**
 * What happens in one round.
 *
 * @param overHttp whether the run is asked for at the API; else in SQL
 * @param changesBefore changes in Tiny before the run is asked for
 * @param changesDuring and while it goes on
 * @param seed of which orders are changed, and how
 */
record Round(
    int number,
    String mode,
    boolean overHttp,
    int changesBefore,
    int changesDuring,
    List<Fault> faults,
    long seed) {
  Round {
    faults = List.copyOf(faults);
  }
}
