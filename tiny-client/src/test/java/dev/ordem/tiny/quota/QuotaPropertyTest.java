package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * The claim of the quota, against its real SQL on a simulated clock: whatever befalls the
 * processes, no interval of a window's length holds more arrivals at the server than the limit.
 */
class QuotaPropertyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration WINDOW = Duration.ofSeconds(10);

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

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void noWindowEverHoldsMoreArrivalsThanItsLimit(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int perSecond,
      @ForAll @IntRange(min = 1, max = 15) int perWindow,
      @ForAll @IntRange(min = 1, max = 8) int processes)
      throws Exception {
    quota.reset(Events.START, "a", new QuotaLimits(perSecond, perWindow, WINDOW, 0));
    Fleet fleet = run(seed, processes, new Permits(), Duration.ofMinutes(2), false);

    assertThat(fleet.mostIn(SECOND)).isLessThanOrEqualTo(perSecond);
    assertThat(fleet.mostIn(WINDOW)).isLessThanOrEqualTo(perWindow);
    assertThat(quota.mostUsed("a", 1)).isBetween(1L, (long) perWindow);
  }

  @Property(tries = 1)
  void whileWorkWaitsTheQuotaIsUsed() throws Exception {
    Duration minute = Duration.ofMinutes(1);
    quota.reset(Events.START, "a", new QuotaLimits(4, 30, minute, 0));

    Fleet fleet = run(1, 8, new Permits(), Duration.ofMinutes(25), true);

    Instant from = Events.START.plus(Duration.ofMinutes(5));
    long used = fleet.arrivals.stream().filter(arrival -> !arrival.isBefore(from)).count();
    assertThat(used).isBetween((long) (0.99 * 20 * 30), 20L * 30);
    assertThat(fleet.mostIn(minute)).isEqualTo(30);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void aTokenBucketInThePlaceOfPermitsFailsThisTest(@ForAll long seed) throws Exception {
    Fleet fleet = run(seed, 8, new TokenBucket(10, WINDOW), Duration.ofMinutes(3), false);
    assertThat(fleet.mostIn(WINDOW)).isGreaterThan(10);
  }

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void aLogOfWhatWasSentInThePlaceOfPermitsFailsThisTest(@ForAll long seed) throws Exception {
    Fleet fleet = run(seed, 8, new SentLog(10, WINDOW), Duration.ofMinutes(3), false);
    assertThat(fleet.mostIn(WINDOW)).isGreaterThan(10);
  }

  private static Fleet run(
      long seed, int processes, Fleet.Limiter limiter, Duration horizon, boolean calm)
      throws Exception {
    Events events = new Events();
    Fleet fleet = new Fleet(events, new Random(seed), limiter, calm);
    fleet.start(processes);
    events.run(horizon);
    return fleet;
  }

  /** The real thing. */
  private static final class Permits implements Fleet.Limiter {
    private Duration pause = Duration.ZERO;

    @Override
    public @Nullable Object take(Instant now) throws Exception {
      QuotaStore.Decision decision = quota.permit(now, "a", 2);
      pause = decision.pause();
      return decision.granted() ? decision : null;
    }

    @Override
    public Duration pause() {
      return pause;
    }

    @Override
    public void hold(Object permit, Instant now) throws Exception {
      quota.hold(now, "a", (QuotaStore.Decision) permit);
    }

    @Override
    public void give(Object permit, Instant now, boolean answered) throws Exception {
      Feedback.End end = answered ? Feedback.End.OK : Feedback.End.UNKNOWN;
      quota.release(now, "a", (QuotaStore.Decision) permit, Feedback.of(end));
    }
  }

  /** What most limiters are: full at the start, refilled at the rate. */
  private static final class TokenBucket implements Fleet.Limiter {
    private final int capacity;
    private final double perMilli;
    private double tokens;
    private Instant last = Events.START;

    TokenBucket(int capacity, Duration window) {
      this.capacity = capacity;
      this.perMilli = capacity / (double) window.toMillis();
      this.tokens = capacity;
    }

    @Override
    public @Nullable Object take(Instant now) {
      tokens = Math.min(capacity, tokens + Duration.between(last, now).toMillis() * perMilli);
      last = now;
      if (tokens < 1) {
        return null;
      }
      tokens--;
      return this;
    }

    @Override
    public Duration pause() {
      return Duration.ofMillis((long) Math.ceil((1 - tokens) / perMilli));
    }

    @Override
    public void give(Object permit, Instant now, boolean answered) {}
  }

  /** An exact sliding log, of departures: what arrives can still be too much. */
  private static final class SentLog implements Fleet.Limiter {
    private final int limit;
    private final Duration window;
    private final Deque<Instant> sent = new ArrayDeque<>();
    private Duration pause = Duration.ZERO;

    SentLog(int limit, Duration window) {
      this.limit = limit;
      this.window = window;
    }

    @Override
    public @Nullable Object take(Instant now) {
      while (!sent.isEmpty() && !now.isBefore(sent.getFirst().plus(window))) {
        sent.removeFirst();
      }
      if (sent.size() == limit) {
        pause = Duration.between(now, sent.getFirst().plus(window));
        return null;
      }
      sent.addLast(now);
      return this;
    }

    @Override
    public Duration pause() {
      return pause;
    }

    @Override
    public void give(Object permit, Instant now, boolean answered) {}
  }
}
