package dev.ordem.tiny.account;

import dev.ordem.tiny.account.owner.TokenClaims;
import java.time.Duration;

/** What the token endpoint said: one of a closed set. */
sealed interface TokenAnswer {
  /** A new pair: the old refresh token is dead. */
  record Pair(String accessToken, String refreshToken, Duration lifetime, TokenClaims claims)
      implements TokenAnswer {
    @Override
    public String toString() {
      return "Pair[lifetime=" + lifetime + "]";
    }
  }

  /**
   * The refresh token or the code is not accepted, and never will be.
   *
   * @param message status and a word of the protocol
   * @param said in Tiny's own words, which may tell of a person
   */
  record Dead(String message, String said) implements TokenAnswer {}

  /**
   * The application itself is not accepted: its id or secret is wrong.
   *
   * @param message status and a word of the protocol
   * @param said in Tiny's own words, which may tell of a person
   */
  record WrongClient(String message, String said) implements TokenAnswer {}

  /**
   * No verdict: the token may be good, used or dead.
   *
   * @param message status and a word of the protocol, or what happened on the way
   * @param said in Tiny's own words, which may tell of a person
   */
  record Unclear(String message, String said) implements TokenAnswer {}
}
