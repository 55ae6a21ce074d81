package dev.ordem.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM, SIGINT and SIGHUP as something to wait for, so that a process stops in its own order and
 * with an exit code of its own; the virtual machine's way, hooks beside threads that still start
 * things, knows neither. What takes longer than a busy machine needs, or whom a later signal finds
 * still there, is ended hard. One wish may come as several signals: a terminal that is closed sends
 * one by its shell and one by itself, {@code timeout} one to the process and one to its group.
 *
 * <p>Thread safe.
 */
public final class ShutdownSignal implements AutoCloseable {
  private static final AtomicReference<@Nullable ShutdownSignal> EARLY = new AtomicReference<>();
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  /** Within this a further signal is the same wish, and no impatience. */
  private static final Duration ONE_WISH = Duration.ofSeconds(2);

  private static final int HARD = 1;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Runnable lastAct = () -> {};
  private @Nullable Thread starting;
  private long askedAt;

  /** As {@link #onSignal}, which then gives this one: for the first line of a program. */
  public static void early() {
    EARLY.set(onSignal());
  }

  /** From now on a signal is something to wait for. */
  public static ShutdownSignal onSignal() {
    ShutdownSignal installed = EARLY.getAndSet(null);
    if (installed != null) {
      return installed;
    }
    ShutdownSignal signal = new ShutdownSignal();
    signal.install();
    return signal;
  }

  /** What is done last, and quickly, where closing everything in order takes too long. */
  public void lastAct(Runnable act) {
    lastAct = act;
  }

  /** Whether a signal came, now or within {@code patience}. */
  public boolean within(Duration patience) throws InterruptedException {
    return asked.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether a signal came. */
  public boolean wasAsked() {
    return asked.getCount() == 0;
  }

  /**
   * Starts something that a signal interrupts, in this thread. What fails because of that is not
   * worth a word: the caller asks {@link #wasAsked}, and closes what was opened.
   */
  public void during(Start start) throws StartException, InterruptedException {
    if (!begin()) {
      return;
    }
    try {
      start.run();
    } catch (StartException | InterruptedException | RuntimeException e) {
      if (!wasAsked()) {
        throw e;
      }
      log().debug("a signal ended the start", e);
    } finally {
      end();
    }
  }

  private synchronized boolean begin() {
    starting = wasAsked() ? null : Thread.currentThread();
    return starting != null;
  }

  /** Whoever closes things now must not be interrupted while waiting for them. */
  private synchronized void end() {
    starting = null;
    if (wasAsked()) {
      Thread.interrupted();
    }
  }

  /** As a signal does. */
  synchronized void ask() {
    boolean again = wasAsked();
    if (!again) {
      askedAt = System.nanoTime();
      asked.countDown();
      if (starting != null) {
        starting.interrupt();
      }
    } else if (System.nanoTime() - askedAt < ONE_WISH.toNanos()) {
      return;
    }
    Thread impatient = new Thread(() -> endHard(again ? Duration.ZERO : PATIENCE), "stop");
    impatient.setDaemon(true);
    impatient.start();
  }

  private void endHard(Duration patience) {
    try {
      if (closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.err.println("ordem: not stopped yet; going down hard. Nothing is lost.");
    try {
      lastAct.run();
    } finally {
      Runtime.getRuntime().halt(HARD);
    }
  }

  /** Everything is closed: nobody is impatient any more. */
  @Override
  public void close() {
    closed.countDown();
  }

  /**
   * By reflection: the compiler warns of these classes, every virtual machine has them. Where one
   * had not, a hook would wait for the end as well as a hook can.
   */
  private void install() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object ours =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  ask();
                  return null;
                }
                return method.getName().equals("hashCode") ? (Object) hashCode() : "stop";
              });
      Method handle = signal.getMethod("handle", signal, handler);
      for (String name : List.of("TERM", "INT", "HUP")) {
        handle.invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
      }
    } catch (InvocationTargetException e) { // -Xrs, or a signal that this system has not
      log().debug("signals are the virtual machine's", e);
    } catch (ReflectiveOperationException e) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::holdBack, "signal"));
    }
  }

  private void holdBack() {
    ask();
    try {
      closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Not before a signal may come: the program may not have chosen yet where its log goes. */
  private static Logger log() {
    return LoggerFactory.getLogger(ShutdownSignal.class);
  }

  /** What can be interrupted. */
  @FunctionalInterface
  public interface Start {
    void run() throws StartException, InterruptedException;
  }
}
