package dev.ordem.producer.baseline;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes records to Kafka. */
@FunctionalInterface
public interface RecordWriter {
  /**
   * Returns when all are acknowledged.
   *
   * @return those that are too large
   * @throws org.apache.kafka.common.KafkaException if others are not known to be written
   */
  List<ProducerRecord<byte[], byte[]>> write(List<ProducerRecord<byte[], byte[]>> records)
      throws InterruptedException;
}
