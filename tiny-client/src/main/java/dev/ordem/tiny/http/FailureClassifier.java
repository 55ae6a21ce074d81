package dev.ordem.tiny.http;

import dev.ordem.tiny.http.TinyError.Cause;
import dev.ordem.tiny.order.UnreadableJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides what a failure means. Everything Ordem sends is a read, so repeating
 * is always allowed; the rungs only ask whether it can help.
 */
public final class FailureClassifier {
  private static final int EXCERPT = 500;

  private FailureClassifier() {}

  /** Judges {@code exchange}, which answered to {@code asked} ("GET ordem-servico/7"). */
  public static RetryDecision judge(String asked, Exchange exchange) {
    if (exchange instanceof Exchange.Answered answered) {
      return status(asked, answered.status(), answered.body());
    }
    if (exchange instanceof Exchange.Oversized big) {
      return big.status() == 200
          ? tooLarge(asked, "a body of more than " + big.mostBytes() + " bytes")
          : status(asked, big.status(), new byte[0]);
    }
    if (exchange instanceof Exchange.BrokenOff broken) {
      return brokenOff(asked, broken);
    }
    return lost(asked, (Exchange.Lost) exchange);
  }

  /** A body with status 200 that takes more memory than there is for one. */
  public static RetryDecision tooLarge(String asked, String what) {
    return new RetryDecision.Never(error(asked, Cause.TOO_LARGE, what));
  }

  /** A body with status 200 that is no JSON: a proxy's page, or one that was cut. */
  public static RetryDecision notJson(String asked, byte[] body, String why) {
    return new RetryDecision.Now(
        new TinyError(
            Cause.NOT_JSON, asked + ": status 200, but no JSON: " + why, excerpt(body), 200));
  }

  /** Tiny's error body with status 200: it may be over at the next try, as a 500 may. */
  public static RetryDecision disguised(String asked, byte[] body) {
    return new RetryDecision.Now(refusal(asked, Cause.SERVER, 200, body));
  }

  /** JSON with status 200 that lacks what everything depends on. */
  public static RetryDecision unreadable(String asked, byte[] body, UnreadableJsonException why) {
    return new RetryDecision.Never(
        new TinyError(Cause.UNREADABLE, asked + ": " + why.getMessage(), excerpt(body), 200));
  }

  private static RetryDecision status(String asked, int status, byte[] body) {
    return switch (status) {
      case 200 -> new RetryDecision.Read(body);
      case 401 -> new RetryDecision.Authorise(refusal(asked, Cause.REFUSED, status, body));
      case 402, 403 -> new RetryDecision.Forbidden(refusal(asked, Cause.REFUSED, status, body));
      case 404 -> new RetryDecision.Missing(refusal(asked, Cause.REFUSED, status, body).message());
      case 408, 409, 425 -> new RetryDecision.Now(refusal(asked, Cause.REFUSED, status, body));
      case 429 -> new RetryDecision.Throttled();
      default -> otherStatus(asked, status, body);
    };
  }

  private static RetryDecision otherStatus(String asked, int status, byte[] body) {
    if (status >= 500) {
      return new RetryDecision.Now(refusal(asked, Cause.SERVER, status, body));
    }
    if (status >= 400) {
      return new RetryDecision.Never(refusal(asked, Cause.REFUSED, status, body));
    }
    return new RetryDecision.Later(refusal(asked, Cause.UNEXPECTED_STATUS, status, body));
  }

  private static RetryDecision brokenOff(String asked, Exchange.BrokenOff broken) {
    if (broken.status() != 200) {
      return status(asked, broken.status(), new byte[0]);
    }
    String what = "the body broke off: " + reason(broken.cause());
    return broken.timedOut()
        ? new RetryDecision.Later(error(asked, Cause.TIMEOUT, what + ", see TINY_CALL_TIMEOUT"))
        : new RetryDecision.Now(error(asked, Cause.CONNECTION_LOST, what));
  }

  private static RetryDecision lost(String asked, Exchange.Lost lost) {
    String why = reason(lost.cause());
    if (lost.timedOut()) {
      return new RetryDecision.Later(
          error(asked, Cause.TIMEOUT, "no answer in time (" + why + "), see TINY_CALL_TIMEOUT"));
    }
    if (lost.sent()) {
      return new RetryDecision.Now(error(asked, Cause.CONNECTION_LOST, "no answer: " + why));
    }
    TinyError error = error(asked, Cause.NOT_SENT, "no connection: " + why + ", see TINY_API_URL");
    boolean certificate = lost.cause() instanceof SSLException;
    return certificate ? new RetryDecision.Later(error) : new RetryDecision.Now(error);
  }

  private static TinyError error(String asked, Cause cause, String what) {
    return new TinyError(cause, asked + ": " + what, null, null);
  }

  private static TinyError refusal(String asked, Cause cause, int status, byte[] body) {
    String said = excerpt(body);
    String message = asked + ": status " + status + (said == null ? "" : ", " + said);
    return new TinyError(cause, message, said, status);
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + " " + e.getMessage();
  }

  /** The beginning of a body, as text; null where there is none. */
  static @Nullable String excerpt(byte[] body) {
    String text =
        new String(body, 0, Math.min(body.length, 4 * EXCERPT), StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      return null;
    }
    return text.length() <= EXCERPT ? text : text.substring(0, EXCERPT) + "…";
  }
}
