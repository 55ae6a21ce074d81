package dev.ordem.detail.ledger;

import dev.ordem.contract.group.ClockWatch;
import dev.ordem.contract.group.GroupConsumer;
import dev.ordem.contract.group.ReplacedClient;
import dev.ordem.detail.ledger.partition.Activity;
import dev.ordem.detail.ledger.partition.DeletedRecords;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Waits longer for records while nothing is to be done. Kafka Streams returns from each poll to
 * look whether a transaction or a moment is due, ten times a second, all night long.
 *
 * <p>A record ends a poll at once, however long it may take. For seconds after the last record,
 * while orders or markers wait, and while a partition is restored and therefore paused, polls take
 * what Streams says: what was decided is committed as soon as before.
 */
final class RestingConsumer extends GroupConsumer {
  private static final Duration REST = Duration.ofSeconds(1);

  private final Activity activity;
  private final OffsetGaps gaps;

  RestingConsumer(
      Map<String, Object> config, Activity activity, DeletedRecords deleted, ClockWatch watch) {
    super(config, watch);
    this.activity = activity;
    this.gaps = new OffsetGaps(deleted);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> polled = super.poll(longest(timeout));
    gaps.look(this, polled);
    return polled;
  }

  Duration longest(Duration usual) {
    boolean mayRest =
        !usual.isZero() && usual.compareTo(REST) < 0 && !activity.isRecent() && paused().isEmpty();
    return mayRest ? REST : usual;
  }

  /**
   * Kafka Streams' clients: those that read what the ledger hears, and write what it says, are
   * ours.
   */
  record Supplier(Activity activity, DeletedRecords deleted, ClockWatch watch)
      implements KafkaClientSupplier {
    @Override
    public Admin getAdmin(Map<String, Object> config) {
      return ReplacedClient.admin(() -> Admin.create(config), watch);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
      return new MigratingProducer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
      return new RestingConsumer(config, activity, deleted, watch);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
      return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
      return getRestoreConsumer(config);
    }
  }
}
