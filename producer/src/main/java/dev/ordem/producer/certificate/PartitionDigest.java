package dev.ordem.producer.certificate;

/**
 * What a side holds of an account in one partition: a certificate's numbers. Counts and XORs add up
 * and are taken out row by row, so both sides can leave out the same rows.
 *
 * @param orders how many
 * @param ordersXor XOR of their {@link dev.ordem.contract.Checksum#ofOrder}
 * @param changes how many
 * @param changesXor XOR of their {@link dev.ordem.contract.Checksum#ofChange}
 */
public record PartitionDigest(long orders, long ordersXor, long changes, long changesXor) {
  public static final PartitionDigest NONE = new PartitionDigest(0, 0, 0, 0);

  public PartitionDigest minus(PartitionDigest other) {
    return new PartitionDigest(
        orders - other.orders,
        ordersXor ^ other.ordersXor,
        changes - other.changes,
        changesXor ^ other.changesXor);
  }

  public PartitionDigest plus(PartitionDigest other) {
    return new PartitionDigest(
        orders + other.orders,
        ordersXor ^ other.ordersXor,
        changes + other.changes,
        changesXor ^ other.changesXor);
  }

  public boolean countsAs(PartitionDigest other) {
    return orders == other.orders && changes == other.changes;
  }
}
