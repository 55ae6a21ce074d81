package dev.ordem.tiny.order;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Optional;

/**
 * Reads orders that were received once and kept as they were, as leniently as when they came; what
 * cannot be understood in them was counted then. Thread safe.
 */
public final class StoredOrder {
  private static final OrderReader READER =
      new OrderReader(new SchemaDrift(new SimpleMeterRegistry()));
  private static final HeaderQuery ONE =
      new HeaderQuery(null, null, null, HeaderQuery.Order.ASC, 1, 0, Priority.DETAIL);

  private StoredOrder() {}

  /** An answer of the detail call; empty if it is none of that order. */
  public static Optional<OrderDetail> detail(JsonNode payload, long id) {
    try {
      return Optional.of(READER.detail(payload, id));
    } catch (UnreadableJsonException e) {
      return Optional.empty();
    }
  }

  /** An item of the list; empty if it is none. */
  public static Optional<OrderHeader> header(JsonNode item) {
    try {
      return READER.page(JsonNodeFactory.instance.arrayNode().add(item), ONE).headers().stream()
          .findFirst();
    } catch (UnreadableJsonException e) {
      return Optional.empty();
    }
  }
}
