package dev.ordem.tiny;

import dev.ordem.tiny.account.Access;
import dev.ordem.tiny.account.Accounts;
import dev.ordem.tiny.http.BodyRoom;
import dev.ordem.tiny.http.Exchange;
import dev.ordem.tiny.http.FailureClassifier;
import dev.ordem.tiny.http.Http;
import dev.ordem.tiny.http.RateHeaders;
import dev.ordem.tiny.http.RetryDecision;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Feedback.End;
import dev.ordem.tiny.quota.ForbiddenBackoff;
import dev.ordem.tiny.quota.Permit;
import dev.ordem.tiny.quota.Time;
import dev.ordem.tiny.quota.WaitReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request under one permit, if breaker and quota let it: never more than one. */
final class Sender {
  private static final Logger log = LoggerFactory.getLogger(Sender.class);
  private static final Duration NEXT_MOMENT = Duration.ofSeconds(1);

  private final Accounts accounts;
  private final Http http;
  private final RetryAndBreaker guard;
  private final ForbiddenBackoff refusals;
  private final Time time;
  private final MeterRegistry meters;

  Sender(Accounts accounts, Http http, RetryAndBreaker guard, Time time, MeterRegistry meters) {
    this.accounts = accounts;
    this.http = http;
    this.guard = guard;
    this.refusals = new ForbiddenBackoff(time);
    this.time = time;
    this.meters = meters;
  }

  <T> RequestOutcome<T> attempt(ApiCall<T> wanted, Access.Token token) throws InterruptedException {
    return attempt(wanted, token, false);
  }

  /**
   * The same.
   *
   * @param answered whether the account was just answered, so that a 429 is not about its quota
   */
  <T> RequestOutcome<T> attempt(ApiCall<T> wanted, Access.Token token, boolean answered)
      throws InterruptedException {
    AccountBreaker breaker = guard.of(wanted.account());
    if (!breaker.lets(wanted, time.nanos().getAsLong())) {
      return RequestOutcome.of(
          new RetryDecision.NotMade(
              time.clock().instant().plus(breaker.pause()), WaitReason.BREAKER));
    }
    boolean judged = false;
    try {
      Permit permit =
          accounts.permit(wanted.account(), wanted.endpoint(), wanted.priority().kind());
      if (permit instanceof Permit.Refused refused) {
        return RequestOutcome.of(new RetryDecision.NotMade(refused.until(), refused.reason()));
      }
      Under under = new Under((Permit.Granted) permit, answered);
      RequestOutcome<T> outcome = send(wanted, token, under, breaker);
      judged = !(outcome.verdict() instanceof RetryDecision.NotMade);
      return outcome;
    } finally {
      if (!judged) {
        breaker.forgo();
      }
    }
  }

  /** Whether another place is to be asked for before this one, to learn whether Tiny works. */
  boolean wantsAnotherProbe(ApiCall<?> wanted) {
    return guard.of(wanted.account()).wantsAnotherProbe(wanted);
  }

  /** Whether the last answer to this was that the quota is used. */
  boolean wasThrottled(ApiCall<?> wanted) {
    return guard.of(wanted.account()).wasThrottled(wanted);
  }

  /** Under what a request is sent. */
  private record Under(Permit.Granted permit, boolean answered) {}

  /** Whatever happens in here, the permit is given back. */
  private <T> RequestOutcome<T> send(
      ApiCall<T> wanted, Access.Token token, Under under, AccountBreaker breaker)
      throws InterruptedException {
    Permit.Granted permit = under.permit();
    Feedback feedback = Feedback.of(End.UNKNOWN);
    try (BodyRoom room = http.room()) {
      long start = time.nanos().getAsLong();
      Exchange exchange = send(wanted, token, permit, room);
      if (!(exchange instanceof Exchange.Lost)) {
        feedback = RateHeaders.feedback(End.OK, exchange.headers(), Duration.ZERO);
      }
      long end = time.nanos().getAsLong();
      if (exchange instanceof Exchange.Lost lost && lost.cause() instanceof Http.TooLate) {
        feedback = Feedback.of(End.FAILED);
        return RequestOutcome.of(
            new RetryDecision.NotMade(time.clock().instant().plus(NEXT_MOMENT), WaitReason.QUOTA));
      }
      Interval at = new Interval(permit.asked(), permit.answered(end));
      RequestOutcome<T> outcome = read(wanted, exchange).at(at);
      boolean placeAlone = under.answered() && outcome.verdict() instanceof RetryDecision.Throttled;
      feedback =
          placeAlone ? Feedback.of(End.OK) : feedback(wanted, exchange, outcome.verdict(), token);
      measure(wanted, outcome.verdict(), time.nanos().getAsLong() - start);
      breaker.judge(wanted, outcome.verdict(), start, time.nanos().getAsLong());
      return outcome;
    } finally {
      accounts.release(permit, feedback);
    }
  }

  private <T> Exchange send(
      ApiCall<T> wanted, Access.Token token, Permit.Granted permit, BodyRoom room)
      throws InterruptedException {
    return http.send(
        (api, journey) -> wanted.request().with(api, "Bearer " + token.value(), journey),
        () -> accounts.mayLeave(permit),
        room);
  }

  private static <T> RequestOutcome<T> read(ApiCall<T> wanted, Exchange exchange) {
    RetryDecision verdict = FailureClassifier.judge(wanted.asked(), exchange);
    if (!(verdict instanceof RetryDecision.Read body)) {
      return RequestOutcome.of(verdict);
    }
    try {
      return ResponseParser.read(wanted.asked(), wanted.reader(), body);
    } catch (RuntimeException | StackOverflowError e) { // of this answer, and of no other
      log.error("{} cannot be read, by a fault of Ordem", wanted.asked(), e);
      return RequestOutcome.of(
          new RetryDecision.Never(
              new TinyError(
                  TinyError.Cause.UNREADABLE,
                  wanted.asked() + ": cannot be read, by a fault of Ordem: " + e,
                  null,
                  200)));
    }
  }

  private Feedback feedback(
      ApiCall<?> wanted, Exchange exchange, RetryDecision verdict, Access.Token token) {
    if (wanted.isShortestList() && isFinal(verdict, token)) {
      return RateHeaders.feedback(
          End.FORBIDDEN, exchange.headers(), refusals.refused(wanted.account()));
    }
    if (verdict instanceof RetryDecision.Read || verdict instanceof RetryDecision.Missing) {
      refusals.answered(wanted.account());
    }
    return RateHeaders.feedback(exchange, verdict);
  }

  private static boolean isFinal(RetryDecision verdict, Access.Token token) {
    return verdict instanceof RetryDecision.Forbidden
        || (token.replaced() && verdict instanceof RetryDecision.Authorise);
  }

  private void measure(ApiCall<?> wanted, RetryDecision verdict, long nanos) {
    String outcome = verdict.label();
    meters
        .counter(
            "ordem.tiny.requests",
            "account",
            wanted.account(),
            "endpoint",
            wanted.endpoint(),
            "outcome",
            outcome)
        .increment();
    meters
        .timer("ordem.tiny.request", "endpoint", wanted.endpoint())
        .record(nanos, TimeUnit.NANOSECONDS);
  }
}
