package dev.ordem.tiny.quota;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a call taught about its account's quota.
 *
 * @param end how the call ended
 * @param limit the server's limit, where told
 * @param remaining what the server says is left, where told
 * @param resetSeconds until the server's reset, where told
 * @param closeFor with {@link End#FORBIDDEN}: how long the account is left alone
 * @param serverTime what the server's clock says, to the second, where told
 */
public record Feedback(
    End end,
    @Nullable Integer limit,
    @Nullable Integer remaining,
    @Nullable Double resetSeconds,
    Duration closeFor,
    @Nullable Instant serverTime) {

  /** How a call ended, as far as the quota is concerned. */
  public enum End {
    /** Answered. */
    OK,
    /** Answered with 429. */
    THROTTLED,
    /** Answered that the account may not: it is left alone for a while. */
    FORBIDDEN,
    /** Failed, and will not arrive any more. */
    FAILED,
    /** Given up: it may still arrive, so its permit is held until its lease ends. */
    UNKNOWN
  }

  /** Feedback of a call that taught nothing but its end. */
  public static Feedback of(End end) {
    return new Feedback(end, null, null, null, Duration.ZERO, null);
  }

  /** Whether the server closed the account. */
  public boolean closes() {
    return end == End.THROTTLED || end == End.FORBIDDEN;
  }

  /** Whether other calls must know before anything else happens. */
  boolean isUrgent() {
    return closes() || (remaining != null && remaining <= 3);
  }
}
