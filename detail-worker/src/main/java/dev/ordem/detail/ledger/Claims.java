package dev.ordem.detail.ledger;

import dev.ordem.contract.OrderKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Which run wants which order: each claim stands in two key spaces, among those of its run and
 * among those of its order. Not thread safe.
 */
final class Claims {
  /** So many claims of an order are followed up at once; the others in steps. */
  static final int AT_ONCE = 50;

  private final CountedStore<Claim> store;
  private final Runs runs;

  Claims(CountedStore<Claim> store, Runs runs) {
    this.store = store;
    this.runs = runs;
  }

  /** Whether the run holds a claim that no answer dealt with. */
  boolean held(UUID run, OrderKey order, Standing standing) {
    Claim claim = store.get(Keys.byOrder(order, run));
    return claim != null && claim.round() >= standing.round();
  }

  void make(UUID run, OrderKey order, Standing standing, Instant now) {
    String byOrder = Keys.byOrder(order, run);
    Claim before = store.get(byOrder);
    Claim claim = new Claim(standing.round(), standing.task().parked());
    store.put(byOrder, claim);
    store.put(Keys.byRun(run, order), claim);
    runs.change(
        run,
        known -> {
          Run.Claims counts = known.claims();
          Run.Claims left = before == null ? counts : counts.settled(before.parked());
          return known.with(left.made(claim.parked()));
        },
        now);
  }

  /**
   * Who still wants the order: a run that is not cancelled and holds a claim on it, or others. An
   * order with very many claims is taken for wanted.
   */
  Wanted wanted(OrderKey order, Standing standing) {
    Want want = standing.task().want();
    if (runs.live(want.runId())) {
      return Wanted.by(want.runId());
    }
    List<KeyValue<String, Claim>> claims = page(order, null);
    for (KeyValue<String, Claim> each : claims) {
      UUID run = Keys.runOfClaim(each.key);
      if (each.value.round() >= standing.round() && runs.live(run)) {
        return Wanted.by(run);
      }
    }
    return new Wanted(want.free() || claims.size() == AT_ONCE, null);
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
      follow(order, standing, Keys.runOfClaim(each.key), each.value, now);
    }
    return claims.size() < AT_ONCE ? null : claims.get(claims.size() - 1).key;
  }

  private void follow(OrderKey order, Standing standing, UUID run, Claim claim, Instant now) {
    boolean parked = standing.task().parked();
    if (claim.round() < standing.round()) {
      remove(run, order);
      runs.change(run, known -> known.with(known.claims().settled(claim.parked())), now);
    } else if (claim.parked() != parked) {
      store.put(Keys.byOrder(order, run), new Claim(claim.round(), parked));
      runs.change(run, known -> known.with(known.claims().moved(parked)), now);
    }
  }

  /** Orders that a run claims, behind the last one. */
  List<OrderKey> of(UUID run, @Nullable OrderKey after, int most) {
    String prefix = Keys.ofRun(run);
    String from = after == null ? prefix : Keys.behind(Keys.byRun(run, after));
    return store.page(from, Keys.end(prefix), most, false).stream()
        .map(each -> Keys.orderOfClaim(each.key))
        .toList();
  }

  void remove(UUID run, OrderKey order) {
    store.delete(Keys.byOrder(order, run));
    store.delete(Keys.byRun(run, order));
  }

  private List<KeyValue<String, Claim>> page(OrderKey order, @Nullable String after) {
    String prefix = Keys.ofOrder(order);
    String from = after == null ? prefix : Keys.behind(after);
    return store.page(from, Keys.end(prefix), AT_ONCE, false);
  }
}
