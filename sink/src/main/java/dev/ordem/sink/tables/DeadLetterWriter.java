package dev.ordem.sink.tables;

import dev.ordem.contract.DeadLetter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where records go that cannot be read or stored. Used by one thread. */
final class DeadLetterWriter {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterWriter.class);

  /** Of a value that is too large together with the reason. */
  private static final int CUT = 100_000;

  private final Producer<byte[], byte[]> producer;
  private final Clock clock;
  private final List<Sent> sent = new ArrayList<>();

  DeadLetterWriter(Producer<byte[], byte[]> producer, Clock clock) {
    this.producer = producer;
    this.clock = clock;
  }

  void send(ConsumerRecord<byte[], byte[]> record, String reason) {
    LOG.warn(
        "{}-{} at {} goes to the dead letters: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        reason);
    send(DeadLetter.of(record, "sink", reason, clock.instant()));
  }

  void send(ProducerRecord<byte[], byte[]> letter) {
    sent.add(new Sent(letter, producer.send(letter)));
  }

  /**
   * Waits until the brokers have all of them.
   *
   * @throws KafkaException if they do not take one in time; it is to be sent again
   */
  void await() throws InterruptedException {
    try {
      for (Sent each : sent) {
        each.await(producer);
      }
    } catch (ExecutionException e) {
      throw new KafkaException("cannot write a dead letter: " + e.getMessage(), e);
    } finally {
      sent.clear();
    }
  }

  private record Sent(ProducerRecord<byte[], byte[]> letter, Future<?> answer) {
    /** A letter that is too large with its headers goes with the beginning of its value. */
    void await(Producer<byte[], byte[]> producer) throws InterruptedException, ExecutionException {
      try {
        answer.get();
      } catch (ExecutionException e) {
        byte[] value = letter.value();
        if (!(e.getCause() instanceof RecordTooLargeException) || value == null) {
          throw e;
        }
        LOG.warn(
            "a dead letter of {} bytes is too large; only its beginning is kept", value.length);
        byte[] beginning = Arrays.copyOf(value, Math.min(value.length, CUT));
        producer
            .send(
                new ProducerRecord<>(
                    letter.topic(), null, letter.key(), beginning, letter.headers()))
            .get();
      }
    }
  }
}
