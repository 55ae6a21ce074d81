package dev.ordem.contract;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * A topic and what it carries. Immutable and thread safe.
 *
 * @param <V> the event in its values
 * @param name as in Kafka
 * @param valueSerde reads and writes values, and writes the CloudEvents headers
 * @param single whether it has one partition; the others all have the same number, so that the
 *     records of one order meet in partitions of one number
 * @param config the topic-level settings that the pipeline relies on
 */
public record Topic<V>(
    String name, Serde<V> valueSerde, boolean single, Map<String, String> config) {

  /** Keys are text: an {@link OrderKey}, or what {@link Topics} says. */
  public Serde<String> keySerde() {
    return Serdes.String();
  }

  /** A record for a producer of bytes. A null value is a tombstone. */
  public ProducerRecord<byte[], byte[]> record(String key, @Nullable V value) {
    return record(null, key, value);
  }

  /** A record for one partition. A null value is a tombstone. */
  public ProducerRecord<byte[], byte[]> record(
      @Nullable Integer partition, String key, @Nullable V value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(name, partition, keySerde().serializer().serialize(name, key), null);
    byte[] bytes = valueSerde.serializer().serialize(name, record.headers(), value);
    return new ProducerRecord<>(name, partition, record.key(), bytes, record.headers());
  }

  /**
   * The key of a record of this topic.
   *
   * @throws SerializationException if there is none
   */
  public String key(ConsumerRecord<byte[], byte[]> record) {
    String key = keySerde().deserializer().deserialize(name, record.key());
    if (key == null) {
      throw new SerializationException(name + ": a record without a key");
    }
    return key;
  }

  /**
   * The value of a record of this topic; null for a tombstone.
   *
   * @throws SerializationException if it cannot be read; the message says why
   */
  public @Nullable V value(ConsumerRecord<byte[], byte[]> record) {
    return valueSerde.deserializer().deserialize(name, record.value());
  }
}
