package dev.ordem.producer.reading;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.RecordLimits;
import dev.ordem.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes to {@code os-headers}, with one idempotent producer: what was written by one call is
 * acknowledged before it returns, so it stands before all that a later call writes. After a failure
 * that says more than <em>later</em> it goes on with a new producer. Thread safe.
 */
public final class HeaderWriter implements AutoCloseable {
  /** Why Kafka refuses a header. */
  public static final String TOO_LARGE =
      "its item of the list makes a record of more than "
          + RecordLimits.RECORD
          + " bytes; make it shorter in Tiny";

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final int partitions;
  private @Nullable Producer<byte[], byte[]> producer;

  /**
   * Does no I/O.
   *
   * @param producers makes idempotent producers
   * @param partitions of {@code os-headers}
   */
  public HeaderWriter(Supplier<Producer<byte[], byte[]>> producers, int partitions) {
    this.producers = producers;
    this.partitions = partitions;
  }

  int partitions() {
    return partitions;
  }

  /**
   * Writes records.
   *
   * @return those that Kafka refuses for their size; all others are written
   * @throws KafkaException if others are not known to be written, as after a neighbour's failure
   *     that took the producer with it; they are to be written again
   */
  public List<ProducerRecord<byte[], byte[]>> write(List<ProducerRecord<byte[], byte[]>> records)
      throws InterruptedException {
    Producer<byte[], byte[]> to = producer();
    List<ProducerRecord<byte[], byte[]>> refused = new ArrayList<>();
    try {
      List<Future<RecordMetadata>> sent = records.stream().map(to::send).toList();
      for (int i = 0; i < sent.size(); i++) {
        if (!acknowledged(sent.get(i))) {
          refused.add(records.get(i));
        }
      }
      return refused;
    } catch (InterruptException e) {
      throw new InterruptedException(e.getMessage());
    } catch (TimeoutException e) {
      throw e;
    } catch (KafkaException e) {
      replace(to);
      throw e;
    } catch (IllegalStateException e) { // which a producer throws that was closed meanwhile
      replace(to);
      throw new KafkaException("not known to be written: the producer was replaced meanwhile", e);
    }
  }

  /** Writes a marker to every partition. */
  public void mark(HeaderEvent.Marker marker) throws InterruptedException {
    mark(partition -> marker);
  }

  /** The same for who cannot be interrupted: it is a failure, and the thread stays interrupted. */
  public void markUninterrupted(HeaderEvent.Marker marker) {
    try {
      mark(marker);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  /** Writes a marker of its own to every partition. */
  void mark(IntFunction<? extends HeaderEvent.Marker> markers) throws InterruptedException {
    write(
        IntStream.range(0, partitions)
            .mapToObj(
                partition -> {
                  HeaderEvent.Marker marker = markers.apply(partition);
                  return Topics.OS_HEADERS.record(partition, marker.markerKey(), marker);
                })
            .toList());
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(PATIENCE);
      producer = null;
    }
  }

  private static boolean acknowledged(Future<RecordMetadata> sent) throws InterruptedException {
    try {
      sent.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordTooLargeException) {
        return false;
      }
      if (e.getCause() instanceof TimeoutException late) {
        throw new TimeoutException(late.getMessage(), late);
      }
      throw new KafkaException("not known to be written: " + e.getCause(), e.getCause());
    }
  }

  private synchronized Producer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = producers.get();
    }
    return producer;
  }

  private synchronized void replace(Producer<byte[], byte[]> broken) {
    if (producer == broken) {
      producer = null;
      broken.close(Duration.ZERO);
    }
  }
}
