package dev.ordem.producer.baseline;

import dev.ordem.contract.OrderKey;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/** Where Kafka's default partitioner puts the records of an order. */
public final class OrderPartitioner {
  private OrderPartitioner() {}

  /** The partition, of {@code count}. */
  public static int of(OrderKey key, int count) {
    byte[] bytes = key.toString().getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(bytes)) % count;
  }
}
