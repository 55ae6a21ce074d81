package dev.ordem.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be read or written, on its way to {@link Topics#DLQ}. It always fits: of
 * what is larger than {@link RecordLimits} allow, the beginning is kept.
 */
public final class DeadLetter {
  /** The service that gave up. */
  public static final String SERVICE = "dlq.service";

  /** Why, for people. */
  public static final String REASON = "dlq.reason";

  /** Where the record came from. */
  public static final String TOPIC = "dlq.topic";

  /** Partition of {@link #TOPIC}. */
  public static final String PARTITION = "dlq.partition";

  /** Offset in {@link #PARTITION}. */
  public static final String OFFSET = "dlq.offset";

  /** When it was given up. */
  public static final String TIME = "dlq.time";

  private DeadLetter() {}

  /** The record as it was, with the reason in headers beside its own. */
  public static ProducerRecord<byte[], byte[]> of(
      ConsumerRecord<byte[], byte[]> record, String service, String reason, Instant now) {
    ProducerRecord<byte[], byte[]> letter = of(record.key(), record.value(), service, reason, now);
    if (size(record.headers()) <= RecordLimits.BESIDE) {
      record.headers().forEach(letter.headers()::add);
    }
    put(letter.headers(), TOPIC, record.topic());
    put(letter.headers(), PARTITION, Integer.toString(record.partition()));
    put(letter.headers(), OFFSET, Long.toString(record.offset()));
    return letter;
  }

  /** Something that never was a record: an item of a page, say. */
  public static ProducerRecord<byte[], byte[]> of(
      byte @Nullable [] key, byte @Nullable [] value, String service, String reason, Instant now) {
    boolean large = value != null && value.length > RecordLimits.VALUE;
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(
            Topics.DLQ.name(),
            beginning(key, RecordLimits.BESIDE, RecordLimits.BESIDE),
            beginning(value, RecordLimits.VALUE, RecordLimits.CUT));
    String clipped = RecordLimits.clipped(reason, RecordLimits.ERROR_TEXT);
    put(letter.headers(), SERVICE, service);
    put(letter.headers(), REASON, large ? clipped + shown(value) : clipped);
    put(letter.headers(), TIME, now.toString());
    return letter;
  }

  private static byte @Nullable [] beginning(byte @Nullable [] bytes, int most, int cut) {
    return bytes == null || bytes.length <= most ? bytes : Arrays.copyOf(bytes, cut);
  }

  private static String shown(byte @Nullable [] value) {
    int length = value == null ? 0 : value.length;
    return " (the first " + RecordLimits.CUT + " of " + length + " bytes)";
  }

  private static long size(Headers headers) {
    long size = 0;
    for (Header header : headers) {
      byte[] value = header.value();
      size += header.key().length() + (value == null ? 0 : value.length);
    }
    return size;
  }

  private static void put(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
