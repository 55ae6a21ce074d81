package dev.ordem.tiny;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;

/** The set-up of retry and breaker. */
final class Guard {
  private static final int ATTEMPTS = 3;

  private Guard() {}

  /** Half a second, a second, each give or take a half; only for what may heal at once. */
  static Retry retry(Duration first) {
    return Retry.of(
        "tiny",
        RetryConfig.<Verdict>custom()
            .maxAttempts(ATTEMPTS)
            .intervalFunction(
                IntervalFunction.ofExponentialRandomBackoff(first.toMillis(), 2, 0.5, 30_000))
            .retryOnResult(verdict -> verdict instanceof Verdict.Now)
            .build());
  }

  /** Opens when half of the last 20 calls found no working server; then asks it now and then. */
  static CircuitBreaker breaker(Duration firstWait) {
    return CircuitBreaker.of(
        "tiny",
        CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(20)
            .minimumNumberOfCalls(10)
            .failureRateThreshold(50)
            .permittedNumberOfCallsInHalfOpenState(2)
            .maxWaitDurationInHalfOpenState(Duration.ofMinutes(1))
            .waitIntervalFunctionInOpenState(
                IntervalFunction.ofExponentialBackoff(firstWait.toMillis(), 2, 120_000))
            .build());
  }
}
