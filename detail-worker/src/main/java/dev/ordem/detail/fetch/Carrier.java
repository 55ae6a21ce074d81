package dev.ordem.detail.fetch;

import dev.ordem.contract.DetailRequest;
import dev.ordem.contract.DetailResult;
import dev.ordem.contract.Lane;
import dev.ordem.runtime.Workers;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.order.OrderDetail;
import dev.ordem.tiny.order.Priority;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Carries out requests on a few threads, the most urgent lane first, and writes how each ended. A
 * call whose answer does not come holds its thread for as long as it may take: so that it costs its
 * neighbours little, {@link Seats} says whose turn it can be. Thread safe.
 */
final class Carrier implements AutoCloseable {
  private final Call call;
  private final ResultWriter results;
  private final Clock clock;
  private final Closures closures = new Closures(System::nanoTime);
  private final AtomicLong turns = new AtomicLong();
  private final NavigableSet<Job> jobs = new TreeSet<>();
  private final Seats seats;
  private final Workers threads;

  Carrier(Call call, ResultWriter results, int threads, Clock clock, Duration patience) {
    this.call = call;
    this.results = results;
    this.clock = clock;
    this.seats = new Seats(threads);
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
    synchronized (jobs) {
      jobs.add(new Job(request, trace, mark, turns.getAndIncrement()));
    }
    threads.execute(this::carryOut);
  }

  /** Takes a record that nobody can read; {@code mark} is done when it is acknowledged. */
  void bury(ProducerRecord<byte[], byte[]> letter, Progress.Mark mark) {
    results.write(letter, mark, threads);
  }

  /** Why answers cannot be given any more; empty while they can. */
  Optional<Throwable> failure() {
    return threads.failure();
  }

  /** Begins nothing more and waits a moment for what is under way. */
  @Override
  public void close() {
    synchronized (jobs) {
      jobs.clear();
    }
    threads.close();
  }

  /** As long as there is one that may have a seat: who leaves one looks who may take it. */
  private void carryOut() throws InterruptedException {
    for (Job job = sitDown(); job != null; job = sitDown()) {
      try {
        if (job.mark.start()) {
          results.write(result(job.request, job.mark), job.trace, job.mark, threads);
        }
      } finally {
        standUp(job);
      }
    }
  }

  private @Nullable Job sitDown() {
    synchronized (jobs) {
      for (Job job : jobs) {
        if (seats.take(job.request)) {
          jobs.remove(job);
          return job;
        }
      }
      return null;
    }
  }

  private void standUp(Job job) {
    synchronized (jobs) {
      seats.leave(job.request);
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
