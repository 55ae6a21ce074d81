package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.RecordLimits;
import dev.ordem.contract.Topics;
import dev.ordem.producer.reading.HeaderWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real broker takes a record up to the limit, and one beyond it costs no other. */
class RecordSizeTest {
  private static final byte[] KEY = "loja:7".getBytes(StandardCharsets.UTF_8);

  @TempDir Path directory;

  @Test
  void aRecordIsWrittenUpToTheLimitAndRefusedBeyondItForItselfAlone() throws Exception {
    try (TestBroker broker = new TestBroker(directory);
        KafkaClients kafka = broker.kafka();
        HeaderWriter writer = new HeaderWriter(kafka::producer, TestBroker.PARTITIONS)) {
      ProducerRecord<byte[], byte[]> below = record(RecordLimits.RECORD - 1);
      ProducerRecord<byte[], byte[]> at = record(RecordLimits.RECORD);
      ProducerRecord<byte[], byte[]> beyond = record(RecordLimits.RECORD + 1);

      assertThat(writer.write(List.of(beyond, below, at, beyond))).containsExactly(beyond, beyond);
    }
  }

  /** Of noise, which cannot be compressed. */
  private static ProducerRecord<byte[], byte[]> record(int size) {
    int beside = sizeOf(new byte[size - 1_000]) - (size - 1_000);
    byte[] value = new byte[size - beside];
    assertThat(sizeOf(value)).isEqualTo(size);
    new Random(1).nextBytes(value);
    return new ProducerRecord<>(Topics.OS_HEADERS.name(), KEY, value);
  }

  /** As the producer reckons. */
  private static int sizeOf(byte[] value) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE, CompressionType.ZSTD, KEY, value, Record.EMPTY_HEADERS);
  }
}
