package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.decision.LedgerRules;
import dev.ordem.detail.ledger.order.Listing;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.order.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws, now and then, one of the orders of an account that a list showed unchanged, to measure
 * what lists do not show. Each sighting since the last draw is as likely as any other. Not thread
 * safe.
 */
final class Auditor {
  private final LedgerRules rules;
  private final PartitionAccounts accounts;
  private final RandomGenerator random;
  private final Map<String, Reservoir> reservoirs = new HashMap<>();

  Auditor(LedgerRules rules, PartitionAccounts accounts, RandomGenerator random) {
    this.rules = rules;
    this.accounts = accounts;
    this.random = random;
  }

  /** A list showed an order. */
  void saw(OrderKey key, Standing before, Standing after) {
    Listing one = before.listing();
    Listing other = after.listing();
    boolean unchanged =
        one != null
            && other != null
            && one.digest() == other.digest()
            && after.read() != null
            && after.task() instanceof Task.Settled;
    if (unchanged) {
      reservoirs.computeIfAbsent(key.account(), name -> new Reservoir()).offer(key, random);
    }
  }

  /** Orders whose detail is to be read. */
  List<OrderKey> due(Instant now) {
    List<OrderKey> drawn = new ArrayList<>();
    for (String name : accounts.names()) {
      Instant next = accounts.account(name).auditAt();
      if (next == null) {
        accounts.auditAt(name, now.plus(rules.auditEvery()));
      } else if (!next.isAfter(now)) {
        Reservoir reservoir = reservoirs.remove(name);
        if (reservoir != null && reservoir.kept != null) {
          drawn.add(reservoir.kept);
          accounts.auditAt(name, now.plus(rules.auditEvery()));
        }
      }
    }
    return drawn;
  }

  /** One of those offered. */
  private static final class Reservoir {
    private long offered;
    private @Nullable OrderKey kept;

    void offer(OrderKey key, RandomGenerator random) {
      if (random.nextLong(++offered) == 0) {
        kept = key;
      }
    }
  }
}
