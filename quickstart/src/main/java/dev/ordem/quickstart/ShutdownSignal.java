package dev.ordem.quickstart;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM as something to wait for. The virtual machine is held back until {@link
 * #close} says that everything is closed, but never longer than it takes a person to lose patience.
 */
final class ShutdownSignal implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread onSignal = new Thread(this::holdBack, "stop");

  /** From now on a signal is something to wait for. */
  static ShutdownSignal onSignal() {
    ShutdownSignal stop = new ShutdownSignal();
    Runtime.getRuntime().addShutdownHook(stop.onSignal);
    return stop;
  }

  private void holdBack() {
    asked.countDown();
    try {
      if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("ordem: did not stop in time; going down hard. Nothing is lost.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a signal came, now or within {@code patience}. */
  boolean within(Duration patience) throws InterruptedException {
    return asked.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean wasAsked() {
    return asked.getCount() == 0;
  }

  /** Everything is closed: the virtual machine may end. */
  @Override
  public void close() {
    closed.countDown();
  }
}
