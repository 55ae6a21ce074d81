package dev.ordem.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that works until it is told to stop, and whose death is seen: whoever runs it tells it
 * in its {@link #health}, and the process ends. A daemon, so that none keeps a process that is
 * over.
 *
 * <p>Thread safe. Its state moves one way: new, running, then stopped or failed.
 */
public final class Loop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final Thread thread;
  private final Duration patience;
  private final CountDownLatch stop;
  private volatile @Nullable Throwable failure;

  /**
   * Does not start it.
   *
   * @param name of the thread
   * @param patience how long {@link #close} waits before it interrupts, and again before it gives
   *     up
   * @param body what it does; returning before it was told to stop is a failure too
   */
  public Loop(String name, Duration patience, Body body) {
    this(name, patience, new CountDownLatch(1), body);
  }

  private Loop(String name, Duration patience, CountDownLatch stop, Body body) {
    this.stop = stop;
    this.patience = patience;
    this.thread = new Thread(() -> run(body), name);
    thread.setDaemon(true);
  }

  /**
   * One that does the same every so often, and not before the first pause; it wakes from a pause
   * when it is told to stop. What a round throws ends it for good. Does not start it.
   */
  public static Loop every(Duration pause, String name, Duration patience, Round round) {
    CountDownLatch stop = new CountDownLatch(1);
    return new Loop(
        name,
        patience,
        stop,
        running -> {
          while (!stop.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            round.run();
          }
        });
  }

  /** Once. */
  public void start() {
    thread.start();
  }

  /** Why it died by itself; empty while it runs and after it was told to stop. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Dead if it died, up otherwise. */
  public Health health() {
    return failure()
        .map(cause -> Health.dead(thread.getName(), "ended by " + cause))
        .orElseGet(Health::up);
  }

  /** Tells it to stop, without waiting. */
  public void stop() {
    stop.countDown();
  }

  /** Tells it to stop and waits; interrupts it if it takes too long. */
  @Override
  public void close() {
    stop();
    try {
      if (!joined()) {
        LOG.warn("{} did not stop within {}; interrupting it", thread.getName(), patience);
        thread.interrupt();
        joined();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private boolean running() {
    return stop.getCount() > 0;
  }

  private boolean joined() throws InterruptedException {
    thread.join(patience.toMillis());
    return !thread.isAlive();
  }

  private void run(Body body) {
    try {
      body.run(this::running);
      if (running()) {
        failure = new IllegalStateException(thread.getName() + " returned before it was stopped");
      }
    } catch (InterruptedException e) {
      if (running()) {
        failure = e;
      }
    } catch (Throwable e) { // an Error ends a loop too, and must be seen
      if (running()) {
        failure = e;
        LOG.error("{} died", thread.getName(), e);
      } else {
        LOG.debug("{} failed while stopping", thread.getName(), e);
      }
    }
  }

  /** What a loop does each time. */
  @FunctionalInterface
  public interface Round {
    /**
     * Once.
     *
     * @throws Exception what it cannot deal with: it ends the process
     */
    void run() throws Exception;
  }

  /** What a loop does. */
  @FunctionalInterface
  public interface Body {
    /**
     * Works as long as {@code running} says so.
     *
     * @throws Exception what it cannot deal with: it ends the process
     */
    void run(BooleanSupplier running) throws Exception;
  }
}
