package dev.ordem.detail.ledger.order;

import dev.ordem.contract.OrderKey;
import java.util.function.Supplier;

/**
 * All that is known of an order, as decisions take it.
 *
 * @param content asked for only where it matters, as it is large
 */
public record OrderEntry(OrderKey key, Standing standing, Supplier<Content> content) {
  static OrderEntry of(OrderKey key, Standing standing, Content content) {
    return new OrderEntry(key, standing, () -> content);
  }
}
