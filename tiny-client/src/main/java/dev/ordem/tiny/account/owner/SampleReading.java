package dev.ordem.tiny.account.owner;

import org.jspecify.annotations.Nullable;

/** What came of asking what an account shows: one of a closed set. */
public sealed interface SampleReading {
  /** It was read. */
  record Shown(AccountSample orders) implements SampleReading {}

  /**
   * It could not be read.
   *
   * @param why in words of ours
   */
  record Unreadable(String why) implements SampleReading {}

  /** Null: it could not be read. */
  default @Nullable AccountSample sample() {
    return this instanceof Shown shown ? shown.orders() : null;
  }
}
