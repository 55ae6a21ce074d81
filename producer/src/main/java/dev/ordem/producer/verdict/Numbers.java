package dev.ordem.producer.verdict;

/**
 * What a side holds of an account in one partition: a certificate's numbers. Counts and XORs add up
 * and are taken out row by row, so both sides can leave out the same rows.
 *
 * @param orders how many
 * @param ordersXor XOR of their {@link dev.ordem.contract.Checksum#ofOrder}
 * @param changes how many
 * @param changesXor XOR of their {@link dev.ordem.contract.Checksum#ofChange}
 */
public record Numbers(long orders, long ordersXor, long changes, long changesXor) {
  static final Numbers NONE = new Numbers(0, 0, 0, 0);

  Numbers minus(Numbers other) {
    return new Numbers(
        orders - other.orders,
        ordersXor ^ other.ordersXor,
        changes - other.changes,
        changesXor ^ other.changesXor);
  }

  Numbers plus(Numbers other) {
    return new Numbers(
        orders + other.orders,
        ordersXor ^ other.ordersXor,
        changes + other.changes,
        changesXor ^ other.changesXor);
  }

  boolean countsAs(Numbers other) {
    return orders == other.orders && changes == other.changes;
  }

  /** The counts alone, which cost little. */
  Numbers counts() {
    return new Numbers(orders, 0, changes, 0);
  }
}
