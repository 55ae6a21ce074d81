package dev.ordem.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;

/** An event about one order; its record's key is the order's {@link OrderKey}. */
public sealed interface OrderEvent extends Event
    permits HeaderEvent.OfOrder, DetailRequest, EnrichedOrder, StatusChange, SyncState {

  /** Tiny's {@code id} of the service order. */
  long osId();

  /** The order that this is about. */
  @JsonIgnore
  default OrderKey key() {
    return new OrderKey(account(), osId());
  }

  @Override
  @JsonIgnore
  default String subject() {
    return Long.toString(osId());
  }
}
