package dev.ordem.contract.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HostClockTest {
  private final AtomicLong nanos = new AtomicLong();
  private Instant now = Instant.parse("2026-03-02T12:00:00Z");
  private final HostClock host = new HostClock(() -> now, nanos::get, Duration.ofSeconds(1));

  private void pass(long millis, long shown) {
    nanos.addAndGet(millis * 1_000_000);
    now = now.plusMillis(shown);
  }

  @Test
  void aStepBackIsToldOnce() {
    pass(1000, -2000);
    assertThat(host.wasSetBack()).isTrue();
    pass(1000, 1000);
    assertThat(host.wasSetBack()).isFalse();
  }

  @Test
  void neitherTimeThatPassesNorAStepForwardIsOne() {
    pass(60_000, 60_000);
    assertThat(host.wasSetBack()).isFalse();
    pass(1000, 3_600_000);
    assertThat(host.wasSetBack()).isFalse();
    pass(1000, 900);
    assertThat(host.wasSetBack()).as("what NTP corrects").isFalse();
  }

  @Test
  void aClockThatIsPutRightWasSetBack() {
    pass(1000, 3_601_000);
    assertThat(host.wasSetBack()).isFalse();
    pass(1000, -3_599_000);
    assertThat(host.wasSetBack()).isTrue();
  }
}
