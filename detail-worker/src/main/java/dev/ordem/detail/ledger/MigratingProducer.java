package dev.ordem.detail.ledger;

import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the brokers did not answer in time counts as refused: the thread gives its tasks up, gets
 * them anew, and reads their stores again from the changelogs.
 *
 * <p>Otherwise Kafka Streams calls the tasks corrupted and begins them again in their place. If the
 * transaction cannot be aborted then either, since no broker is there, the task still remembers how
 * far it had written its changelogs. When it is taken away before its stores are restored, that
 * goes into their checkpoint, and whoever opens them next takes empty stores for whole ones.
 */
final class MigratingProducer extends KafkaProducer<byte[], byte[]> {
  MigratingProducer(Map<String, Object> config) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
    return super.send(record, (metadata, e) -> callback.onCompletion(metadata, refused(e)));
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    try {
      super.sendOffsetsToTransaction(offsets, group);
    } catch (TimeoutException e) {
      throw unanswered(e);
    }
  }

  @Override
  public void commitTransaction() {
    try {
      super.commitTransaction();
    } catch (TimeoutException e) {
      throw unanswered(e);
    }
  }

  private static CommitFailedException unanswered(TimeoutException e) {
    CommitFailedException failed =
        new CommitFailedException("no broker answered: " + e.getMessage());
    failed.initCause(e);
    return failed;
  }

  private static Exception refused(Exception e) {
    return e instanceof RetriableException
        ? new ProducerFencedException("no broker answered: " + e.getMessage())
        : e;
  }
}
