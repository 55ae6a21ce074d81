package dev.ordem.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads that carry out tasks side by side. As with a {@link Loop}, what a task throws ends
 * the process: whoever runs them tells it in its {@link #health}. What a task can deal with, it
 * catches itself.
 *
 * <p>Thread safe. Threads are daemons, are made when there is work, and go when there is none.
 */
public final class Workers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final long IDLE_SECONDS = 10;

  private final String name;
  private final Duration patience;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final ScheduledThreadPoolExecutor threads;

  /**
   * Starts nothing yet.
   *
   * @param name of the threads, which are numbered
   * @param most threads
   * @param patience how long {@link #close} waits before it interrupts, and again before it gives
   *     up
   */
  public Workers(String name, int most, Duration patience) {
    this.name = name;
    this.patience = patience;
    AtomicInteger count = new AtomicInteger();
    this.threads =
        new ScheduledThreadPoolExecutor(
            most,
            body -> {
              Thread thread = new Thread(body, name + "-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * As soon as a thread is free, in the order of asking.
   *
   * @throws RejectedExecutionException once closed
   */
  public void execute(Task task) {
    execute(Duration.ZERO, task);
  }

  /**
   * Not before {@code delay} is over.
   *
   * @throws RejectedExecutionException once closed
   */
  @SuppressWarnings("FutureReturnValueIgnored") // carry out deals with all that goes wrong
  public void execute(Duration delay, Task task) {
    threads.schedule(() -> carryOut(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Hands over what the task returns or throws; an Error, which nobody deals with, ends the process
   * as well.
   *
   * @throws RejectedExecutionException once closed
   */
  public <T extends @Nullable Object> CompletableFuture<T> submit(Callable<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    execute(
        () -> {
          try {
            done.complete(task.call());
          } catch (Exception e) {
            done.completeExceptionally(e);
          } catch (Error e) {
            done.completeExceptionally(e);
            throw e;
          }
        });
    return done;
  }

  /** Notes what is to end the process, the first one only. */
  public void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      LOG.error("{} failed", name, cause);
    }
  }

  /** What a task threw; empty: nothing. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Dead once a task threw something, up otherwise. */
  public Health health() {
    return failure().map(cause -> Health.dead(name, "ended by " + cause)).orElseGet(Health::up);
  }

  /** Forgets what has not begun and interrupts what is under way, without waiting. */
  public void interrupt() {
    threads.shutdownNow();
  }

  /** Takes nothing more and waits for what it has taken; false: some of it is still to be done. */
  public boolean finish() {
    threads.shutdown();
    try {
      return ended();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return threads.isTerminated();
    }
  }

  /** Takes nothing more, waits for what it has taken, and interrupts it if it takes too long. */
  @Override
  public void close() {
    if (finish()) {
      return;
    }
    LOG.warn("{} did not end within {}; interrupting it", name, patience);
    threads.shutdownNow();
    try {
      ended();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean ended() throws InterruptedException {
    return threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void carryOut(Task task) {
    try {
      task.run();
    } catch (InterruptedException e) {
      if (!threads.isShutdown()) {
        fail(e);
      }
    } catch (Throwable e) { // an Error, too, must be seen
      if (threads.isShutdown()) {
        LOG.debug("{} failed while stopping", name, e);
      } else {
        fail(e);
      }
    }
  }

  /** What a thread does once. */
  @FunctionalInterface
  public interface Task {
    /**
     * Once.
     *
     * @throws Exception what it cannot deal with: it ends the process
     */
    void run() throws Exception;
  }
}
