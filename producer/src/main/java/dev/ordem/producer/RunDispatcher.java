package dev.ordem.producer;

import dev.ordem.producer.reading.LocalLease;
import dev.ordem.producer.reading.RunReader;
import dev.ordem.producer.runs.HeldRun;
import dev.ordem.producer.runs.RunLeases;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Workers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims runs, keeps their leases, and gives each to a thread: the headers of accounts are read
 * side by side, everything else is done by a few threads. A run that nothing can be read of for a
 * while is kept without a thread, so that those who wait, for a person say, keep none from others.
 * Claiming and renewing have loops and connections of their own, so that nothing slow delays them.
 * Thread safe.
 */
final class RunDispatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunDispatcher.class);
  private static final int MOST_READERS = 64;
  private static final int MOST_HELD = 2_000;
  private static final int LOOKERS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(30);

  /** A run that is cancelled while it rests rests no longer than that. */
  private static final Duration BEAT = Duration.ofMillis(500);

  private final RunLeases leases;
  private final RunWorker worker;
  private final Rhythm rhythm;
  private final Map<UUID, LocalLease> held = new ConcurrentHashMap<>();
  private final AtomicInteger reading = new AtomicInteger();
  private final Semaphore claims = new Semaphore(0);
  private final Semaphore renewals = new Semaphore(0);
  private final Workers readers = new Workers("run-headers", MOST_READERS, PATIENCE);
  private final Workers lookers = new Workers("run-verdicts", LOOKERS, PATIENCE);
  private volatile boolean closed;
  private volatile @Nullable String trouble;

  /** Does not start: its loops are run by the caller. */
  RunDispatcher(RunLeases leases, RunWorker worker, Rhythm rhythm) {
    this.leases = leases;
    this.worker = worker;
    this.rhythm = rhythm;
  }

  /**
   * How often it looks.
   *
   * @param poll longest time between two claims
   * @param renew longest time between two renewals, well below the length of a lease
   */
  record Rhythm(Duration poll, Duration renew) {
    static final Rhythm NORMAL = new Rhythm(Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  /** Something changed in the book: look now. */
  void wake() {
    claims.release();
    renewals.release();
  }

  /** Dead once a thread died of an error; unready while Postgres or Kafka is away. */
  Health health() {
    String why = trouble;
    return (why == null ? Health.up() : Health.unready("runs", why))
        .and(readers.health())
        .and(lookers.health());
  }

  /** Claims, as long as {@code running} says so. */
  void claim(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean()) {
      try {
        claim();
        trouble = null;
      } catch (SQLException e) {
        failed(e);
      }
      pause(claims, rhythm.poll());
    }
  }

  /** Keeps the leases, as long as {@code running} says so. */
  void renew(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean()) {
      try {
        renew();
      } catch (SQLException e) {
        failed(e);
      }
      held.values().stream().filter(run -> !run.valid()).forEach(this::lose);
      pause(renewals, rhythm.renew());
    }
  }

  /** Lets go of all runs, so that others take them up at once. */
  @Override
  public void close() {
    closed = true;
    held.values().forEach(LocalLease::stop);
    lookers.interrupt();
    if (!readers.finish()) {
      readers.interrupt();
      LOG.warn("a page is still being read; it will not be written");
    }
    if (!lookers.finish()) {
      LOG.warn("a run is still being judged");
    }
    held.values().forEach(run -> release(run, Duration.ZERO));
  }

  private void claim() throws SQLException {
    int room = Math.max(0, MOST_HELD - held.size());
    int freeReaders = Math.max(0, Math.min(MOST_READERS - reading.get(), room));
    long until = System.nanoTime() + leases.length().toNanos();
    List<RunLeases.Claim> found = leases.claim(freeReaders, room);
    for (RunLeases.Claim claim : found) {
      LocalLease holding = new LocalLease(claim.run(), claim.reads(), System::nanoTime, until);
      held.put(claim.run().id(), holding);
      dispatch(holding);
    }
  }

  private void renew() throws SQLException {
    List<LocalLease> all = List.copyOf(held.values());
    long until = System.nanoTime() + leases.length().toNanos();
    Map<HeldRun, RunLeases.Renewal> kept =
        leases.renew(all.stream().map(LocalLease::run).toList()).stream()
            .collect(Collectors.toMap(RunLeases.Renewal::run, Function.identity()));
    for (LocalLease holding : all) {
      RunLeases.Renewal renewal = kept.get(holding.run());
      if (renewal == null) {
        lose(holding);
        continue;
      }
      if (renewal.renewed()) {
        holding.renewed(until);
      } else if (!holding.lasts(rhythm.renew())) {
        LOG.warn("run {}: somebody has its row locked in Postgres; it waits", holding.run().id());
      }
      if (holding.reads() && !renewal.reading()) {
        holding.stop();
      }
    }
  }

  private void lose(LocalLease holding) {
    holding.stop();
    if (held.remove(holding.run().id(), holding)) {
      LOG.debug("run {} is not held here any more", holding.run().id());
    }
  }

  private void dispatch(LocalLease holding) {
    try {
      if (holding.reads()) {
        read(holding, () -> worker.work(holding));
      } else {
        lookers.execute(() -> work(holding));
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("run {} comes too late, the process stops", holding.run().id());
    }
  }

  /** What a thread does for a run, until it says what is to be done next. */
  @FunctionalInterface
  private interface Step {
    RunWorker.Next take() throws InterruptedException, SQLException;
  }

  /** Counted from now on: no more are claimed than there are threads for. */
  private void read(LocalLease holding, Step step) {
    reading.incrementAndGet();
    readers.execute(
        () -> {
          try {
            work(holding, step);
          } finally {
            reading.decrementAndGet();
          }
        });
  }

  private void rest(LocalLease holding, RunReader reader, long until) {
    long left = until - System.nanoTime();
    try {
      if (left <= 0 || !holding.goesOn()) {
        read(holding, () -> worker.goOn(holding, reader));
      } else {
        Duration beat = Duration.ofNanos(Math.min(left, BEAT.toNanos()));
        readers.execute(beat, () -> rest(holding, reader, until));
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("run {} is read on by others, the process stops", holding.run().id());
    }
  }

  private void work(LocalLease holding) throws InterruptedException {
    work(holding, () -> worker.work(holding));
  }

  private void work(LocalLease holding, Step step) throws InterruptedException {
    try {
      if (held.get(holding.run().id()) != holding) {
        return;
      }
      RunWorker.Next next = step.take();
      if (next instanceof RunWorker.Next.Rest rest) {
        rest(holding, rest.reader(), System.nanoTime() + rest.time().toNanos());
      } else if (next instanceof RunWorker.Next.Again again) {
        again(holding, again.time());
      } else if (next instanceof RunWorker.Next.Release release) {
        release(holding, release.notBefore());
      }
    } catch (SQLException | KafkaException e) {
      failed(e);
      release(holding, Duration.ZERO);
    } catch (RuntimeException e) {
      LOG.error("working on run {} failed in a way nobody thought of", holding.run().id(), e);
      again(holding, AFTER_A_FAULT);
    }
  }

  private void again(LocalLease holding, Duration time) {
    try {
      lookers.execute(time, () -> work(holding));
    } catch (RejectedExecutionException e) {
      LOG.debug("run {} is looked at by others, the process stops", holding.run().id());
    }
  }

  private void release(LocalLease holding, Duration notBefore) {
    if (!held.remove(holding.run().id(), holding)) {
      return;
    }
    holding.stop();
    try {
      leases.release(holding.run(), notBefore);
    } catch (SQLException e) {
      LOG.debug("the lease of run {} ends by itself", holding.run().id(), e);
    }
    if (!closed && trouble == null) {
      claims.release();
    }
  }

  private void failed(Exception e) {
    String why = String.valueOf(e.getMessage());
    if (!why.equals(trouble)) {
      trouble = why;
      LOG.warn("runs wait: {}", why);
    }
    LOG.debug("because", e);
  }

  /** Waits until it is woken, however often, or the time is over. */
  private static void pause(Semaphore wakes, Duration longest) throws InterruptedException {
    if (wakes.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      wakes.drainPermits();
    }
  }
}
