package dev.ordem.contract.group;

import dev.ordem.contract.KafkaTimeouts;
import dev.ordem.contract.RecordLimits;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How every service writes to Kafka, but for the ledger, which writes in transactions: what is
 * acknowledged is on all replicas that are in sync, and whatever the client sends again stands
 * there once, and in order.
 */
public final class DurableProducer {
  private DurableProducer() {}

  /**
   * Makes one, in whose place another comes when the clock of the host was set back.
   *
   * @param kafka properties of every client
   * @param client its {@code client.id}
   * @throws org.apache.kafka.common.KafkaException if it cannot be made
   */
  public static Producer<byte[], byte[]> create(
      Map<String, Object> kafka, String client, ClockWatch watch) {
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(ProducerConfig.CLIENT_ID_CONFIG, client);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    config.putAll(KafkaTimeouts.producer());
    config.putAll(RecordLimits.ofProducer());
    return ReplacedClient.producer(
        () -> new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
        watch);
  }
}
