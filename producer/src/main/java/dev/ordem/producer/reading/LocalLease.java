package dev.ordem.producer.reading;

import dev.ordem.producer.runs.HeldRun;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A run that is held here, as long as its lease lasts by the clock of this process. Thread safe.
 */
public final class LocalLease {
  private final HeldRun run;
  private final boolean reads;
  private final LongSupplier nanos;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile long validUntil;

  /**
   * Just claimed.
   *
   * @param reads whether its headers are to be read
   * @param nanos a monotonic clock
   * @param validUntil by that clock
   */
  public LocalLease(HeldRun run, boolean reads, LongSupplier nanos, long validUntil) {
    this.run = run;
    this.reads = reads;
    this.nanos = nanos;
    this.validUntil = validUntil;
  }

  public HeldRun run() {
    return run;
  }

  public boolean reads() {
    return reads;
  }

  /** The lease was renewed. */
  public void renewed(long until) {
    validUntil = until;
  }

  /** Whether the lease still lasts. */
  public boolean valid() {
    return lasts(Duration.ZERO);
  }

  /** Whether the lease lasts for so long, though nobody renews it. */
  public boolean lasts(Duration time) {
    return nanos.getAsLong() + time.toNanos() < validUntil;
  }

  /** Whether its headers may be read on: the lease lasts, and nobody said to stop. */
  public boolean goesOn() {
    return stopped.getCount() > 0 && valid();
  }

  /** Whoever reads its headers stops before the next write or call. */
  public void stop() {
    stopped.countDown();
  }

  /** Waits, unless it is told to stop; returns whether it was. */
  public boolean awaitStop(Duration time) throws InterruptedException {
    return stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }
}
