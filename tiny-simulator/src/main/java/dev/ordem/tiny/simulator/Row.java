package dev.ordem.tiny.simulator;

import org.jspecify.annotations.Nullable;

/** An order beside its customer, with its header as bytes once someone has asked for it. */
final class Row {
  final Order order;
  final Customer customer;
  private volatile byte @Nullable [] header;

  Row(Order order, Customer customer) {
    this.order = order;
    this.customer = customer;
  }

  /** Racing threads may both write the same bytes; that costs less than a lock. */
  byte[] header() {
    byte[] known = header;
    if (known == null) {
      known = OrderJson.header(this);
      header = known;
    }
    return known;
  }

  byte[] detail() {
    return OrderJson.detail(this);
  }
}
