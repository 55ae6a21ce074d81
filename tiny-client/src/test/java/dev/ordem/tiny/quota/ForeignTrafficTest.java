package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Another application eats half of the account's quota. Simulated time, the quota's real SQL, and a
 * server that counts in minutes of its own clock, as Tiny does.
 */
class ForeignTrafficTest {
  private static final int PLAN = 60;
  private static SimulatedQuota quota;

  private final Map<Long, Integer> used = new TreeMap<>();
  private final Map<Long, Integer> ours = new TreeMap<>();
  private final Map<Long, Integer> rejected = new TreeMap<>();
  private final Events events = new Events();
  private final Random random = new Random(7);
  private Duration skew = Duration.ZERO;
  private boolean headers;

  @BeforeAll
  static void start() throws Exception {
    quota = new SimulatedQuota();
  }

  @AfterAll
  static void stop() {
    quota.close();
  }

  @ParameterizedTest
  @CsvSource({
    "true,0,false", "true,20,false", "true,0,true", "true,20,true",
    "false,0,false", "false,-7,false", "false,0,true", "false,-7,true"
  })
  void allThatIsFreeIsUsedWithAtMostOne429AMinute(boolean withHeaders, int skew, boolean atStart)
      throws Exception {
    headers = withHeaders;
    this.skew = Duration.ofSeconds(skew);
    quota.reset(Events.START, "a", new QuotaLimits(4, PLAN, Duration.ofMinutes(1), 0));
    for (int process = 0; process < 4; process++) {
      events.in(Duration.ofMillis(process), this::want);
    }
    events.in(Duration.ZERO, atStart ? this::foreignAtStart : this::foreignSpread);

    events.run(Duration.ofMinutes(15));

    long first = minute() - 11;
    assertThat(rejected.entrySet())
        .filteredOn(entry -> entry.getKey() > first)
        .allSatisfy(entry -> assertThat(entry.getValue()).isLessThanOrEqualTo(1));
    assertThat(sum(used, first) / 10.0).as("calls a minute, of all").isGreaterThan(0.97 * PLAN);
    assertThat(sum(ours, first) / 10.0).as("of what is free").isGreaterThan(0.95 * PLAN / 2);
  }

  @Test
  void aloneItUsesWhatItMayThoughItHeedsEveryHeader() throws Exception {
    headers = true;
    quota.reset(Events.START, "a", new QuotaLimits(4, 30, Duration.ofMinutes(1), 0));
    for (int process = 0; process < 8; process++) {
      events.in(Duration.ofMillis(process), this::want);
    }

    events.run(Duration.ofMinutes(23));

    assertThat(rejected).isEmpty();
    assertThat(sum(used, minute() - 21) / 20.0)
        .as("calls a minute, of " + PLAN)
        .isGreaterThanOrEqualTo(0.99 * PLAN);
  }

  /** Of the whole minutes after {@code first}. */
  private int sum(Map<Long, Integer> calls, long first) {
    return calls.entrySet().stream()
        .filter(entry -> entry.getKey() > first && entry.getKey() < minute())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private void foreignSpread() {
    used.merge(minute(), 1, (a, b) -> Math.min(PLAN, a + b));
    events.in(Duration.ofMillis(random.nextInt(4_000)), this::foreignSpread);
  }

  private void foreignAtStart() {
    used.merge(minute(), PLAN / 2, (a, b) -> Math.min(PLAN, a + b));
    Instant next = Instant.ofEpochSecond(60 * (minute() + 1)).plusMillis(random.nextInt(300));
    events.in(Duration.between(serverTime(), next), this::foreignAtStart);
  }

  private void want() throws Exception {
    QuotaStore.Decision permit = quota.permit(events.now(), "a", 2);
    if (!permit.granted()) {
      events.in(permit.pause().plusMillis(random.nextInt(5)), this::want);
      return;
    }
    events.in(
        Duration.ofMillis(100 + random.nextInt(70)),
        () -> {
          Feedback feedback = serve();
          events.in(
              Duration.ofMillis(100 + random.nextInt(70)),
              () -> {
                quota.release(events.now(), "a", permit, feedback);
                events.in(Duration.ofMillis(1), this::want);
              });
        });
  }

  private Feedback serve() {
    int before = used.getOrDefault(minute(), 0);
    boolean accepted = before < PLAN;
    (accepted ? used : rejected).merge(minute(), 1, Integer::sum);
    if (accepted) {
      ours.merge(minute(), 1, Integer::sum);
    }
    Feedback.End end = accepted ? Feedback.End.OK : Feedback.End.THROTTLED;
    Instant date = Instant.ofEpochSecond(serverTime().getEpochSecond());
    if (!headers) {
      return new Feedback(end, null, null, null, Duration.ZERO, date);
    }
    int left = Math.max(0, PLAN - before - 1);
    long reset = (60_000 - serverTime().toEpochMilli() % 60_000) / 1_000; // rounded down
    return new Feedback(end, PLAN, left, (double) reset, Duration.ZERO, date);
  }

  private Instant serverTime() {
    return events.now().plus(skew);
  }

  private long minute() {
    return serverTime().getEpochSecond() / 60;
  }
}
