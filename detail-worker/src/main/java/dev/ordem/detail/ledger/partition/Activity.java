package dev.ordem.detail.ledger.partition;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When the partitions of a process last had something to do. Thread safe. */
public final class Activity {
  private static final long LINGERS = Duration.ofSeconds(3).toNanos();

  private final LongSupplier nanos;
  private volatile long last;

  /** Begins active: what is just beginning has something to do. */
  public Activity(LongSupplier nanos) {
    this.nanos = nanos;
    this.last = nanos.getAsLong();
  }

  /** Something is done, or waits to be done at the next moment. */
  void isNow() {
    last = nanos.getAsLong();
  }

  /** Whether there was any a short time ago: then a transaction may be open, and more may come. */
  public boolean isRecent() {
    return nanos.getAsLong() - last < LINGERS;
  }
}
