package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.OrderKey;
import dev.ordem.detail.ledger.decision.Demand;
import dev.ordem.detail.ledger.order.FetchReason;
import dev.ordem.detail.ledger.order.Standing;
import dev.ordem.detail.ledger.store.Claim;
import dev.ordem.detail.ledger.store.CountedStore;
import dev.ordem.detail.ledger.store.Run;
import dev.ordem.detail.ledger.store.StoreKeys;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Which run wants which order: each claim stands in two key spaces, among those of its run and
 * among those of its order. Not thread safe.
 */
final class PartitionClaims {
  /** So many claims of an order are followed up at once; the others in steps. */
  static final int AT_ONCE = 50;

  private final CountedStore<Claim> store;
  private final PartitionRuns runs;

  PartitionClaims(CountedStore<Claim> store, PartitionRuns runs) {
    this.store = store;
    this.runs = runs;
  }

  /** Whether the run holds a claim that no answer dealt with. */
  boolean held(UUID run, OrderKey order, Standing standing) {
    Claim claim = store.get(StoreKeys.byOrder(order, run));
    return claim != null && claim.round() >= standing.round();
  }

  void make(UUID run, OrderKey order, Standing standing, Instant now) {
    String byOrder = StoreKeys.byOrder(order, run);
    Claim before = store.get(byOrder);
    Claim claim = new Claim(standing.round(), standing.task().parked());
    store.put(byOrder, claim);
    store.put(StoreKeys.byRun(run, order), claim);
    runs.change(
        run,
        known -> {
          Run.ClaimCounts counts = known.claims();
          Run.ClaimCounts left = before == null ? counts : counts.settled(before.parked());
          return known.with(left.made(claim.parked()));
        },
        now);
  }

  /**
   * Who still wants the order: a run that is not cancelled and holds a claim on it, or others. An
   * order with very many claims is taken for wanted.
   */
  Demand demand(OrderKey order, Standing standing) {
    FetchReason want = standing.task().want();
    if (runs.live(want.runId())) {
      return Demand.by(want.runId());
    }
    List<KeyValue<String, Claim>> claims = page(order, null);
    for (KeyValue<String, Claim> each : claims) {
      UUID run = StoreKeys.runOfClaim(each.key);
      if (each.value.round() >= standing.round() && runs.live(run)) {
        return Demand.by(run);
      }
    }
    return new Demand(want.free() || claims.size() == AT_ONCE, null);
  }

  /**
   * The order was dealt with, parked or taken up: the runs count their claims anew.
   *
   * @param after the last claim that was followed up; null: none was
   * @return the last claim that was followed up now; null: no more are left
   */
  @Nullable String follow(OrderKey order, Standing standing, @Nullable String after, Instant now) {
    List<KeyValue<String, Claim>> claims = page(order, after);
    for (KeyValue<String, Claim> each : claims) {
      follow(order, standing, StoreKeys.runOfClaim(each.key), each.value, now);
    }
    return claims.size() < AT_ONCE ? null : claims.get(claims.size() - 1).key;
  }

  private void follow(OrderKey order, Standing standing, UUID run, Claim claim, Instant now) {
    boolean parked = standing.task().parked();
    if (claim.round() < standing.round()) {
      remove(run, order);
      runs.change(run, known -> known.with(known.claims().settled(claim.parked())), now);
    } else if (claim.parked() != parked) {
      store.put(StoreKeys.byOrder(order, run), new Claim(claim.round(), parked));
      runs.change(run, known -> known.with(known.claims().moved(parked)), now);
    }
  }

  /** Orders that a run claims, behind the last one. */
  List<OrderKey> of(UUID run, @Nullable OrderKey after, int most) {
    String prefix = StoreKeys.ofRun(run);
    String from = after == null ? prefix : StoreKeys.behind(StoreKeys.byRun(run, after));
    return store.page(from, StoreKeys.end(prefix), most, false).stream()
        .map(each -> StoreKeys.orderOfClaim(each.key))
        .toList();
  }

  void remove(UUID run, OrderKey order) {
    store.delete(StoreKeys.byOrder(order, run));
    store.delete(StoreKeys.byRun(run, order));
  }

  private List<KeyValue<String, Claim>> page(OrderKey order, @Nullable String after) {
    String prefix = StoreKeys.ofOrder(order);
    String from = after == null ? prefix : StoreKeys.behind(after);
    return store.page(from, StoreKeys.end(prefix), AT_ONCE, false);
  }
}
