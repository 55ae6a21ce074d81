package dev.ordem.contract;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A record that could not be read or written, on its way to {@link Topics#DLQ}. */
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
    record.headers().forEach(letter.headers()::add);
    put(letter.headers(), TOPIC, record.topic());
    put(letter.headers(), PARTITION, Integer.toString(record.partition()));
    put(letter.headers(), OFFSET, Long.toString(record.offset()));
    return letter;
  }

  /** Something that never was a record: an item of a page, say. */
  public static ProducerRecord<byte[], byte[]> of(
      byte @Nullable [] key, byte @Nullable [] value, String service, String reason, Instant now) {
    ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(Topics.DLQ.name(), key, value);
    put(letter.headers(), SERVICE, service);
    put(letter.headers(), REASON, reason);
    put(letter.headers(), TIME, now.toString());
    return letter;
  }

  private static void put(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
