package dev.ordem.tiny;

import dev.ordem.tiny.http.RetryDecision;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Retry and breaker of one client, and what there is to tell of the breaker. Thread safe. */
final class RetryAndBreaker {
  private static final Logger log = LoggerFactory.getLogger(RetryAndBreaker.class);
  private static final int ATTEMPTS = 3;

  private final CircuitBreakerRegistry breakers;
  private final CircuitBreaker breaker;
  private final Retry retry;
  private final Clock clock;

  /** When it opened that was closed before; null: closed. Changed by {@link #moved} alone. */
  private volatile @Nullable Instant openSince;

  /**
   * Does nothing yet.
   *
   * @param name of the breaker in metrics: one of its own for each client of a process
   */
  RetryAndBreaker(String name, TinyClient.Backoff pace, Clock clock) {
    this.clock = clock;
    this.breakers = CircuitBreakerRegistry.of(breaking(pace.breaker()));
    this.breaker = breakers.circuitBreaker(name);
    this.retry = Retry.of(name, retrying(pace.retry()));
    breaker
        .getEventPublisher()
        .onStateTransition(event -> moved(event.getStateTransition().getToState()));
  }

  Retry retry() {
    return retry;
  }

  CircuitBreaker breaker() {
    return breaker;
  }

  /** Exports the breaker, by its own name. */
  void bindTo(MeterRegistry meters) {
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
  }

  /** What the breaker keeps from Tiny, in words; null: nothing. */
  @Nullable String trouble() {
    Instant since = openSince;
    if (since == null) {
      return null;
    }
    String next =
        breaker.getState() == State.OPEN
            ? "calls wait, and one asks again within two minutes of the last that failed"
            : "Tiny is being asked again";
    return "open since %s, as Tiny or the way to it is out of order (TINY_API_URL); %s"
        .formatted(since.truncatedTo(ChronoUnit.SECONDS), next);
  }

  /** Half open is as good as open: whether Tiny works again is not known before it is closed. */
  private void moved(State to) {
    if (to == State.CLOSED) {
      openSince = null;
      log.info("Breaker {}: Tiny works again", breaker.getName());
    } else if (to == State.OPEN && openSince == null) {
      openSince = clock.instant();
      log.warn(
          "Breaker {}: half of the last calls found no working Tiny; it is asked now and then",
          breaker.getName());
    }
  }

  /** Half a second, a second, each give or take a half; only for what may heal at once. */
  private static RetryConfig retrying(Duration first) {
    return RetryConfig.<RetryDecision>custom()
        .maxAttempts(ATTEMPTS)
        .intervalFunction(
            IntervalFunction.ofExponentialRandomBackoff(first.toMillis(), 2, 0.5, 30_000))
        .retryOnResult(verdict -> verdict instanceof RetryDecision.Now)
        .build();
  }

  /** Opens when half of the last 20 calls found no working server; then asks it now and then. */
  private static CircuitBreakerConfig breaking(Duration firstWait) {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(20)
        .minimumNumberOfCalls(10)
        .failureRateThreshold(50)
        .permittedNumberOfCallsInHalfOpenState(2)
        .maxWaitDurationInHalfOpenState(Duration.ofMinutes(1))
        .waitIntervalFunctionInOpenState(
            IntervalFunction.ofExponentialBackoff(firstWait.toMillis(), 2, 120_000))
        .build();
  }
}
