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

  /** The refresh token or the code is not accepted, and never will be. */
  record Dead(String message) implements TokenAnswer {}

  /** The application itself is not accepted: its id or secret is wrong. */
  record WrongClient(String message) implements TokenAnswer {}

  /** No verdict: the token may be good, used or dead. */
  record Unclear(String message) implements TokenAnswer {}
}
