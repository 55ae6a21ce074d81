package dev.ordem.bench.faults;

import java.util.Locale;

/**
 * One thing that goes wrong in a round.
 *
 * @param target name of a process, a road, a table, or what else it happens to
 * @param afterMillis from the moment at which the run is asked for
 * @param lastsMillis until it is undone
 * @param clockSeconds by how much a clock is set forward; negative: back
 */
record Fault(FaultKind kind, String target, int afterMillis, int lastsMillis, int clockSeconds) {
  /** Line of the table: which of two like processes it was says nothing. */
  String cell() {
    String name = target.replaceAll("-\\d", "").replace(">", " to ");
    String way = clockSeconds < 0 ? " back" : " forward";
    return name
        + ": "
        + (kind.setsClock() ? kind.words().replace("set", "set" + way) : kind.words());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %s%s at %.1f s for %.1f s",
        kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        target,
        kind.setsClock() ? " by %+d s".formatted(clockSeconds) : "",
        afterMillis / 1000.0,
        lastsMillis / 1000.0);
  }
}
