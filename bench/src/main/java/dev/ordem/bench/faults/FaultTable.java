package dev.ordem.bench.faults;

import static java.time.Duration.ZERO;
import static java.util.Comparator.naturalOrder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was tried, how long it took to go on, and what was wrong afterwards. */
final class FaultTable {
  private final Map<String, Cell> cells = new TreeMap<>();
  private int faults;
  private int differences;
  private int late;

  /**
   * @param resumed from the end of the last fault of the round; null where nothing had to resume
   * @param most that a process may need, without what its kind of fault allows
   * @param wrong how many differences the round ended with
   */
  void add(List<Fault> tried, @Nullable Duration resumed, Duration most, int wrong) {
    differences += wrong;
    Duration allowed =
        tried.stream().map(fault -> fault.kind().allowance()).max(naturalOrder()).orElse(ZERO);
    Duration bound = most.plus(allowed);
    for (Fault fault : tried) {
      faults++;
      Cell cell = cells.computeIfAbsent(fault.cell(), name -> new Cell());
      cell.tried++;
      boolean alone = tried.size() == 1;
      cell.alone += alone ? 1 : 0;
      cell.wrong += wrong;
      if (resumed != null && fault.kind().isOfProcess()) {
        (alone ? cell.resumedAlone : cell.resumedWithOthers).add(resumed);
        late += resumed.compareTo(bound) > 0 ? 1 : 0;
      }
    }
  }

  int faults() {
    return faults;
  }

  int differences() {
    return differences;
  }

  /** How often a process needed longer than it may. */
  int late() {
    return late;
  }

  /** A line for each cell, in Markdown. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| what | tried | of these alone | resumed alone: half within | at most"
            + " | with others: half within | at most | differences |");
    lines.add("|---|---|---|---|---|---|---|---|");
    cells.forEach((name, cell) -> lines.add(cell.line(name)));
    return lines;
  }

  private static final class Cell {
    private final List<Duration> resumedAlone = new ArrayList<>();
    private final List<Duration> resumedWithOthers = new ArrayList<>();
    private int tried;
    private int alone;
    private int wrong;

    private String line(String name) {
      return "| %s | %d | %d | %s | %s | %d |"
          .formatted(
              name, tried, alone, halfAndMost(resumedAlone), halfAndMost(resumedWithOthers), wrong);
    }

    private static String halfAndMost(List<Duration> times) {
      if (times.isEmpty()) {
        return "| ";
      }
      Collections.sort(times);
      int n = times.size();
      return seconds(times.get((n - 1) / 2)) + " | " + seconds(times.get(n - 1));
    }

    private static String seconds(Duration time) {
      return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
  }
}
