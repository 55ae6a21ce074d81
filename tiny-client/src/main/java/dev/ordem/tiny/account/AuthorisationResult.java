package dev.ordem.tiny.account;

import dev.ordem.tiny.account.owner.AccountProblem;

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
   * @param why what it said
   */
  record Refused(AccountProblem why) implements AuthorisationResult {}

  /**
   * It is of another company than the account, or of one that has a name already, or nothing tells
   * that it is not.
   *
   * @param why which, and what to do
   */
  record WrongCompany(AccountProblem why) implements AuthorisationResult {}

  /**
   * No verdict: begin again.
   *
   * @param why what happened
   */
  record Failed(AccountProblem why) implements AuthorisationResult {}
}
