package dev.ordem.tiny;

import dev.ordem.tiny.http.RetryDecision;
import org.jspecify.annotations.Nullable;

/**
 * How one request ended.
 *
 * @param value there where the verdict is {@link RetryDecision.Read}
 * @param at when; null where there was no request
 */
record RequestOutcome<T>(RetryDecision verdict, @Nullable T value, @Nullable Interval at) {
  static <T> RequestOutcome<T> of(RetryDecision verdict) {
    return new RequestOutcome<>(verdict, null, null);
  }

  RequestOutcome<T> at(Interval interval) {
    return new RequestOutcome<>(verdict, value, interval);
  }
}
