package dev.ordem.bench.faults;

import java.util.Locale;

/**
 * One thing that goes wrong in a round.
 *
 * @param target name of a process, a road, a table, or what else it happens to
 * @param afterMillis from the moment at which the run is asked for
 * @param lastsMillis until it is undone
 */
record Fault(FaultKind kind, String target, int afterMillis, int lastsMillis) {
  /** Line of the table: which of two like processes it was says nothing. */
  String cell() {
    return target.replaceAll("-\\d", "").replace(">", " to ") + ": " + kind.words();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %s at %.1f s for %.1f s",
        kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        target,
        afterMillis / 1000.0,
        lastsMillis / 1000.0);
  }
}
