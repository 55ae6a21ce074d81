package dev.ordem.tiny.account;

import dev.ordem.tiny.quota.WaitReason;
import java.time.Instant;

/** Whether an account has a token: one of a closed set. */
public sealed interface Access {
  /**
   * A token that should be good.
   *
   * @param value goes into the request
   * @param version which pair it is of
   * @param replaced it was given this moment for one that was refused: if it is refused too, the
   *     account is to blame
   */
  record Token(String value, long version, boolean replaced) implements Access {
    @Override
    public String toString() {
      return "Token[version=" + version + "]";
    }
  }

  /**
   * None now.
   *
   * @param until when to ask again
   * @param reason {@link WaitReason#AUTHORISATION}, {@link WaitReason#APPLICATION} or {@link
   *     WaitReason#OUTAGE}
   */
  record Refused(Instant until, WaitReason reason) implements Access {}
}
