package dev.ordem.contract.group;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A member of a consumer group that would rather end than be silent; see the package. Used by one
 * thread, as any consumer.
 */
public class GroupConsumer extends KafkaConsumer<byte[], byte[]> {
  private final HostClock clock;

  /**
   * @param config as for any consumer, without deserializers
   * @param clock not used by anybody else
   */
  public GroupConsumer(Map<String, Object> config, HostClock clock) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.clock = clock;
  }

  /**
   * As any consumer's.
   *
   * @throws ClockSetBackException if the host's clock was set back since the last poll
   */
  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    if (clock.wasSetBack()) {
      throw new ClockSetBackException();
    }
    return super.poll(timeout);
  }
}
