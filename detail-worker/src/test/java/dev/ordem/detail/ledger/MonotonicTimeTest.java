package dev.ordem.detail.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Timer;
import org.junit.jupiter.api.Test;

class MonotonicTimeTest {
  private static final Instant BEGIN = Instant.parse("2026-02-10T12:00:00Z");
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final MonotonicTime time = new MonotonicTime(BEGIN, nanos::get);

  @Test
  void itGoesOnFromItsBeginningWhateverTheHostsClockDoes() {
    assertThat(time.milliseconds()).isEqualTo(BEGIN.toEpochMilli());
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(90));
    assertThat(time.milliseconds()).isEqualTo(BEGIN.plusSeconds(90).toEpochMilli());
    assertThat(time.hiResClockMs()).isEqualTo(TimeUnit.NANOSECONDS.toMillis(nanos.get()));
  }

  @Test
  void itsTimersEnd() {
    Timer timer = time.timer(100);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(99));
    assertThat(timer.notExpired()).isTrue();
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    timer.update();
    assertThat(timer.isExpired()).isTrue();
  }

  @Test
  void aWaitEndsAtADeadlineOfThisClock() throws InterruptedException {
    Object lock = new Object();
    synchronized (lock) {
      time.waitObject(lock, () -> true, time.milliseconds() + 1000);
      org.junit.jupiter.api.Assertions.assertThrows(
          org.apache.kafka.common.errors.TimeoutException.class,
          () -> time.waitObject(lock, () -> false, time.milliseconds()));
    }
  }
}
