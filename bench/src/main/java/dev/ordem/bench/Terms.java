package dev.ordem.bench;

import java.time.Duration;

/**
 * What every limiter of a comparison is put through.
 *
 * @param perSecond calls that the server admits in a second; 0: no such limit
 * @param limit calls that the server admits in a window
 * @param window length of that window
 * @param processes that call at the same time, each a JVM of its own
 * @param threads of each process
 * @param windows how many windows are measured, after one of warming up
 * @param delays of the road between a process and the server
 * @param restarts how many processes are killed with SIGKILL and replaced while it is measured
 * @param foreign share of each window that another application takes, from 0 to 1
 * @param foreignAtStart whether it takes it as soon as a window begins, not evenly
 */
record Terms(
    int perSecond,
    int limit,
    Duration window,
    int processes,
    int threads,
    int windows,
    Delays delays,
    int restarts,
    double foreign,
    boolean foreignAtStart) {

  /** The time a message needs for one way, drawn evenly from {@code least} to {@code most}. */
  record Delays(Duration least, Duration most) {}

  /** How long is measured. */
  Duration measured() {
    return window.multipliedBy(windows);
  }

  /** What is left of the limit of a window beside the other application. */
  int left() {
    return (int) Math.round(limit * (1 - foreign));
  }
}
