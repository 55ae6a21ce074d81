package dev.ordem.detail.ledger.partition;

import static java.util.Objects.requireNonNull;

import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Event;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topics;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between Kafka Streams and a {@link Partition}. Streams calls {@link #init} again on the same
 * processor when a commit failed and the task goes on from the last one: the partition is made anew
 * then, so that nothing in memory is of what was not committed.
 */
public final class LedgerProcessor implements Processor<String, Event, String, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerProcessor.class);

  private final PartitionResources shared;
  private @Nullable ProcessorContext<String, Object> context;
  private @Nullable Partition partition;
  private @Nullable Rhythm rhythm;

  public LedgerProcessor(PartitionResources shared) {
    this.shared = shared;
  }

  @Override
  public void init(ProcessorContext<String, Object> streams) {
    context = streams;
    partition = new Partition(shared, streams, now());
    rhythm = new Rhythm(streams, this::tick, this::report, now());
  }

  @Override
  public void process(Record<String, Event> record) {
    Instant now = now();
    shared.activity().isNow();
    rhythm().busy(now);
    partition().writer().during(record);
    partition().begin();
    lookBehind(now);
    try {
      take(record, now);
    } catch (KafkaException e) {
      throw e; // of stores and brokers: the record is not to blame
    } catch (RuntimeException e) { // whatever it is, the other orders of the partition go on
      LOG.error("no decision on {}", record.value(), e);
      refuse(record, "no decision can be taken: " + e, now);
    }
  }

  @Override
  public void close() {
    ProcessorContext<String, Object> streams = context;
    if (streams != null) {
      shared.meters().forget(streams.taskId().partition());
    }
  }

  /** Whether records before this one were deleted unread. */
  private void lookBehind(Instant now) {
    Optional<RecordMetadata> where = context().recordMetadata();
    if (where.isPresent() && where.get().topic().equals(Topics.OS_HEADERS.name())) {
      long next = shared.deleted().before(where.get().partition(), where.get().offset());
      if (next >= 0) {
        partition().missed(next, now);
      }
    }
  }

  private void take(Record<String, Event> record, Instant now) {
    Event event = record.value();
    OrderKey key;
    try {
      key = keyOf(event);
    } catch (IllegalArgumentException e) {
      refuse(record, String.valueOf(e.getMessage()), now);
      return;
    }
    if (event instanceof HeaderEvent.Marker marker) {
      partition().mark(marker, now);
    } else if (key == null || !key.toString().equals(record.key())) {
      String reason = "the key " + record.key() + " is not that of the value";
      refuse(record, reason, now);
    } else if (event instanceof HeaderEvent.OfOrder ofOrder) {
      partition().hear(ofOrder, key, now);
    } else if (event instanceof DetailResult result) {
      partition().answered(result, key, now);
    }
  }

  /** To the DLQ; and the run that it belongs to, if there is one, misses it. */
  private void refuse(Record<String, Event> record, String reason, Instant now) {
    partition().writer().refused(record, reason, now);
    if (record.value() instanceof HeaderEvent.Seen seen) {
      UUID run = seen.runId();
      if (run != null) {
        partition().runs().refuse(run, seen.account(), seen.reading(), now);
      }
    } else if (record.value() instanceof HeaderEvent.OfRun marker) {
      partition().runs().refuse(marker.runId(), marker.account(), marker.reading(), now);
    }
  }

  /**
   * The order that it is about; null if it is about none.
   *
   * @throws IllegalArgumentException if its account or its id can be no part of a key
   */
  private static @Nullable OrderKey keyOf(@Nullable Event event) {
    if (event instanceof HeaderEvent.OfOrder header) {
      return header.key();
    }
    if (event instanceof HeaderEvent.Marker marker) {
      return new OrderKey(marker.account(), 1); // for its account only
    }
    return event instanceof DetailResult result ? result.request().key() : null;
  }

  private void tick() {
    partition().writer().duringPunctuation();
    Instant now = now();
    partition().tick(now);
    if (partition().isWorking()) {
      shared.activity().isNow();
    }
    if (partition().isWorking() || partition().isDueBy(now.plus(Rhythm.REST))) {
      rhythm().busy(now);
    } else {
      rhythm().idle(now);
    }
  }

  private void report() {
    partition().writer().duringPunctuation();
    partition().report(context().taskId().partition(), now());
  }

  private Instant now() {
    return shared.clock().instant();
  }

  private ProcessorContext<String, Object> context() {
    return requireNonNull(context, "not initialised");
  }

  private Rhythm rhythm() {
    return requireNonNull(rhythm, "not initialised");
  }

  private Partition partition() {
    return requireNonNull(partition, "not initialised");
  }
}
