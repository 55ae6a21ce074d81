package dev.ordem.tiny.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stands still until told to go. */
final class SettableClock implements InstantSource {
  private volatile Instant now;

  SettableClock(String now) {
    this.now = Instant.parse(now);
  }

  @Override
  public Instant instant() {
    return now;
  }

  void go(Duration duration) {
    now = now.plus(duration);
  }
}
