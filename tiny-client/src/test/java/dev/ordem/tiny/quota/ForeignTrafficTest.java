package dev.ordem.tiny.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Another application eats half of the account's quota. Simulated time, the quota's real SQL, and a
 * server that counts in minutes and seconds of its own clock, as Tiny does, whoever calls.
 */
class ForeignTrafficTest {
  private static final int PER_SECOND = 4;
  private static SimulatedQuota quota;

  private final Map<Long, Integer> seconds = new HashMap<>();
  private final Map<Long, Integer> used = new TreeMap<>();
  private final Map<Long, Integer> ours = new TreeMap<>();
  private final Map<Long, Integer> rejected = new TreeMap<>();
  private final Events events = new Events();
  private final Random random = new Random(7);
  private Duration skew = Duration.ZERO;
  private boolean headers;
  private int plan = 60;
  private int burst = PER_SECOND;

  @BeforeAll
  static void start() throws Exception {
    quota = new SimulatedQuota();
  }

  @AfterAll
  static void stop() {
    quota.close();
  }

  /** Spread at random; or at the minute's start, four in each second, or three. */
  @ParameterizedTest
  @CsvSource({
    "60,0,0,1",
    "60,20,0,1",
    "60,0,4,1",
    "60,20,4,1",
    "60,0,3,1",
    "30,0,4,1",
    "30,0,0,1",
    "120,0,0,2",
    "120,0,4,1",
    "120,20,3,1"
  })
  void allThatIsFreeIsUsedWithOne429AMinuteOrSeldomTwo(int plan, int skew, int burst, int most)
      throws Exception {
    headers = true;
    runBeside(plan, skew, burst);

    assertThat(mostRejected()).isLessThanOrEqualTo(most);
    assertAllUsed();
  }

  /**
   * What is left is told by nothing but a 429, which ends each minute; whole seconds that are taken
   * cost others.
   */
  @ParameterizedTest
  @CsvSource({"0,0,2", "-7,0,4", "0,4,4", "-7,4,4"})
  void soItIsWithoutAnyHeaderButForSecondsThatAreTakenWhole(int skew, int burst, int most)
      throws Exception {
    runBeside(60, skew, burst);

    assertThat(mostRejected()).isLessThanOrEqualTo(most);
    assertAllUsed();
  }

  private void runBeside(int plan, int skew, int burst) throws Exception {
    this.plan = plan;
    this.skew = Duration.ofSeconds(skew);
    this.burst = burst;
    quota.reset(Events.START, "a", new QuotaLimits(PER_SECOND, plan, Duration.ofMinutes(1), 0));
    for (int process = 0; process < 4; process++) {
      events.in(Duration.ofMillis(process), this::want);
    }
    events.in(Duration.ZERO, burst > 0 ? this::foreignAtStart : this::foreignSpread);

    events.run(Duration.ofMinutes(12));
  }

  private int mostRejected() {
    return rejected.entrySet().stream()
        .filter(entry -> entry.getKey() > minute() - 9)
        .mapToInt(Map.Entry::getValue)
        .max()
        .orElse(0);
  }

  private void assertAllUsed() {
    long first = minute() - 9;
    assertThat(sum(used, first) / 8.0).as("calls a minute, of all").isGreaterThan(0.97 * plan);
    assertThat(sum(ours, first) / 8.0).as("of what is free").isGreaterThan(0.95 * plan / 2);
  }

  @Test
  void aloneItUsesWhatItMayThoughItHeedsEveryHeader() throws Exception {
    headers = true;
    quota.reset(Events.START, "a", new QuotaLimits(PER_SECOND, 30, Duration.ofMinutes(1), 0));
    for (int process = 0; process < 8; process++) {
      events.in(Duration.ofMillis(process), this::want);
    }

    events.run(Duration.ofMinutes(23));

    assertThat(rejected).isEmpty();
    assertThat(sum(used, minute() - 21) / 20.0)
        .as("calls a minute, of " + plan)
        .isGreaterThanOrEqualTo(0.99 * plan);
  }

  /**
   * Something else used a whole minute, and nothing does since: what others do next nobody can say,
   * so the first minute is gone through at half of the pace.
   */
  @ParameterizedTest
  @ValueSource(ints = {60, 120})
  void whoIsAloneAfterA429IsNotHeldBackForLong(int plan) throws Exception {
    this.plan = plan;
    headers = true;
    quota.reset(Events.START, "a", new QuotaLimits(PER_SECOND, plan, Duration.ofMinutes(1), 0));
    used.put(minute(), plan);
    long first = minute();
    for (int process = 0; process < 4; process++) {
      events.in(Duration.ofMillis(process), this::want);
    }

    events.run(Duration.ofMinutes(4));

    assertThat(rejected.keySet()).containsExactly(first);
    assertThat(sum(ours, first + 1) / 2.0)
        .as("calls a minute: %s", ours)
        .isGreaterThan(0.98 * plan);
  }

  /** Of the whole minutes after {@code first}. */
  private int sum(Map<Long, Integer> calls, long first) {
    return calls.entrySet().stream()
        .filter(entry -> entry.getKey() > first && entry.getKey() < minute())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private void foreignSpread() {
    admits();
    events.in(Duration.ofMillis(random.nextInt(240_000 / plan)), this::foreignSpread);
  }

  private void foreignAtStart() {
    for (int call = 0; call < plan / 2; call++) {
      events.in(Duration.ofMillis(1_000L * (call / burst) + call % burst), this::admits);
    }
    Instant next = Instant.ofEpochSecond(60 * (minute() + 1));
    events.in(Duration.between(serverTime(), next), this::foreignAtStart);
  }

  /** One call arrives; a refused one counts nowhere. */
  private boolean admits() {
    long second = serverTime().getEpochSecond();
    boolean room =
        used.getOrDefault(minute(), 0) < plan && seconds.getOrDefault(second, 0) < PER_SECOND;
    if (room) {
      used.merge(minute(), 1, Integer::sum);
      seconds.merge(second, 1, Integer::sum);
    }
    return room;
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
    boolean accepted = admits();
    (accepted ? ours : rejected).merge(minute(), 1, Integer::sum);
    Feedback.End end = accepted ? Feedback.End.OK : Feedback.End.THROTTLED;
    Instant date = Instant.ofEpochSecond(serverTime().getEpochSecond());
    if (!headers) {
      return new Feedback(end, null, null, null, Duration.ZERO, date);
    }
    int left = plan - used.getOrDefault(minute(), 0);
    if (left > 0 && seconds.getOrDefault(serverTime().getEpochSecond(), 0) == PER_SECOND) {
      return new Feedback(end, PER_SECOND, 0, 1.0, Duration.ZERO, date);
    }
    long reset = (60_000 - serverTime().toEpochMilli() % 60_000) / 1_000; // rounded down
    return new Feedback(end, plan, left, (double) reset, Duration.ZERO, date);
  }

  private Instant serverTime() {
    return events.now().plus(skew);
  }

  private long minute() {
    return serverTime().getEpochSecond() / 60;
  }
}
