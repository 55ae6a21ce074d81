package dev.ordem.contract.group;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A member of a consumer group that would rather end than be silent; see the package. Used by one
 * thread, as any consumer.
 */
public class GroupConsumer extends KafkaConsumer<byte[], byte[]> {
  private final ClockWatch watch;
  private final int steps;
  private final Object waking = new Object();
  private boolean polling;

  /**
   * @param config as for any consumer, without deserializers
   * @param watch that a loop has look at the clock
   */
  public GroupConsumer(Map<String, Object> config, ClockWatch watch) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.watch = watch;
    this.steps = watch.steps();
  }

  /**
   * As any consumer's.
   *
   * @throws ClockSetBackException if the host's clock was set back since it was made: then what a
   *     poll brought is for the next consumer to read
   */
  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    watch.begins(this);
    try {
      setPolling(true);
      endIfSetBack();
      ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
      setPolling(false);
      endIfSetBack();
      return records;
    } catch (WakeupException e) {
      endIfSetBack();
      throw e;
    } finally {
      setPolling(false);
      watch.ends(this);
    }
  }

  private void setPolling(boolean now) {
    synchronized (waking) {
      polling = now;
    }
  }

  private void endIfSetBack() {
    if (watch.steps() != steps) {
      throw new ClockSetBackException();
    }
  }

  /** Called by the watch. Nothing but a poll may be woken: who commits could not deal with that. */
  void clockWasSetBack() {
    synchronized (waking) {
      if (polling) {
        wakeup();
      }
    }
  }
}
