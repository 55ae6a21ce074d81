package dev.ordem.detail.ledger.partition;

import dev.ordem.contract.AccountCertificate;
import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Event;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.detail.ledger.decision.Effect;
import dev.ordem.detail.ledger.store.Account;
import dev.ordem.detail.ledger.store.Run;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way from an effect to a topic. What a record leads to carries on its trace. */
final class TopicWriter {
  private static final Logger LOG = LoggerFactory.getLogger(TopicWriter.class);
  private static final String SERVICE = "detail-worker";
  private static final String TRACE = "traceparent";

  private final ProcessorContext<String, Object> context;
  private final LedgerMeters meters;
  private @Nullable Header trace;

  TopicWriter(ProcessorContext<String, Object> context, LedgerMeters meters) {
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

  /** What is known of a run here. */
  void progress(Run run, long suspects, Instant now) {
    RunProgress progress = run.progress(partition(), suspects, now);
    send(Topics.SYNC_RUN_PROGRESS, progress.key(), progress, now);
  }

  /** A run is no more. */
  void forgotten(UUID run, Instant now) {
    send(Topics.SYNC_RUN_PROGRESS, RunProgress.key(run, partition()), null, now);
  }

  /** What is held of an account here. */
  void certificate(Account account, Instant now) {
    AccountCertificate certificate = account.certificate(partition(), now);
    send(Topics.SYNC_RUN_PROGRESS, certificate.key(), certificate, now);
  }

  private int partition() {
    return context.taskId().partition();
  }

  /** A record that makes no sense. */
  void refused(Record<String, Event> record, String reason, Instant now) {
    byte[] value = null;
    if (record.value() instanceof DetailResult result) {
      value = Topics.OS_DETAIL_RESULTS.record(record.key(), result).value();
    } else if (record.value() instanceof HeaderEvent event) {
      value = Topics.OS_HEADERS.record(String.valueOf(record.key()), event).value();
    }
    LOG.warn("a record of {} goes to the DLQ: {}", record.key(), reason);
    bury(record.key(), DeadLetter.of(bytes(record.key()), value, SERVICE, reason, now), now);
  }

  /** An order that nothing can be decided about. */
  void refused(OrderKey order, String reason, Instant now) {
    String key = order.toString();
    bury(key, DeadLetter.of(bytes(key), null, SERVICE, reason, now), now);
  }

  private void giveUp(String key, Effect.GivenUp givenUp, Instant now) {
    String reason = givenUp.failure().cause() + ": " + givenUp.failure().message();
    DetailResult result = givenUp.result();
    if (result == null) {
      bury(key, DeadLetter.of(bytes(key), null, SERVICE, reason, now), now);
      return;
    }
    ProducerRecord<byte[], byte[]> answer = Topics.OS_DETAIL_RESULTS.record(key, result);
    ProducerRecord<byte[], byte[]> letter =
        DeadLetter.of(answer.key(), answer.value(), SERVICE, reason, now);
    answer.headers().forEach(letter.headers()::add);
    bury(key, letter, now);
  }

  private void bury(@Nullable String key, ProducerRecord<byte[], byte[]> letter, Instant now) {
    context.forward(
        new Record<>(key, letter.value(), now.toEpochMilli(), letter.headers()), Topics.DLQ.name());
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private void send(Topic<?> topic, String key, @Nullable Object value, Instant now) {
    Headers headers = new RecordHeaders();
    if (trace != null) {
      headers.add(trace);
    }
    context.forward(new Record<>(key, value, now.toEpochMilli(), headers), topic.name());
  }
}
