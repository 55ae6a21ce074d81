package dev.ordem.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that works until it is told to stop, and whose death is seen.
 *
 * <p>Thread safe. Its state moves one way: new, running, then stopped or failed.
 */
public final class Loop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final Thread thread;
  private final Duration patience;
  private volatile boolean stopping;
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
    this.patience = patience;
    this.thread = new Thread(() -> run(body), name);
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
    stopping = true;
  }

  /** Tells it to stop and waits; interrupts it if it takes too long. */
  @Override
  public void close() {
    stopping = true;
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

  private boolean joined() throws InterruptedException {
    thread.join(patience.toMillis());
    return !thread.isAlive();
  }

  private void run(Body body) {
    try {
      body.run(() -> !stopping);
      if (!stopping) {
        failure = new IllegalStateException(thread.getName() + " returned before it was stopped");
      }
    } catch (InterruptedException e) {
      if (!stopping) {
        failure = e;
      }
    } catch (Throwable e) { // an Error ends a loop too, and must be seen
      if (!stopping) {
        failure = e;
        LOG.error("{} died", thread.getName(), e);
      } else {
        LOG.debug("{} failed while stopping", thread.getName(), e);
      }
    }
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
