package dev.ordem.detail.ledger;

import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Event;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** The way from an effect to a topic. What a record leads to carries on its trace. */
final class Outlet {
  private static final String TRACE = "traceparent";

  private final ProcessorContext<String, Object> context;
  private final LedgerMeters meters;
  private @Nullable Header trace;

  Outlet(ProcessorContext<String, Object> context, LedgerMeters meters) {
    this.context = context;
    this.meters = meters;
  }

  void during(Record<String, Event> record) {
    trace = record.headers().lastHeader(TRACE);
  }

  void duringPunctuation() {
    trace = null;
  }

  void tell(OrderKey order, Effect effect, Instant now) {
    String key = order.toString();
    if (effect instanceof Effect.Enriched enriched) {
      send(Topics.OS_ENRICHED, key, enriched.order(), now);
    } else if (effect instanceof Effect.Removed) {
      send(Topics.OS_ENRICHED, key, null, now);
    } else if (effect instanceof Effect.Changed changed) {
      meters.statusChanged(changed.change());
      send(Topics.OS_STATUS_CHANGES, key, changed.change(), now);
    } else if (effect instanceof Effect.Worked worked) {
      send(Topics.OS_SYNC_STATE, key, worked.state(), now);
    } else if (effect instanceof Effect.Requested requested) {
      send(Topics.OS_DETAIL_REQUESTS, key, requested.request(), now);
    } else if (effect instanceof Effect.GivenUp givenUp) {
      meters.parked(givenUp.failure().cause());
      giveUp(key, givenUp, now);
    }
  }

  void progress(RunProgress progress) {
    send(Topics.SYNC_RUN_PROGRESS, progress.key(), progress, progress.updatedAt());
  }

  /** A record that makes no sense. */
  void refused(Record<String, Event> record, String reason) {
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    byte[] value = null;
    if (record.value() instanceof DetailResult result) {
      value = Topics.OS_DETAIL_RESULTS.record(record.key(), result).value();
    } else if (record.value() instanceof HeaderEvent event) {
      value = Topics.OS_HEADERS.record(String.valueOf(record.key()), event).value();
    }
    byte[] key = record.key() == null ? null : record.key().getBytes(StandardCharsets.UTF_8);
    bury(record.key(), DeadLetter.of(key, value, UnreadableRecords.SERVICE, reason, now), now);
  }

  private void giveUp(String key, Effect.GivenUp givenUp, Instant now) {
    ProducerRecord<byte[], byte[]> result = Topics.OS_DETAIL_RESULTS.record(key, givenUp.result());
    String reason = givenUp.failure().cause() + ": " + givenUp.failure().message();
    ProducerRecord<byte[], byte[]> letter =
        DeadLetter.of(result.key(), result.value(), UnreadableRecords.SERVICE, reason, now);
    result.headers().forEach(letter.headers()::add);
    bury(key, letter, now);
  }

  private void bury(@Nullable String key, ProducerRecord<byte[], byte[]> letter, Instant now) {
    context.forward(
        new Record<>(key, letter.value(), now.toEpochMilli(), letter.headers()), Topics.DLQ.name());
  }

  private void send(Topic<?> topic, String key, @Nullable Object value, Instant now) {
    Headers headers = new RecordHeaders();
    if (trace != null) {
      headers.add(trace);
    }
    context.forward(new Record<>(key, value, now.toEpochMilli(), headers), topic.name());
  }
}
