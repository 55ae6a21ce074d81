package dev.ordem.sink.outbox;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the same row stays the first one of the outbox, although Postgres answers: whoever
 * relays it then waits for something that does not come. A connection that reads the log waits
 * without asking, so no timeout of a socket ends it. After each time it is patient for twice as
 * long, until a row gets through. Used by one thread.
 */
final class StalledRow {
  private static final int MOST_DOUBLINGS = 4;

  private final Duration patience;
  private final LongSupplier nanos;
  private @Nullable Long first;
  private long since;
  private int times;

  /**
   * Begins with nothing.
   *
   * @param patience longer than an engine takes to start and to send its first row
   */
  StalledRow(Duration patience, LongSupplier nanos) {
    this.patience = patience;
    this.nanos = nanos;
  }

  /** Whether it stayed for longer than that, and is still the first. */
  boolean stands() {
    return times > 0;
  }

  /**
   * Looks at the outbox again.
   *
   * @param now place of its first row; null: it has none, or nobody knows
   * @return whether whoever relays is to begin anew
   */
  boolean stays(@Nullable Long now) {
    if (now == null || !Objects.equals(now, first)) {
      first = now;
      since = nanos.getAsLong();
      times = 0;
      return false;
    }
    long most = patience.toNanos() << Math.min(times, MOST_DOUBLINGS);
    if (nanos.getAsLong() - since < most) {
      return false;
    }
    since = nanos.getAsLong();
    times++;
    return true;
  }
}
