package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.DeadLetter;
import dev.ordem.detail.ledger.store.SizeLimits;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Dead letters that fit: a record that was near the limit has no room for what is said of it. */
public final class BoundedDeadLetters {
  static final String SERVICE = "detail-worker";

  private BoundedDeadLetters() {}

  public static ProducerRecord<byte[], byte[]> of(
      byte @Nullable [] key, byte @Nullable [] value, String reason, Instant now) {
    return DeadLetter.of(key, cut(value), SERVICE, reason(value, reason), now);
  }

  public static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> record, String reason, Instant now) {
    byte[] value = record.value();
    if (size(record) <= SizeLimits.LETTER) {
      return DeadLetter.of(record, SERVICE, reason(null, reason), now);
    }
    ConsumerRecord<byte[], byte[]> less =
        new ConsumerRecord<>(
            record.topic(), record.partition(), record.offset(), record.key(), cut(value));
    return DeadLetter.of(less, SERVICE, reason(value, reason), now);
  }

  private static long size(ConsumerRecord<byte[], byte[]> record) {
    long size = length(record.key()) + length(record.value());
    for (var header : record.headers()) {
      size += header.key().length() + length(header.value());
    }
    return size;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static byte @Nullable [] cut(byte @Nullable [] value) {
    return value == null || value.length <= SizeLimits.LETTER
        ? value
        : Arrays.copyOf(value, SizeLimits.CUT);
  }

  private static String reason(byte @Nullable [] value, String reason) {
    String clipped = SizeLimits.clipped(reason, SizeLimits.TEXT);
    return length(value) <= SizeLimits.LETTER
        ? clipped
        : clipped + " (the first " + SizeLimits.CUT + " of " + length(value) + " bytes)";
  }
}
