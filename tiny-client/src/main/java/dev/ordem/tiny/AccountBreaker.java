package dev.ordem.tiny;

import dev.ordem.tiny.http.RetryDecision;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The breaker of one account in one client, and what is at fault itself. Thread safe. */
final class AccountBreaker {
  /** How often one asks whether an open one lets a probe pass. */
  static final Duration LOOK = Duration.ofSeconds(10);

  private static final Duration NEXT_MOMENT = Duration.ofSeconds(1);

  private final CircuitBreaker breaker;
  private final FailingRequests failing = new FailingRequests();

  AccountBreaker(CircuitBreaker breaker) {
    this.breaker = breaker;
  }

  /** Whether a request may be made; then {@link #judge} or {@link #forgo} follows. */
  boolean lets(ApiCall<?> wanted, long nanos) {
    return (breaker.getState() == State.CLOSED || failing.mayProbe(wanted, nanos))
        && breaker.tryAcquirePermission();
  }

  /**
   * Whether the shortest list is to be asked for first: an order, or a place of a list, that is
   * known to fail may fail for ever, and would keep the breaker open although all else is served,
   * or half open where nothing else is wanted.
   */
  boolean wantsAnotherProbe(ApiCall<?> wanted) {
    return breaker.getState() != State.CLOSED && failing.knows(wanted);
  }

  /** Whether the last answer there was a 429. */
  boolean wasThrottled(ApiCall<?> wanted) {
    return failing.wasThrottled(wanted);
  }

  /** A request that was made from {@code start} to {@code end}, in nanos, came to this. */
  void judge(ApiCall<?> wanted, RetryDecision verdict, long start, long end) {
    failing.throttled(wanted, verdict instanceof RetryDecision.Throttled);
    if (!verdict.isOutage()) {
      failing.answered(wanted);
      breaker.onSuccess(end - start, TimeUnit.NANOSECONDS);
    } else if (failing.failed(wanted, end)) {
      breaker.onError(
          end - start, TimeUnit.NANOSECONDS, new IllegalStateException(verdict.label()));
    } else {
      breaker.releasePermission();
    }
  }

  /** The request was not made, or nothing is known of it. */
  void forgo() {
    breaker.releasePermission();
  }

  /** An open breaker lets nobody pass for this long; a half-open one decides within a moment. */
  Duration pause() {
    return breaker.getState() == State.OPEN ? LOOK : NEXT_MOMENT;
  }
}
