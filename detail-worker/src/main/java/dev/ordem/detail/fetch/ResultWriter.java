package dev.ordem.detail.fetch;

import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Topics;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.runtime.Workers;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Writes answers; again where the brokers did not take one in time, and where the clock of the host
 * was set back meanwhile, as the producer is another one then. One that stands there twice is an
 * answer that nobody waits for any more. Thread safe.
 */
final class ResultWriter {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Producer<byte[], byte[]> producer;
  private final ClockWatch watch;
  private final Clock clock;

  ResultWriter(Producer<byte[], byte[]> producer, ClockWatch watch, Clock clock) {
    this.producer = producer;
    this.watch = watch;
    this.clock = clock;
  }

  /**
   * Sends an answer; {@code mark} is done when it is acknowledged.
   *
   * @param threads that send it once more, and fail if it cannot be sent
   */
  void write(DetailResult result, @Nullable Header trace, Progress.Mark mark, Workers threads) {
    ProducerRecord<byte[], byte[]> record = record(result, trace);
    int bytes = record.value().length;
    if (bytes > Answers.MOST_BYTES) {
      DetailResult refused = Answers.tooLarge(result.request(), bytes, clock.instant());
      record = record(refused, trace);
    }
    write(record, mark, threads);
  }

  private static ProducerRecord<byte[], byte[]> record(
      DetailResult result, @Nullable Header trace) {
    ProducerRecord<byte[], byte[]> record =
        Topics.OS_DETAIL_RESULTS.record(result.request().key().toString(), result);
    if (trace != null) {
      record.headers().add(trace);
    }
    return record;
  }

  /** Sends a record; {@code mark} is done when it is acknowledged. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told all that the future knows
  void write(ProducerRecord<byte[], byte[]> record, Progress.Mark mark, Workers threads) {
    int steps = watch.steps();
    Callback ended =
        (metadata, refused) -> {
          if (refused == null) {
            mark.done();
          } else if (watch.steps() != steps) {
            threads.execute(() -> write(record, mark, threads));
          } else if (refused instanceof RetriableException) {
            threads.execute(PAUSE, () -> write(record, mark, threads));
          } else {
            threads.fail(refused);
          }
        };
    try {
      producer.send(record, ended);
    } catch (KafkaException | IllegalStateException e) {
      ended.onCompletion(null, e);
    }
  }
}
