package dev.ordem.detail.fetch;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Until when accounts are closed, as far as was heard. What people wait for is tried all the same:
 * a part of the quota may be kept for it. Thread safe.
 */
final class Closures {
  /** The ledger sends a little early, and Tiny's client waits up to a second for a permit. */
  private static final Duration EARLY = Duration.ofSeconds(1);

  private final Map<String, DetailResult.Deferred> byAccount = new ConcurrentHashMap<>();

  void heard(DetailResult result) {
    if (result instanceof DetailResult.Deferred deferred) {
      byAccount.merge(
          result.account(),
          deferred,
          (one, other) -> one.until().isAfter(other.until()) ? one : other);
    } else {
      byAccount.remove(result.account());
    }
  }

  /** The answer without a call; empty: it is worth a call. */
  Optional<DetailResult> answer(DetailRequest request, Instant now) {
    DetailResult.Deferred last = byAccount.get(request.account());
    if (last == null
        || request.lane() == Lane.REFRESH
        || !now.isBefore(last.until().minus(EARLY))) {
      return Optional.empty();
    }
    return Optional.of(new DetailResult.Deferred(request, last.until(), last.reason(), now));
  }
}
