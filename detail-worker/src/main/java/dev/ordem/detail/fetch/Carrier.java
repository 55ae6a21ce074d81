package dev.ordem.detail.fetch;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Lane;
import dev.ordem.contract.Topics;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
  private final Duration patience;
  private final Closures closures = new Closures();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong turns = new AtomicLong();
  private final ThreadPoolExecutor threads;

  Carrier(
      Call call, Producer<byte[], byte[]> producer, int threads, Clock clock, Duration patience) {
    this.call = call;
    this.producer = producer;
    this.clock = clock;
    this.patience = patience;
    this.threads =
        new ThreadPoolExecutor(
            threads, threads, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), named());
  }

  /** Reads one detail, {@code TinyClient.detail} but in tests. */
  @FunctionalInterface
  interface Call {
    Answer<OrderDetail> detail(String account, long osId, Priority priority)
        throws InterruptedException;
  }

  /** Takes a request; {@code mark} is done when its answer is acknowledged. */
  void carry(DetailRequest request, @Nullable Header trace, Progress.Mark mark) {
    threads.execute(new Job(request, trace, mark, turns.getAndIncrement()));
  }

  /** Why answers cannot be given any more; null while they can. */
  @Nullable Throwable failure() {
    return failure.get();
  }

  /** Begins nothing more and waits a moment for what is under way. */
  @Override
  public void close() {
    threads.getQueue().clear();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
        threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadFactory named() {
    AtomicInteger count = new AtomicInteger();
    return body -> new Thread(body, "ordem-fetcher-" + count.incrementAndGet());
  }

  private DetailResult result(DetailRequest request) throws InterruptedException {
    Instant now = clock.instant();
    Instant expiresAt = request.expiresAt();
    if (expiresAt != null && !now.isBefore(expiresAt)) {
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
            failure.compareAndSet(null, refused);
          }
        });
  }

  /** One request and its turn. */
  private final class Job implements Runnable, Comparable<Job> {
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
    public void run() {
      if (!mark.start()) {
        return;
      }
      try {
        send(result(request), trace, mark);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Throwable e) { // an Error, too: the loop must see it and end the process
        failure.compareAndSet(null, e);
      }
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
