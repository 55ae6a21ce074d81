package dev.ordem.producer.watch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which slices an account has, as far as the totals of its lists are known. */
public final class SlicePlan {
  /** Beyond this the rest of a list is left to the nightly run. */
  private static final int MOST_PAGES = 20_000;

  private SlicePlan() {}

  /**
   * All slices.
   *
   * @param openStatuses codes of the statuses in which work is not over
   * @param totals of the lists whose total is known, by {@link Slice#list}; a list of which nothing
   *     is known has one page
   */
  public static Set<Slice> of(List<Integer> openStatuses, Map<String, Long> totals) {
    Set<Slice> slices = new LinkedHashSet<>();
    slices.add(Slice.newest());
    for (int situacao : openStatuses) {
      for (int page = 0; page < pages(Slice.ofStatus(situacao, 0), totals); page++) {
        slices.add(Slice.ofStatus(situacao, page));
      }
    }
    for (int page = 0; page < pages(Slice.range(0), totals); page++) {
      slices.add(Slice.range(page));
    }
    return slices;
  }

  private static long pages(Slice first, Map<String, Long> totals) {
    return Math.min(MOST_PAGES, pages(totals.getOrDefault(first.list(), 0L)));
  }

  /** Of a list with so many rows. */
  static long pages(long rows) {
    return 1 + Math.max(0, rows - Slice.ROWS + Slice.STEP - 1) / Slice.STEP;
  }
}
