package dev.ordem.tiny.simulator;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The simulator's clock, except while a diary is read: then it is the time of the entry. */
final class RememberingClock implements InstantSource {
  private final InstantSource clock;
  private volatile @Nullable Instant remembered;

  RememberingClock(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Instant instant() {
    Instant past = remembered;
    return past == null ? clock.instant() : past;
  }

  void goTo(@Nullable Instant past) {
    remembered = past;
  }
}
