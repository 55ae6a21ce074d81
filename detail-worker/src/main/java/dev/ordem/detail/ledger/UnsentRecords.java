package dev.ordem.detail.ledger;

import dev.ordem.contract.DeadLetter;
import dev.ordem.detail.ledger.store.SizeLimits;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which record could not be sent. What cannot be written as bytes goes to the DLQ; what a
 * broker refuses ends the thread, as nothing of a transaction can be left out: that it does not
 * come to that is what {@link SizeLimits} is for.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/HwviEQ">KIP-1034</a>
 */
public final class UnsentRecords implements ProductionExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(UnsentRecords.class);

  /** For Kafka Streams, which makes it by its name. */
  public UnsentRecords() {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception cause) {
    LOG.error(
        "a record for {} of {} bytes, from {}-{}@{}, cannot be sent",
        record.topic(),
        record.value() == null ? 0 : record.value().length,
        context.topic(),
        context.partition(),
        context.offset(),
        cause);
    return Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes") // as Kafka Streams declares it
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception cause,
      SerializationExceptionOrigin origin) {
    LOG.error("a record for {} cannot be written; it goes to the DLQ", record.topic(), cause);
    String reason = "cannot be written to " + record.topic() + ": " + cause.getMessage();
    return Response.resume(
        List.of(
            DeadLetter.of(
                context.sourceRawKey(),
                context.sourceRawValue(),
                LedgerSettings.SERVICE,
                reason,
                Clock.systemUTC().instant())));
  }

  @Override
  public void configure(Map<String, ?> configs) {}
}
