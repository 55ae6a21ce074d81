package dev.ordem.tiny.quota;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * This process's time: used to wait and to tell when, never to count the quota.
 *
 * @param clock tells {@code until}
 * @param nanos measures waits, as {@link System#nanoTime}
 * @param pause waits
 */
public record Time(Clock clock, LongSupplier nanos, Pause pause) {

  /** Waits for a duration. */
  @FunctionalInterface
  public interface Pause {
    /** Returns after {@code duration}. */
    void sleep(Duration duration) throws InterruptedException;
  }

  /** The machine's own. */
  public static Time system() {
    return new Time(
        Clock.systemUTC(),
        System::nanoTime,
        duration -> java.util.concurrent.TimeUnit.NANOSECONDS.sleep(duration.toNanos()));
  }

  /**
   * A clock that is never set: it began with {@link #clock} and goes on as {@link #nanos} do. To
   * wait by it is right whatever becomes of the other.
   */
  public Clock steady() {
    Instant begin = clock.instant();
    long beginNanos = nanos.getAsLong();
    return new Clock() {
      @Override
      public Instant instant() {
        return begin.plusNanos(nanos.getAsLong() - beginNanos);
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  public Instant in(Duration duration) {
    return clock.instant().plus(duration);
  }
}
