package dev.ordem.producer.api.runs;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.Situacao;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many calls a run makes.
 *
 * @param listCalls pages of headers
 * @param detailCalls orders read one by one
 */
record CallForecast(long listCalls, long detailCalls) {
  static final CallForecast NOTHING = new CallForecast(0, 0);

  /**
   * Predicts.
   *
   * @param mode as decided: never {@link Mode#AUTO}
   * @param total orders in the list that Tiny has: all, or those of the period
   * @param pageSize rows of a page, at least 2
   */
  static CallForecast of(
      RunRequest request, Mode mode, AccountCounts known, long total, int pageSize) {
    long max = request.max() == null ? Long.MAX_VALUE : request.max();
    long left = max;
    long calls = 0;
    for (long rows : lists(mode, known, total)) {
      long read = Math.min(rows, left);
      calls += left == 0 ? 0 : pages(read, pageSize);
      left -= read;
    }
    long details = Math.min(max, details(mode, known, total));
    return new CallForecast(calls, request.headersOnly() ? 0 : details);
  }

  long calls() {
    return listCalls + detailCalls;
  }

  /** Pages overlap by a row, and the last one is known by being short. */
  static long pages(long rows, int pageSize) {
    return rows == 0 ? 1 : (rows - 1) / (pageSize - 1) + 1;
  }

  private static long details(Mode mode, AccountCounts known, long total) {
    return unknown(mode, known, total)
        + switch (mode) {
          case FULL, RECONCILE -> known.count("due");
          case INCREMENTAL -> known.count("dueNow");
          case PERIOD -> known.count("dueWithin");
          case DETAILS -> known.count("missing");
          case AUTO -> throw new IllegalArgumentException("auto is decided before");
        };
  }

  private static long unknown(Mode mode, AccountCounts known, long total) {
    return mode == Mode.DETAILS
        ? 0
        : Math.max(0, total - known.count(mode == Mode.PERIOD ? "within" : "orders"));
  }

  private static List<Long> lists(Mode mode, AccountCounts known, long total) {
    long unknown = unknown(mode, known, total);
    return switch (mode) {
      case FULL -> List.of(total);
      case INCREMENTAL -> incremental(known, total, unknown);
      case PERIOD -> List.of(known.count("within") + unknown);
      case DETAILS -> List.of();
      case RECONCILE -> reconcile(known, unknown);
      case AUTO -> throw new IllegalArgumentException("auto is decided before");
    };
  }

  /** What is new, what is recent, and one list for each status that is not final. */
  private static List<Long> incremental(AccountCounts known, long total, long unknown) {
    List<Long> lists = new ArrayList<>();
    lists.add(Math.max(0, total - known.count("upToKnown")));
    lists.add(known.count("recent") + unknown);
    lists.addAll(openStatuses(known));
    return lists;
  }

  /** How many orders stand in each status that is not final. */
  static List<Long> openStatuses(AccountCounts known) {
    int open = (int) Arrays.stream(Situacao.values()).filter(s -> !s.terminal()).count();
    return filled(known.list("byStatus"), open);
  }

  /** One list for each status, and a look at how many there are in all. */
  private static List<Long> reconcile(AccountCounts known, long unknown) {
    List<Long> lists = filled(known.list("byAnyStatus"), Situacao.values().length);
    lists.set(0, lists.get(0) + unknown);
    lists.add(1L);
    return lists;
  }

  /** A list without rows costs a call, too. */
  private static List<Long> filled(List<Long> rows, long lists) {
    List<Long> all = new ArrayList<>(rows);
    while (all.size() < lists) {
      all.add(0L);
    }
    return all;
  }
}
