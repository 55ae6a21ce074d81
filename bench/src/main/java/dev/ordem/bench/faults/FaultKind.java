package dev.ordem.bench.faults;

import java.time.Duration;

/** What can go wrong, or what people do. */
enum FaultKind {
  KILL("SIGKILL", true),
  RESTART("SIGTERM and start", true),
  FREEZE("SIGSTOP, then SIGCONT", true),
  CUT("network cut", true),
  HOLD("network carries nothing", true),
  FULL("disk full", true),
  COPY("stopped and copied; that put back seconds later", true),
  PUT_BACK("stopped, older copy put back", true),
  CLOCK("clock set, then right", true),
  WRONG_CLOCK("clock set, right after the verdict", true),
  OUTAGE("Tiny answers 503", false),
  EXPIRE("Tiny's access tokens end", false),
  CANCEL("cancelled", false),
  RESUME("cancelled and resumed", false),
  TRUNCATE("TRUNCATE", false),
  DELETE("a third DELETEd", false),
  CONSTRAINT("CHECK added, later dropped", false),
  OLD_STORES("SIGKILL, older stores put back", false),
  LOST_STORES("SIGKILL, stores lost", false),
  NEW_KAFKA("replaced by an empty one", false);

  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final String words;
  private final boolean ofProcess;

  FaultKind(String words, boolean ofProcess) {
    this.words = words;
    this.ofProcess = ofProcess;
  }

  String words() {
    return words;
  }

  /** Whether a process is hit that has to resume in time. */
  boolean isOfProcess() {
    return ofProcess;
  }

  boolean setsClock() {
    return this == CLOCK || this == WRONG_CLOCK;
  }

  /**
   * How much longer than after other faults everything may rest: an older copy of the database does
   * not hold the last calls, so that a window of the quota has to pass; an empty Kafka is filled
   * from Postgres first.
   */
  Duration allowance() {
    return putsBack() || this == NEW_KAFKA ? WINDOW : Duration.ZERO;
  }

  /** Whether the database is an older one afterwards. */
  boolean putsBack() {
    return this == COPY || this == PUT_BACK;
  }
}
