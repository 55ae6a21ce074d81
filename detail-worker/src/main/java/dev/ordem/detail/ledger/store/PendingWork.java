package dev.ordem.detail.ledger.store;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import org.jspecify.annotations.Nullable;

/** Work that is done in steps, and how far it has come. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "of")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PendingWork.OfMarker.class, name = "marker"),
  @JsonSubTypes.Type(value = PendingWork.OfOrder.class, name = "order")
})
public sealed interface PendingWork {
  /**
   * A marker that is worked off.
   *
   * @param marker an {@link HeaderEvent.OfRun}
   * @param cursor key of the last order that was looked at; null: none was
   * @param first orders counted, or asked for, so far
   * @param second of those, the ones that a whole read did not show; or passed by, as they wait for
   *     a person
   */
  record OfMarker(HeaderEvent marker, @Nullable String cursor, long first, long second)
      implements PendingWork {
    public OfMarker at(@Nullable String next, long one, long other) {
      return new OfMarker(marker, next, one, other);
    }
  }

  /**
   * An order with more claims than can be followed up at once.
   *
   * @param cursor key of the last claim that was
   */
  record OfOrder(OrderKey order, String cursor) implements PendingWork {}
}
