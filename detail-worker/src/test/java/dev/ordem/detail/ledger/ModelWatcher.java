package dev.ordem.detail.ledger;

import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at orders beside all runs, and tells what is new, or missing where Postgres shows it. */
final class ModelWatcher {
  private final ModelClock clock;
  private final ModelTiny tiny;
  private final SimulatedLedger ledger;
  private final ModelPostgres postgres;
  private final ModelProducer producer;
  private final Map<OrderKey, Look> kept = new HashMap<>();

  private record Look(ModelTiny.State state, long asked, long answered) {}

  ModelWatcher(
      ModelClock clock,
      ModelTiny tiny,
      SimulatedLedger ledger,
      ModelPostgres postgres,
      ModelProducer producer) {
    this.clock = clock;
    this.tiny = tiny;
    this.ledger = ledger;
    this.postgres = postgres;
    this.producer = producer;
  }

  /**
   * Looks once.
   *
   * @param what a fourth of the looks shows nothing new, which is kept in mind; one looks at the
   *     list in which Postgres has the order
   */
  void look(OrderKey key, int what) {
    long asked = clock.next();
    ModelTiny.State state = tiny.at(key, asked);
    long answered = clock.next();
    if (what % 4 == 3) {
      missed(key, state, asked, answered);
    } else if (state != null && what % 4 == 2) {
      kept.put(key, new Look(state, asked, answered));
    } else if (state != null) {
      again(key, kept.remove(key));
      producer.write(
          new HeaderEvent.Seen(
              key.account(),
              null,
              Mode.INCREMENTAL,
              false,
              state.header(key.osId()),
              ModelClock.at(answered),
              ModelClock.at(asked),
              null),
          new ModelTiny.Shown(state, asked));
    }
  }

  /** The page of its status, or that of all orders, does not show it. */
  private void missed(OrderKey key, ModelTiny.@Nullable State state, long asked, long answered) {
    EnrichedOrder order = postgres.order(key);
    if (order == null || (state != null && state.situacao() == order.situacao())) {
      return;
    }
    again(key, kept.remove(key));
    Integer situacao = state == null && asked % 2 == 0 ? null : Integer.valueOf(order.situacao());
    ledger.header(
        new HeaderEvent.Unlisted(
            key.account(), key.osId(), situacao, ModelClock.at(asked), ModelClock.at(answered)),
        null);
  }

  private void again(OrderKey key, @Nullable Look last) {
    if (last != null) {
      ledger.header(
          new HeaderEvent.SeenAgain(
              key.account(),
              key.osId(),
              last.state.situacao(),
              ModelClock.at(last.asked),
              ModelClock.at(last.answered)),
          new ModelTiny.Shown(last.state, last.asked));
    }
  }
}
