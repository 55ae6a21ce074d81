package dev.ordem.tiny.http;

import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Feedback.End;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** Reads what an answer says of the quota. Absent or senseless headers say nothing. */
public final class RateHeaders {
  private static final Pattern FIRST_NUMBER = Pattern.compile("^\\s*([0-9]{1,9}(\\.[0-9]{1,3})?)");

  private RateHeaders() {}

  /** Of one exchange and what it was judged to be. */
  public static Feedback feedback(Exchange exchange, RetryDecision verdict) {
    if (exchange instanceof Exchange.Lost lost) {
      return Feedback.of(lost.timedOut() && lost.sent() ? End.UNKNOWN : End.FAILED);
    }
    End end = verdict instanceof RetryDecision.Throttled ? End.THROTTLED : End.OK;
    return feedback(end, exchange.headers(), Duration.ZERO);
  }

  public static Feedback feedback(End end, Headers headers, Duration closeFor) {
    Double limit = number(headers, "X-RateLimit-Limit");
    Double remaining = number(headers, "X-RateLimit-Remaining");
    Double reset = number(headers, "X-RateLimit-Reset");
    Double retryAfter =
        end == End.THROTTLED && reset == null ? number(headers, "Retry-After") : null;
    return new Feedback(
        end,
        limit == null ? null : (Integer) limit.intValue(),
        remaining == null ? null : (Integer) remaining.intValue(),
        reset == null ? retryAfter : reset,
        closeFor,
        headers.getInstant("Date"));
  }

  private static @Nullable Double number(Headers headers, String name) {
    String value = headers.get(name);
    if (value == null) {
      return null;
    }
    Matcher matcher = FIRST_NUMBER.matcher(value);
    return matcher.find() ? Double.valueOf(matcher.group(1)) : null;
  }
}
