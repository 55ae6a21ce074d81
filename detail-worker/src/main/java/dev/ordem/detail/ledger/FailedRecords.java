package dev.ordem.detail.ledger;

import dev.ordem.contract.DeadLetter;
import dev.ordem.detail.ledger.partition.LedgerProcessor;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last net under {@link LedgerProcessor}, which puts aside by itself what it cannot decide on.
 * What stores and brokers say is not the record's fault: then the thread ends, and the record is
 * read again.
 *
 * @see <a href="https://cwiki.apache.org/confluence/x/MhzHEQ">KIP-1033</a>
 */
public final class FailedRecords implements ProcessingExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FailedRecords.class);

  /** For Kafka Streams, which makes it by its name. */
  public FailedRecords() {}

  @Override
  public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof KafkaException) {
        return Response.fail();
      }
    }
    LOG.error("{} goes to the DLQ", place(context), cause);
    byte[] value = context.sourceRawValue();
    if (value == null) {
      return Response.resume(); // a moment passed, and no record is to blame
    }
    String reason = place(context) + ": " + cause;
    return Response.resume(
        List.of(
            DeadLetter.of(
                context.sourceRawKey(),
                value,
                LedgerSettings.SERVICE,
                reason,
                Clock.systemUTC().instant())));
  }

  @Override
  public void configure(Map<String, ?> configs) {}

  private static String place(ErrorHandlerContext context) {
    return context.topic() + "-" + context.partition() + "@" + context.offset();
  }
}
