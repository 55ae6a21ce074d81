package dev.ordem.tiny;

import dev.ordem.tiny.account.Access;
import dev.ordem.tiny.account.Accounts;
import dev.ordem.tiny.http.RetryDecision;
import dev.ordem.tiny.http.TinyError;
import dev.ordem.tiny.quota.ForbiddenBackoff;
import dev.ordem.tiny.quota.Time;
import dev.ordem.tiny.quota.WaitReason;
import io.github.resilience4j.retry.Retry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call from wanting it to its answer: what may heal at once is sent again a few times, a refused
 * token is replaced once, and each request takes its own permit. If Tiny refuses one order or one
 * place of a list, the shortest list tells whether it refuses the account; it is asked for first
 * where the last answer was that the quota is used (429), which may be the place's alone, and where
 * the breaker is to learn whether Tiny works, but a place is known to fail.
 */
final class Calls {
  private static final Duration NEXT_WINDOW = Duration.ofSeconds(5);

  private final Accounts accounts;
  private final Sender sender;
  private final Retry retry;
  private final Time time;

  Calls(Accounts accounts, Sender sender, Retry retry, Time time) {
    this.accounts = accounts;
    this.sender = sender;
    this.retry = retry;
    this.time = time;
  }

  <T> Answer<T> make(ApiCall<T> wanted) throws InterruptedException {
    Retry.AsyncContext<RetryDecision> attempts = retry.asyncContext();
    Access access = accounts.access(wanted.account());
    @Nullable TinyError failure = null;
    while (access instanceof Access.Token token) {
      RequestOutcome<T> outcome = attempt(wanted, token);
      if (outcome.verdict() instanceof RetryDecision.Authorise && !token.replaced()) {
        access = accounts.replacement(wanted.account(), token);
        continue;
      }
      if (!(outcome.verdict() instanceof RetryDecision.Now now)) {
        return answer(outcome, failure);
      }
      failure = now.error();
      long wait = attempts.onResult(now);
      if (wait < 1 || (!wanted.patient() && now.mayBeThePages())) {
        return new Answer.Failed<>(now.error());
      }
      time.pause().sleep(Duration.ofMillis(wait));
      access = accounts.access(wanted.account());
    }
    Access.Refused refused = (Access.Refused) access;
    return new Answer.Later<>(refused.until(), refused.reason(), failure);
  }

  private <T> RequestOutcome<T> attempt(ApiCall<T> wanted, Access.Token token)
      throws InterruptedException {
    boolean throttled = sender.wasThrottled(wanted);
    if (throttled || sender.wantsAnotherProbe(wanted)) {
      RetryDecision list = sender.attempt(wanted.shortestList(), token).verdict();
      if (throttled && !(list instanceof RetryDecision.Read)) {
        return RequestOutcome.of(list);
      }
    }
    RequestOutcome<T> outcome = sender.attempt(wanted, token, throttled);
    if (throttled && outcome.verdict() instanceof RetryDecision.Throttled) {
      return RequestOutcome.of(new RetryDecision.Later(tooMany(wanted)));
    }
    TinyError refusal = outcome.verdict().refusal();
    return refusal == null || wanted.isShortestList()
        ? outcome
        : RequestOutcome.of(whoIsRefused(wanted, token, refusal));
  }

  private static TinyError tooMany(ApiCall<?> wanted) {
    String said = wanted.asked() + ": status 429, again, although the shortest list was answered";
    return new TinyError(TinyError.Cause.REFUSED, said, null, 429);
  }

  /**
   * An order, or a place of a list, that is refused is at fault itself, unless the same token gets
   * no list either.
   */
  private RetryDecision whoIsRefused(ApiCall<?> wanted, Access.Token token, TinyError refusal)
      throws InterruptedException {
    RetryDecision list = sender.attempt(wanted.shortestList(), token).verdict();
    boolean told =
        list.refusal() == null
            && !(list instanceof RetryDecision.NotMade)
            && !(list instanceof RetryDecision.Throttled);
    return told ? new RetryDecision.Later(refusal) : list;
  }

  private <T> Answer<T> answer(RequestOutcome<T> outcome, @Nullable TinyError failure) {
    RetryDecision verdict = outcome.verdict();
    T value = outcome.value();
    Interval at = outcome.at();
    if (value != null && at != null) {
      return new Answer.Ok<>(value, at);
    }
    if (verdict instanceof RetryDecision.Missing missing && at != null) {
      return new Answer.NotFound<>(missing.message(), at);
    }
    if (verdict instanceof RetryDecision.Never never) {
      return new Answer.Rejected<>(never.error());
    }
    if (verdict instanceof RetryDecision.Later later) {
      return new Answer.Failed<>(later.error());
    }
    return later(verdict, failure);
  }

  private <T> Answer<T> later(RetryDecision verdict, @Nullable TinyError failure) {
    Instant now = time.clock().instant();
    if (verdict instanceof RetryDecision.NotMade notMade) {
      return new Answer.Later<>(notMade.until(), notMade.reason(), failure);
    }
    if (verdict instanceof RetryDecision.Throttled) {
      return new Answer.Later<>(now.plus(NEXT_WINDOW), WaitReason.QUOTA, failure);
    }
    WaitReason reason =
        verdict instanceof RetryDecision.Authorise ? WaitReason.AUTHORISATION : WaitReason.ACCOUNT;
    return new Answer.Later<>(now.plus(ForbiddenBackoff.FIRST), reason, failure);
  }
}
