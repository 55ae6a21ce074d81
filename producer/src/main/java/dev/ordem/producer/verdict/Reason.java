package dev.ordem.producer.verdict;

import dev.ordem.producer.runs.RunLog;
import java.util.List;

/**
 * Why a run is not COMPLETE.
 *
 * @param text for people, ids included; may be told to everybody
 * @param quote what Tiny or Postgres said of it, which may name a person; goes on from the text
 * @param ids the orders, as far as they can be named; at most 20
 */
record Reason(Kind kind, String text, String quote, List<String> ids) {
  Reason {
    ids = List.copyOf(ids);
  }

  enum Kind {
    /** Headers that could not be read, or that Kafka did not take. */
    HEADERS(RunLog.Module.HEADERS, false),
    /** Tiny counts other orders than it showed. */
    TOTAL(RunLog.Module.HEADERS, false),
    /** A whole read missed so much that a person must say whether it is to be believed. */
    ABSENCES(RunLog.Module.HEADERS, false),
    PARKED(RunLog.Module.DETAILS, true),
    DROPPED(RunLog.Module.DETAILS, true),
    REFUSED(RunLog.Module.STORE, true),
    /** Postgres differs from the ledger, repaired or not. */
    DIFFERENT(RunLog.Module.STORE, true),
    /** The ledger that knew the run is gone. */
    GENERATION(RunLog.Module.RUN, false);

    private final RunLog.Module module;
    private final boolean heals;

    Kind(RunLog.Module module, boolean heals) {
      this.module = module;
      this.heals = heals;
    }

    RunLog.Module module() {
      return module;
    }

    boolean heals() {
      return heals;
    }
  }

  static Reason of(Kind kind, String text) {
    return new Reason(kind, text, "", List.of());
  }

  /** The same, with what others said of it. */
  Reason quoting(String said) {
    return new Reason(kind, text, said, ids);
  }

  /** With the quotation. */
  String whole() {
    return text + quote;
  }

  /** Rows of the list, of which a name may be that of a range: fewer names than rows tell all. */
  static Reason ofRows(long count, String what, List<String> names) {
    boolean all = count == names.size() || names.size() < Evidence.Named.MOST;
    String named = names.isEmpty() ? "" : ": " + String.join(", ", names);
    return new Reason(
        Kind.HEADERS,
        count + " " + what + named + (all ? "" : " and more") + " (see import_failures)",
        "",
        names);
  }

  /** {@code "3 details could not be read: 7, 8, 9"}, and where to look for those not named. */
  static Reason of(Kind kind, long count, String what, List<?> ids) {
    List<String> names = ids.stream().limit(Evidence.Named.MOST).map(String::valueOf).toList();
    StringBuilder text = new StringBuilder().append(count).append(' ').append(what);
    if (!names.isEmpty()) {
      text.append(": ").append(String.join(", ", names));
      if (count > names.size()) {
        text.append(" and ").append(count - names.size()).append(" more");
      }
    }
    if (kind.heals() && count > names.size()) {
      text.append(" (see import_failures)");
    }
    return new Reason(kind, text.toString(), "", names);
  }
}
