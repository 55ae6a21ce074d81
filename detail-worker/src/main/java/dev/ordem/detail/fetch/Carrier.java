package dev.ordem.detail.fetch;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Topics;
import dev.ordem.runtime.Workers;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Carries out requests on a few threads, the most urgent lane first, and writes how each ended.
 * Thread safe.
 */
final class Carrier implements AutoCloseable {
  private final Call call;
  private final Producer<byte[], byte[]> producer;
  private final Clock clock;
  private final Closures closures = new Closures(System::nanoTime);
  private final AtomicLong turns = new AtomicLong();
  private final Queue<Job> jobs = new PriorityBlockingQueue<>();
  private final Workers threads;

  Carrier(
      Call call, Producer<byte[], byte[]> producer, int threads, Clock clock, Duration patience) {
    this.call = call;
    this.producer = producer;
    this.clock = clock;
    this.threads = new Workers("ordem-fetcher", threads, patience);
  }

  /** Reads one detail, {@code TinyClient.detail} but in tests. */
  @FunctionalInterface
  interface Call {
    Answer<OrderDetail> detail(String account, long osId, Priority priority)
        throws InterruptedException;
  }

  /** Takes a request; {@code mark} is done when its answer is acknowledged. */
  void carry(DetailRequest request, @Nullable Header trace, Progress.Mark mark) {
    jobs.add(new Job(request, trace, mark, turns.getAndIncrement()));
    threads.execute(this::mostUrgent);
  }

  /** Why answers cannot be given any more; empty while they can. */
  Optional<Throwable> failure() {
    return threads.failure();
  }

  /** Begins nothing more and waits a moment for what is under way. */
  @Override
  public void close() {
    jobs.clear();
    threads.close();
  }

  /** As often as there are jobs, one each time. */
  private void mostUrgent() throws InterruptedException {
    Job job = jobs.poll();
    if (job != null && job.mark.start()) {
      send(result(job.request, job.mark), job.trace, job.mark);
    }
  }

  private DetailResult result(DetailRequest request, Progress.Mark mark)
      throws InterruptedException {
    Instant now = clock.instant();
    Instant expiresAt = request.expiresAt();
    if (expiresAt != null && mark.isPast(expiresAt)) {
      return new DetailResult.Deferred(request, now, "expired", now);
    }
    Optional<DetailResult> known = closures.answer(request, now);
    if (known.isPresent()) {
      return known.get();
    }
    Answer<OrderDetail> answer =
        call.detail(request.account(), request.osId(), priority(request.lane()));
    DetailResult result = Answers.result(request, answer, clock.instant());
    closures.heard(result);
    return result;
  }

  private static Priority priority(Lane lane) {
    return switch (lane) {
      case REFRESH -> Priority.REFRESH;
      case HOT, RETRY -> Priority.DETAIL;
      case BACKFILL, AUDIT -> Priority.BACKLOG;
    };
  }

  private void send(DetailResult result, @Nullable Header trace, Progress.Mark mark) {
    ProducerRecord<byte[], byte[]> record = record(result, trace);
    int bytes = record.value().length;
    if (bytes > Answers.MOST_BYTES) {
      DetailResult refused = Answers.tooLarge(result.request(), bytes, clock.instant());
      send(record(refused, trace), mark);
    } else {
      send(record, mark);
    }
  }

  private static ProducerRecord<byte[], byte[]> record(
      DetailResult result, @Nullable Header trace) {
    ProducerRecord<byte[], byte[]> record =
        Topics.OS_DETAIL_RESULTS.record(result.request().key().toString(), result);
    if (trace != null) {
      record.headers().add(trace);
    }
    return record;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told all that the future knows
  private void send(ProducerRecord<byte[], byte[]> record, Progress.Mark mark) {
    producer.send(
        record,
        (metadata, refused) -> {
          if (refused == null) {
            mark.done();
          } else {
            threads.fail(refused);
          }
        });
  }

  /** One request and its turn. */
  private static final class Job implements Comparable<Job> {
    private final DetailRequest request;
    private final @Nullable Header trace;
    private final Progress.Mark mark;
    private final long turn;

    Job(DetailRequest request, @Nullable Header trace, Progress.Mark mark, long turn) {
      this.request = request;
      this.trace = trace;
      this.mark = mark;
      this.turn = turn;
    }

    @Override
    public int compareTo(Job other) {
      return Comparator.<Job, Lane>comparing(job -> job.request.lane())
          .thenComparing(job -> job.turn)
          .compare(this, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Job job && job.turn == turn;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(turn);
    }
  }
}
