package dev.ordem.detail.ledger;

import java.time.Instant;

/** The database's clock, which only goes forward, and that of the ledger's host, which may not. */
final class ModelClock {
  private static final Instant BEGIN = Given.T0;

  private long now;
  private long skew;

  /** By the database's clock, in milliseconds since the beginning. */
  long now() {
    return now;
  }

  /** A millisecond later, so that no two things happen at once. */
  long next() {
    return ++now;
  }

  void pass(long millis) {
    now += millis;
  }

  Instant host() {
    return at(now + skew);
  }

  void skew(long millis) {
    skew = millis;
  }

  static Instant at(long millis) {
    return BEGIN.plusMillis(millis);
  }

  static long millis(Instant at) {
    return at.toEpochMilli() - BEGIN.toEpochMilli();
  }
}
