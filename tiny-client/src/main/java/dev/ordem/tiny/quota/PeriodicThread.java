package dev.ordem.tiny.quota;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread that does the same every so often, until it is closed. What a round throws ends
 * it for good, as does an interrupt that is not from here; {@link #death} tells.
 */
public final class PeriodicThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeriodicThread.class);
  private static final long LAST_MOMENT_MS = 1_000;

  private final Duration every;
  private final Round round;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Throwable death;

  /** What is done each time; not before the first pause. */
  @FunctionalInterface
  public interface Round {
    void run() throws InterruptedException;
  }

  /** Does not start it. */
  public PeriodicThread(String name, Duration every, Round round) {
    this.every = every;
    this.round = round;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** Once. */
  public void start() {
    thread.start();
  }

  /** What ended it before it was closed; null: nothing. */
  public @Nullable Throwable death() {
    return death;
  }

  private void run() {
    try {
      while (!stop.await(every.toMillis(), TimeUnit.MILLISECONDS)) {
        round.run();
      }
    } catch (Throwable e) { // an Error ends this thread too, and must be seen
      if (stop.getCount() > 0) {
        death = e;
        log.error("{} died", thread.getName(), e);
      }
    }
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.interrupt();
      thread.join(LAST_MOMENT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
