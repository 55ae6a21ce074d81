package dev.ordem.tiny.account;

/** How connecting an account ended: one of a closed set. */
public sealed interface AuthorisationResult {
  /**
   * It is connected.
   *
   * @param account which
   */
  record Done(String account) implements AuthorisationResult {}

  /** The state is unknown, used or old. */
  record UnknownState() implements AuthorisationResult {}

  /**
   * Tiny refuses the code.
   *
   * @param message what it said
   */
  record Refused(String message) implements AuthorisationResult {}

  /**
   * It is of another company than the account, or of one that has a name already.
   *
   * @param message which, and what to do
   */
  record WrongCompany(String message) implements AuthorisationResult {}

  /**
   * No verdict: begin again.
   *
   * @param message what happened
   */
  record Failed(String message) implements AuthorisationResult {}
}
