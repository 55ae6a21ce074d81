package dev.ordem.detail.ledger.decision;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What can be set about decisions.
 *
 * @param openMaxAge how old the detail of an order may grow whose status is not final
 * @param retries how long to wait before the second attempt, the third, …; then the order is parked
 * @param requestTimeout after this a request without an answer is taken for lost
 * @param windowMax most requests out for one account in one partition
 * @param auditEvery how long after another an order of an account is audited in one partition
 */
public record LedgerRules(
    Duration openMaxAge,
    List<Duration> retries,
    Duration requestTimeout,
    int windowMax,
    Duration auditEvery) {
  /** Fewest requests out for one account in one partition, however slow the answers. */
  public static final int WINDOW_MIN = 2;

  /** Audits of an account in a day, in all its partitions together. */
  static final int AUDITS_A_DAY = 50;

  public static final LedgerRules DEFAULT =
      new LedgerRules(
          Duration.ofHours(24),
          List.of(
              Duration.ofSeconds(30),
              Duration.ofMinutes(2),
              Duration.ofMinutes(8),
              Duration.ofMinutes(32),
              Duration.ofHours(2)),
          Duration.ofMinutes(15),
          128,
          auditEvery(6));

  /** How long after another an order is audited in one of so many partitions. */
  public static Duration auditEvery(int partitions) {
    return Duration.ofHours(24).multipliedBy(partitions).dividedBy(AUDITS_A_DAY);
  }

  public LedgerRules {
    retries = List.copyOf(retries);
  }

  /** How long to wait after this many failed attempts; empty: no longer. */
  Optional<Duration> delayAfter(int attempts) {
    return attempts <= retries.size() ? Optional.of(retries.get(attempts - 1)) : Optional.empty();
  }
}
