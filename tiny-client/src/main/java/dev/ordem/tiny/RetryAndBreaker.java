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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retry of one client and its breakers, one for each account, and what there is to tell of those.
 * Thread safe.
 */
final class RetryAndBreaker {
  private static final Logger log = LoggerFactory.getLogger(RetryAndBreaker.class);
  private static final int ATTEMPTS = 3;

  /** In all, with the looks and what leaves the probing to others, less than two minutes. */
  private static final Duration LONGEST_REST = Duration.ofSeconds(90);

  private final String name;
  private final CircuitBreakerRegistry breakers;
  private final Map<String, AccountBreaker> accounts = new ConcurrentHashMap<>();
  private final Retry retry;
  private final Clock clock;

  /** When those opened that were closed before, by account. Changed by {@link #moved} alone. */
  private final Map<String, Instant> openSince = new ConcurrentSkipListMap<>();

  /**
   * Does nothing yet.
   *
   * @param name of the client in metrics: one of its own for each client of a process
   * @param clock by which breakers wait: one that is never set
   */
  RetryAndBreaker(String name, TinyClient.Backoff pace, Clock clock) {
    this.name = name;
    this.clock = clock;
    this.breakers = CircuitBreakerRegistry.of(breaking(pace.breaker(), clock));
    this.retry = Retry.of(name, retrying(pace.retry()));
  }

  String name() {
    return name;
  }

  Retry retry() {
    return retry;
  }

  /** The account's own: what another one meets does not open it. */
  AccountBreaker of(String account) {
    return accounts.computeIfAbsent(account, this::breaker);
  }

  private AccountBreaker breaker(String account) {
    CircuitBreaker breaker = breakers.circuitBreaker(name + "/" + account);
    breaker
        .getEventPublisher()
        .onStateTransition(event -> moved(account, event.getStateTransition().getToState()));
    return new AccountBreaker(breaker);
  }

  /** Exports the breakers, each as soon as its account is called for. */
  void bindTo(MeterRegistry meters) {
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
  }

  /** What the breakers keep from Tiny, in words; null: nothing. */
  @Nullable String trouble() {
    String all =
        openSince.entrySet().stream()
            .map(open -> trouble(open.getKey(), open.getValue()))
            .collect(Collectors.joining("; "));
    return all.isEmpty() ? null : all;
  }

  private String trouble(String account, Instant since) {
    String next =
        breakers.circuitBreaker(name + "/" + account).getState() == State.OPEN
            ? "calls wait, and one asks again within two minutes of the last that failed"
            : "Tiny is being asked again";
    return "account %s: open since %s, as Tiny or the way to it is out of order (TINY_API_URL); %s"
        .formatted(account, since.truncatedTo(ChronoUnit.SECONDS), next);
  }

  /** Half open is as good as open: whether Tiny works again is not known before it is closed. */
  private void moved(String account, State to) {
    if (to == State.CLOSED) {
      openSince.remove(account);
      log.info("Breaker {}/{}: Tiny works again", name, account);
    } else if (to == State.OPEN && openSince.putIfAbsent(account, clock.instant()) == null) {
      log.warn(
          "Breaker {}/{}: half of the last calls found no working Tiny; it is asked now and then",
          name,
          account);
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
  private static CircuitBreakerConfig breaking(Duration firstWait, Clock clock) {
    return CircuitBreakerConfig.custom()
        .clock(clock)
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(20)
        .minimumNumberOfCalls(10)
        .failureRateThreshold(50)
        .permittedNumberOfCallsInHalfOpenState(2)
        .waitIntervalFunctionInOpenState(
            IntervalFunction.ofExponentialBackoff(firstWait.toMillis(), 2, LONGEST_REST.toMillis()))
        .build();
  }
}
