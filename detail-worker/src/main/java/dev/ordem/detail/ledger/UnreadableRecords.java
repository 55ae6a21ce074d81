package dev.ordem.detail.ledger;

import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.NewerSchemaException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a record that cannot be read where people look, within the transaction that skips it, and
 * goes on.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/HwviEQ">KIP-1034</a>
 */
public final class UnreadableRecords implements DeserializationExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(UnreadableRecords.class);

  /** For Kafka Streams, which makes it by its name. */
  public UnreadableRecords() {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception cause) {
    if (cause instanceof NewerSchemaException) {
      LOG.error(
          "{}-{}@{}: {}", record.topic(), record.partition(), record.offset(), cause.getMessage());
      return Response.fail();
    }
    String reason = String.valueOf(cause.getMessage());
    LOG.warn(
        "{}-{}@{} goes to the DLQ: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        reason);
    return Response.resume(
        List.of(
            DeadLetter.of(record, LedgerSettings.SERVICE, reason, Clock.systemUTC().instant())));
  }

  @Override
  public void configure(Map<String, ?> configs) {}
}
