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
  @CsvSource({"true,0", "true,20", "false,0", "false,-7"})
  void leadsToALowerRateAndAtMostOne429AMinute(boolean withHeaders, int skewSeconds)
      throws Exception {
    headers = withHeaders;
    skew = Duration.ofSeconds(skewSeconds);
    quota.reset(Events.START, "a", new QuotaLimits(4, PLAN, Duration.ofMinutes(1), 0));
    for (int process = 0; process < 4; process++) {
      events.in(Duration.ofMillis(process), this::want);
    }
    foreign();

    events.run(Duration.ofMinutes(15));

    long first = minute() - 11;
    assertThat(rejected.entrySet())
        .filteredOn(entry -> entry.getKey() > first)
        .allSatisfy(entry -> assertThat(entry.getValue()).isLessThanOrEqualTo(1));
    int sum =
        used.entrySet().stream()
            .filter(entry -> entry.getKey() > first && entry.getKey() < minute())
            .mapToInt(Map.Entry::getValue)
            .sum();
    assertThat(sum / 10.0).as("calls a minute, of " + PLAN).isGreaterThan(0.85 * PLAN);
  }

  @Test
  void aloneItUsesWhatItMayThoughItHeedsEveryHeader() throws Exception {
    headers = true;
    quota.reset(Events.START, "a", new QuotaLimits(4, 30, Duration.ofMinutes(1), 0));
    for (int process = 0; process < 8; process++) {
      events.in(Duration.ofMillis(process), this::want);
    }

    events.run(Duration.ofMinutes(23));

    long first = minute() - 21;
    int sum =
        used.entrySet().stream()
            .filter(entry -> entry.getKey() > first && entry.getKey() < minute())
            .mapToInt(Map.Entry::getValue)
            .sum();
    assertThat(rejected).isEmpty();
    assertThat(sum / 20.0).as("calls a minute, of " + PLAN).isGreaterThanOrEqualTo(0.99 * PLAN);
  }

  private void foreign() {
    events.in(
        Duration.ofMillis(random.nextInt(4_000)),
        () -> {
          used.merge(minute(), 1, (a, b) -> Math.min(PLAN, a + b));
          foreign();
        });
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
    Feedback.End end = accepted ? Feedback.End.OK : Feedback.End.THROTTLED;
    Instant date = Instant.ofEpochSecond(serverTime().getEpochSecond());
    if (!headers) {
      return new Feedback(end, null, null, null, Duration.ZERO, date);
    }
    int left = Math.max(0, PLAN - before - 1);
    double reset = 60 - serverTime().getEpochSecond() % 60;
    return new Feedback(end, PLAN, left, reset, Duration.ZERO, date);
  }

  private Instant serverTime() {
    return events.now().plus(skew);
  }

  private long minute() {
    return serverTime().getEpochSecond() / 60;
  }
}
