package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * The database's clock is set forward and back, and put right, as often as it likes, while
 * processes that read it ask for all they can have: no window of true time holds more calls than
 * the limit, and none passes without a call for much longer than a window.
 */
class ClockStepsPropertyTest {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final int LIMIT = 3;

  /** What is set by less than a second may pass for the way to the database. */
  private static final Duration LEAST = Duration.ofMillis(1_500);

  @SuppressWarnings("NullAway.Init") // jqwik runs start() first
  private static SimulatedQuota quota;

  @BeforeContainer
  static void start() throws Exception {
    quota = new SimulatedQuota();
  }

  @AfterContainer
  static void stop() {
    quota.close();
  }

  /** What a process last read, and when that was. */
  private record Read(Instant shown, Instant at) {}

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void noWindowHoldsMoreThanTheLimitAndNoneStandsStill(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int processes) throws Exception {
    Random random = new Random(seed);
    quota.reset(Events.START, "a", new QuotaLimits(0, LIMIT, WINDOW, 0));
    List<@Nullable Read> reads = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      reads.add(new Read(Events.START, Events.START));
    }
    Duration offset = Duration.ZERO;
    List<Instant> calls = new ArrayList<>(List.of(Events.START));
    List<String> story = new ArrayList<>();
    Instant end = Events.START.plusSeconds(300);
    Instant step = Events.START.plusSeconds(20);
    for (Instant now = Events.START; now.isBefore(end); now = later(now, random)) {
      if (now.isAfter(step)) {
        boolean right = random.nextInt(3) == 0 && offset.abs().compareTo(LEAST) >= 0;
        offset = right ? Duration.ZERO : offset.plus(anyStep(random));
        story.add(now + " set by " + offset);
        step = now.plusMillis(2_000 + random.nextInt(60_000));
      }
      int process = random.nextInt(processes);
      Read read = reads.get(process);
      Instant shown = now.plus(offset);
      QuotaStore.Decision decision =
          quota.permit(shown, "a", read.shown(), Duration.between(read.at(), now));
      reads.set(process, new Read(Objects.requireNonNull(decision.clock()), now));
      if (decision.granted()) {
        quota.release(shown, "a", decision, Feedback.of(Feedback.End.OK));
        calls.add(now);
        story.add(now + " call of " + process);
      }
    }

    for (int i = 1; i + LIMIT < calls.size(); i++) {
      assertThat(Duration.between(calls.get(i), calls.get(i + LIMIT)))
          .as("%s", story)
          .isGreaterThan(WINDOW.multipliedBy(95).dividedBy(100));
    }
    calls.add(end);
    assertThat(calls).as("two thirds of what could be called").hasSizeGreaterThan(LIMIT * 20);
    for (int i = 0; i + 1 < calls.size(); i++) {
      assertThat(Duration.between(calls.get(i), calls.get(i + 1)))
          .as("%s", story)
          .isLessThan(WINDOW.multipliedBy(5).dividedBy(2));
    }
  }

  private static Instant later(Instant now, Random random) {
    return now.plusMillis(100 + random.nextInt(2_000));
  }

  private static Duration anyStep(Random random) {
    Duration most = random.nextBoolean() ? Duration.ofSeconds(30) : Duration.ofHours(2);
    Duration step = LEAST.plusMillis(random.nextLong(most.toMillis()));
    return random.nextBoolean() ? step : step.negated();
  }
}
