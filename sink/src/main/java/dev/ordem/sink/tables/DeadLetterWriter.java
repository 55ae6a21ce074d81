package dev.ordem.sink.tables;

import dev.ordem.contract.DeadLetter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where records go that cannot be read or stored. Used by one thread. */
final class DeadLetterWriter {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterWriter.class);

  private final Producer<byte[], byte[]> producer;
  private final Clock clock;
  private final List<Letter> sent = new ArrayList<>();

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
    sent.add(new Letter(letter, producer.send(letter)));
  }

  /**
   * Waits until the brokers have all of them.
   *
   * @throws RetriableException if they did not take one in time; it is sent again, and may be
   *     waited for again
   * @throws KafkaException if they refuse one
   */
  void await() throws InterruptedException {
    List<Letter> letters = List.copyOf(sent);
    sent.clear();
    TimeoutException late = null;
    for (Letter letter : letters) {
      try {
        letter.ack().get();
      } catch (ExecutionException e) {
        String told = "cannot write a dead letter: " + e.getMessage();
        Throwable cause = e.getCause();
        if (cause instanceof ApiException && !(cause instanceof RetriableException)) {
          throw new KafkaException(told, e);
        }
        late = new TimeoutException(told, e);
        send(letter.record());
      }
    }
    if (late != null) {
      throw late;
    }
  }

  private record Letter(ProducerRecord<byte[], byte[]> record, Future<?> ack) {}
}
