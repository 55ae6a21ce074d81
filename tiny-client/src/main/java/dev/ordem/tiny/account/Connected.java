package dev.ordem.tiny.account;

/** How connecting an account ended: one of a closed set. */
public sealed interface Connected {
  /**
   * It is connected.
   *
   * @param account which
   */
  record Done(String account) implements Connected {}

  /** The state is unknown, used or old. */
  record UnknownState() implements Connected {}

  /**
   * Tiny refuses the code.
   *
   * @param message what it said
   */
  record Refused(String message) implements Connected {}

  /**
   * No verdict: begin again.
   *
   * @param message what happened
   */
  record Failed(String message) implements Connected {}
}
