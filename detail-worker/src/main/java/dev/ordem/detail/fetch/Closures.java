package dev.ordem.detail.fetch;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Lane;
import dev.ordem.tiny.quota.ForbiddenBackoff;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * For how long accounts are closed, as far as was heard. What people wait for is tried all the
 * same: a part of the quota may be kept for it. The waits are measured, whatever becomes of the
 * host's clock in the meantime. Thread safe.
 */
final class Closures {
  /** The ledger sends a little early, and Tiny's client waits up to a second for a permit. */
  private static final Duration EARLY = Duration.ofSeconds(1);

  private final LongSupplier nanos;
  private final Map<String, Closed> byAccount = new ConcurrentHashMap<>();

  /**
   * Does nothing yet.
   *
   * @param nanos measures waits, as {@link System#nanoTime}
   */
  Closures(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * A closed account.
   *
   * @param end in nanos
   */
  private record Closed(String reason, long end) {}

  void heard(DetailResult result) {
    if (result instanceof DetailResult.Deferred deferred) {
      Duration wait = Duration.between(deferred.endedAt(), deferred.until());
      // Whatever an answer says: it may have been reckoned before a clock was set.
      long most = Math.min(wait.toNanos(), ForbiddenBackoff.LONGEST.toNanos());
      Closed closed = new Closed(deferred.reason(), nanos.getAsLong() + most);
      byAccount.merge(
          result.account(), closed, (one, other) -> one.end() - other.end() > 0 ? one : other);
    } else {
      byAccount.remove(result.account());
    }
  }

  /** The answer without a call; empty: it is worth a call. */
  Optional<DetailResult> answer(DetailRequest request, Instant now) {
    Closed last = byAccount.get(request.account());
    long left = last == null ? 0 : last.end() - nanos.getAsLong();
    if (last == null || request.lane() == Lane.REFRESH || left <= EARLY.toNanos()) {
      return Optional.empty();
    }
    return Optional.of(new DetailResult.Deferred(request, now.plusNanos(left), last.reason(), now));
  }
}
