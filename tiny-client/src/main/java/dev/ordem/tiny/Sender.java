package dev.ordem.tiny;

import dev.ordem.tiny.account.Access;
import dev.ordem.tiny.account.Accounts;
import dev.ordem.tiny.http.Exchange;
import dev.ordem.tiny.http.FailureClassifier;
import dev.ordem.tiny.http.Http;
import dev.ordem.tiny.http.RateHeaders;
import dev.ordem.tiny.http.RetryDecision;
import dev.ordem.tiny.quota.Feedback;
import dev.ordem.tiny.quota.Feedback.End;
import dev.ordem.tiny.quota.ForbiddenBackoff;
import dev.ordem.tiny.quota.Permit;
import dev.ordem.tiny.quota.Time;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Headers;

/** One request under one permit, if breaker and quota let it: never more than one. */
final class Sender {
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
    AccountBreaker breaker = guard.of(wanted.account());
    if (!breaker.lets(wanted, time.nanos().getAsLong())) {
      return RequestOutcome.of(
          new RetryDecision.NotMade(time.clock().instant().plus(breaker.pause()), "breaker"));
    }
    boolean judged = false;
    try {
      Permit permit =
          accounts.permit(wanted.account(), wanted.endpoint(), wanted.priority().kind());
      if (permit instanceof Permit.Refused refused) {
        return RequestOutcome.of(new RetryDecision.NotMade(refused.until(), refused.reason()));
      }
      Permit.Granted granted = (Permit.Granted) permit;
      long start = time.nanos().getAsLong();
      Exchange exchange = send(wanted, token, granted);
      long end = time.nanos().getAsLong();
      if (exchange instanceof Exchange.Lost lost && lost.cause() instanceof Http.TooLate) {
        accounts.release(granted, Feedback.of(End.FAILED));
        return RequestOutcome.of(
            new RetryDecision.NotMade(time.clock().instant().plus(NEXT_MOMENT), "quota"));
      }
      Interval at = new Interval(granted.asked(), granted.answered(end));
      RequestOutcome<T> outcome = read(wanted, exchange).at(at);
      accounts.release(granted, feedback(wanted.account(), exchange, outcome.verdict(), token));
      measure(wanted, outcome.verdict(), time.nanos().getAsLong() - start);
      judged = true;
      breaker.judge(wanted, outcome.verdict(), start, time.nanos().getAsLong());
      return outcome;
    } finally {
      if (!judged) {
        breaker.forgo();
      }
    }
  }

  private <T> Exchange send(ApiCall<T> wanted, Access.Token token, Permit.Granted granted)
      throws InterruptedException {
    boolean over = false;
    try {
      Exchange exchange =
          http.send(
              (api, journey) -> wanted.request().with(api, "Bearer " + token.value(), journey),
              () -> accounts.mayLeave(granted));
      over = true;
      return exchange;
    } finally {
      if (!over) {
        accounts.release(granted, Feedback.of(End.UNKNOWN));
      }
    }
  }

  private static <T> RequestOutcome<T> read(ApiCall<T> wanted, Exchange exchange) {
    RetryDecision verdict = FailureClassifier.judge(wanted.asked(), exchange);
    return verdict instanceof RetryDecision.Read body
        ? ResponseParser.read(wanted, body)
        : RequestOutcome.of(verdict);
  }

  private Feedback feedback(
      String account, Exchange exchange, RetryDecision verdict, Access.Token token) {
    if (exchange instanceof Exchange.Lost lost) {
      return Feedback.of(lost.timedOut() && lost.sent() ? End.UNKNOWN : End.FAILED);
    }
    End end = End.OK;
    Duration closeFor = Duration.ZERO;
    if (verdict instanceof RetryDecision.Throttled) {
      end = End.THROTTLED;
    } else if (verdict instanceof RetryDecision.Forbidden
        || (token.replaced() && verdict instanceof RetryDecision.Authorise)) {
      end = End.FORBIDDEN;
      closeFor = refusals.refused(account);
    } else if (verdict instanceof RetryDecision.Read || verdict instanceof RetryDecision.Missing) {
      refusals.answered(account);
    }
    return RateHeaders.feedback(end, headers(exchange), closeFor);
  }

  private static Headers headers(Exchange exchange) {
    if (exchange instanceof Exchange.Answered answered) {
      return answered.headers();
    }
    if (exchange instanceof Exchange.Oversized oversized) {
      return oversized.headers();
    }
    return exchange instanceof Exchange.BrokenOff broken ? broken.headers() : Headers.of();
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
