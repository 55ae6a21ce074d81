package dev.ordem.detail.ledger;

import dev.ordem.contract.OrderKey;
import java.util.function.Supplier;

/**
 * All that is known of an order, as decisions take it.
 *
 * @param content asked for only where it matters, as it is large
 */
record Entry(OrderKey key, Standing standing, Supplier<Content> content) {
  static Entry of(OrderKey key, Standing standing, Content content) {
    return new Entry(key, standing, () -> content);
  }
}
