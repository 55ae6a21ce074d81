package dev.ordem.tiny.account;

import dev.ordem.tiny.account.owner.AccountProblem;

/**
 * What is wrong with an account's tokens, in a sentence with the variable or command to mend it.
 */
final class TokenProblems {
  private TokenProblems() {}

  static AccountProblem dead(String account, TokenAnswer.Dead dead) {
    return new AccountProblem(
        "The authorisation of account %s is over: it was revoked, or not used for a day (%s)."
                .formatted(account, dead.message())
            + " Connect it again: ./ordem connect --account "
            + account,
        dead.said());
  }

  /**
   * Of an answer that brought no pair.
   *
   * @param configured whether the variables describe the account
   */
  static AccountProblem notRenewed(String account, TokenAnswer answer, boolean configured) {
    if (answer instanceof TokenAnswer.WrongClient wrong) {
      return new AccountProblem(
          "Tiny does not accept the application of account %s (%s). "
                  .formatted(account, wrong.message())
              + (configured
                  ? "TINY_CLIENT_ID or TINY_CLIENT_SECRET is wrong: set both to what Tiny shows for"
                      + " the application, and start again."
                  : "Its client id or secret is wrong: ./ordem connect --account "
                      + account
                      + " --client-id … with the right secret."),
          wrong.said());
    }
    TokenAnswer.Unclear unclear =
        answer instanceof TokenAnswer.Unclear told ? told : new TokenAnswer.Unclear("no pair", "");
    return new AccountProblem(
        "Tiny's token endpoint gave no verdict, it is asked again: " + unclear.message(),
        unclear.said());
  }
}
