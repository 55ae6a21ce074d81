package dev.ordem.tiny.http;

import dev.ordem.tiny.quota.WaitReason;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What to do about one exchange: one of a closed set. */
public sealed interface RetryDecision {
  /** The body is there to be read. */
  @SuppressWarnings("ArrayRecordComponent") // read once; never compared, never shared
  record Read(byte[] body) implements RetryDecision {}

  /** Tiny does not know that id. */
  record Missing(String message) implements RetryDecision {}

  /** Worth repeating at once, with a permit of its own. */
  record Now(TinyError error) implements RetryDecision {
    /** Whether a smaller page may be served although this one is not. */
    public boolean mayBeThePages() {
      return switch (error.cause()) {
        case SERVER, NOT_JSON, CONNECTION_LOST -> true;
        default -> false;
      };
    }
  }

  /** Not worth repeating at once, but later. */
  record Later(TinyError error) implements RetryDecision {}

  /** Not worth repeating. */
  record Never(TinyError error) implements RetryDecision {}

  /** The token is not accepted: renew it, once, and repeat. */
  record Authorise(TinyError error) implements RetryDecision {}

  /** Whoever asks may not do this: not before a while. */
  record Forbidden(TinyError error) implements RetryDecision {}

  /** The quota is used: the account is closed until its reset. */
  record Throttled() implements RetryDecision {}

  /** There was no request: breaker, quota or permit did not let it. */
  record NotMade(Instant until, WaitReason reason) implements RetryDecision {}

  /** Whether it tells that Tiny, or the way to it, is out of order. */
  default boolean isOutage() {
    TinyError error =
        this instanceof Now now ? now.error() : this instanceof Later later ? later.error() : null;
    return error != null && error.cause() != TinyError.Cause.REFUSED;
  }

  /** What Tiny said when it refused whoever asked, or what was asked for; null: it did not. */
  default @Nullable TinyError refusal() {
    return this instanceof Authorise token
        ? token.error()
        : this instanceof Forbidden account ? account.error() : null;
  }

  /** As the metrics call it. */
  default String label() {
    if (this instanceof Read) {
      return "ok";
    }
    if (this instanceof Missing) {
      return "not_found";
    }
    if (this instanceof Authorise) {
      return "unauthorised";
    }
    TinyError error =
        this instanceof Now now
            ? now.error()
            : this instanceof Later later
                ? later.error()
                : this instanceof Never never ? never.error() : null;
    String name = error == null ? getClass().getSimpleName() : error.cause().name();
    return name.toLowerCase(Locale.ROOT);
  }
}
