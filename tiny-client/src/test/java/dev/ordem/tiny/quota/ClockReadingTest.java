package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ClockReadingTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  /** What a database's clock shows that gains {@code drift} millionths on the monotonic clock. */
  private static Instant shown(long nanos, int drift) {
    return START.plusNanos(nanos + Math.floorDiv(nanos * drift, 1_000_000L));
  }

  /** A look that takes {@code there} to the database and {@code back} from it. */
  private static ClockReading look(long nanos, long there, long back, int drift) {
    Instant time = shown(nanos + there, drift).truncatedTo(ChronoUnit.MICROS);
    return new ClockReading(time, nanos, nanos + there + back);
  }

  @Property(tries = 10_000)
  void boundsHoldTheTruthHoweverTheClocksDriftAndTheRoundTripIsMade(
      @ForAll @IntRange(min = -999, max = 999) int drift,
      @ForAll @LongRange(max = MINUTE) long begun,
      @ForAll @LongRange(max = SECOND) long there,
      @ForAll @LongRange(max = SECOND) long back,
      @ForAll @LongRange(max = MINUTE) long asked,
      @ForAll @LongRange(max = MINUTE) long answered) {
    ClockReading older = look(begun, back, there, drift);
    ClockReading reading = look(older.after() + there, there, back, drift).orBetter(older);
    long leaves = older.after() + 2 * there + back + asked;
    long arrives = leaves + answered;

    assertThat(reading.earliest(leaves)).isBeforeOrEqualTo(shown(leaves, drift));
    assertThat(reading.latest(arrives)).isAfterOrEqualTo(shown(arrives, drift));
    assertThat(reading.earliest(leaves)).isBeforeOrEqualTo(reading.latest(arrives));
  }

  @Test
  void aQuickLookIsKeptUntilItsAgeOutweighsASlowOne() {
    ClockReading quick = look(0, 500_000, 500_000, 0);
    ClockReading soon = look(SECOND, 50_000_000, 50_000_000, 0);
    ClockReading late = look(60 * SECOND, 50_000_000, 50_000_000, 0);

    assertThat(soon.orBetter(quick)).isSameAs(quick);
    assertThat(late.orBetter(quick)).isSameAs(late);
    assertThat(soon.orBetter(null)).isSameAs(soon);
  }

  @Test
  void aDatabaseClockThatWasSetIsBelievedAtOnce() {
    ClockReading before = look(0, 500_000, 500_000, 0);
    ClockReading back =
        new ClockReading(START.minus(Duration.ofHours(1)), SECOND, SECOND + 50_000_000);

    assertThat(back.orBetter(before)).isSameAs(back);
  }
}
