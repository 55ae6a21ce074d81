package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.testhelper.ManualScheduler;
import com.github.kagkarlsson.scheduler.testhelper.SettableClock;
import com.github.kagkarlsson.scheduler.testhelper.TestHelper;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ticks on simulated time and a real database. */
class SchedulerTest {
  private static final Instant NOON = Instant.parse("2026-02-10T12:00:00Z");
  private static final List<String> ACCOUNTS = List.of("loja", "outra");

  private static MigratedDatabase database;
  private SettableClock clock = new SettableClock();

  @BeforeAll
  static void start() throws Exception {
    database = new MigratedDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @BeforeEach
  void clear() throws SQLException {
    database.clear();
    clock = new SettableClock();
    clock.set(NOON);
  }

  @Test
  void allThatIsDueAtOneTimeIsAskedForOnEachAccount() throws SQLException {
    ManualScheduler ticking = begun("*/5 * * * *; full 10 12 * * *", 9L);
    tick(ticking, Duration.ofMinutes(10));
    assertThat(asked())
        .containsExactly(
            "full loja 9 schedule",
            "full outra 9 schedule",
            "incremental loja 9 schedule",
            "incremental outra 9 schedule");
  }

  @Test
  void anAccountThatStillReadsTheSameIsLeftOut() throws SQLException {
    database.run("'incremental', 'loja'");
    ManualScheduler ticking = begun("*/5 * * * *", null);
    tick(ticking, Duration.ofMinutes(5));
    assertThat(asked()).containsExactly("incremental loja  sql", "incremental outra  schedule");
    over();
    tick(ticking, Duration.ofMinutes(5));
    assertThat(asked()).hasSize(4);
  }

  @Test
  void whatWasMissedWhileNobodyWasAliveIsMadeUpOnce() throws SQLException {
    begun("*/5 * * * *; full 0 13 * * *", null).stop();
    clock.set(NOON.plus(Duration.ofHours(3)));
    ManualScheduler ticking = begun("*/5 * * * *; full 0 13 * * *", null);
    ticking.runAnyDueExecutions();
    over();
    ticking.runAnyDueExecutions();
    assertThat(asked())
        .containsExactly(
            "full loja  schedule",
            "full outra  schedule",
            "incremental loja  schedule",
            "incremental outra  schedule");
  }

  @Test
  void aTickThatFailedIsTriedAgainAsItselfAndAsksTwiceForNobody() throws SQLException {
    ManualScheduler ticking = begun("full 5 12 * * *", null);
    database.execute(
        "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " RAISE EXCEPTION 'disk full'; END $$;"
            + " CREATE TRIGGER away BEFORE INSERT ON sync_run FOR EACH ROW"
            + " WHEN (NEW.account = 'outra') EXECUTE FUNCTION away()");
    tick(ticking, Duration.ofMinutes(5));
    assertThat(asked()).containsExactly("full loja  schedule");
    over();
    database.execute("DROP FUNCTION away CASCADE");
    tick(ticking, Duration.ofSeconds(11));
    assertThat(asked()).containsExactly("full loja  schedule", "full outra  schedule");
    tick(ticking, Duration.ofMinutes(5));
    assertThat(asked()).hasSize(2);
    assertThat(database.text("SELECT execution_time = '2026-02-11T12:05:00Z' FROM schedule"))
        .isEqualTo("t");
  }

  @Test
  void anErrorInATaskIsNoFailureLikeOthersButTheEndOfTheSchedule() {
    Scheduler scheduler =
        new Scheduler(
            new Scheduler.What(
                Schedule.parse("*/5 * * * *", ZoneOffset.UTC, AssertionError::new), null),
            database.source(),
            () -> {
              throw new NoClassDefFoundError("a class of the service");
            },
            clock::now);
    ManualScheduler ticking = ticking(scheduler.tasks());
    assertThat(scheduler.health().live()).isTrue();

    tick(ticking, Duration.ofMinutes(5));

    assertThat(scheduler.health().live()).isFalse();
    assertThat(scheduler.health().details().get("schedule")).contains("a class of the service");
  }

  @Test
  void anAccountWithoutAnyRunIsReadAtOnceAndOnlyOnce() throws SQLException {
    database.run("'incremental', 'loja'");
    over();
    ManualScheduler ticking = begun("*/5 * * * *", 7L, true);
    tick(ticking, Duration.ofSeconds(5));
    assertThat(asked()).containsExactly("full outra 7 schedule", "incremental loja  sql");
    over();
    tick(ticking, Duration.ofSeconds(5));
    begun("*/5 * * * *", 7L, true).runAnyDueExecutions();
    assertThat(asked()).hasSize(2);
  }

  @Test
  void aFirstRunThatFailedIsAskedForAgainSoonAndEverLater() throws SQLException {
    database.run("'incremental', 'outra'");
    over();
    ManualScheduler ticking = begun("*/5 * * * *", null, true);
    database.execute("DELETE FROM schedule WHERE task_name LIKE 'inc%'");
    database.run("'full', 'loja'");
    failed("59 seconds");
    tick(ticking, Duration.ofSeconds(5));
    assertThat(asked()).hasSize(2);
    failed("61 seconds");
    tick(ticking, Duration.ofSeconds(5));
    assertThat(asked()).hasSize(3);
    tick(ticking, Duration.ofSeconds(5));
    assertThat(asked()).as("one of them is being read").hasSize(3);
    failed("110 seconds");
    tick(ticking, Duration.ofSeconds(5));
    assertThat(asked()).as("twice as long").hasSize(3);
    failed("121 seconds");
    tick(ticking, Duration.ofSeconds(5));
    assertThat(asked()).hasSize(4);
    over();
    tick(ticking, Duration.ofHours(2));
    assertThat(asked()).as("it was read").hasSize(4);
  }

  @Test
  void aFirstRunThatFailedWhileTheClockWasAheadIsNotWaitedForAndTheNextOnesAre()
      throws SQLException {
    database.run("'incremental', 'outra'");
    over();
    ManualScheduler ticking = begun("*/5 * * * *", null, true);
    database.execute("DELETE FROM schedule WHERE task_name LIKE 'inc%'");
    database.run("'full', 'loja'");
    failed("-1 day");
    tick(ticking, Duration.ofSeconds(5));
    assertThat(asked()).hasSize(3);

    database.execute(
        "UPDATE sync_run SET status = 'FAILED', phase = 'ENDED', finished_at = now()"
            + " WHERE phase <> 'ENDED'");
    tick(ticking, Duration.ofSeconds(5));
    assertThat(asked()).as("it failed just now").hasSize(3);
  }

  @Test
  void aClockThatWasADayAheadSilencesNothingOnceItIsSetBack() throws SQLException {
    clock.set(NOON.plus(Duration.ofDays(1)));
    ManualScheduler ticking = begun("*/5 * * * *; reconcile 0 15 * * *", null, true);
    clock.set(NOON);

    scheduler("*/5 * * * *; reconcile 0 15 * * *", null).bringBack();

    assertThat(
            database.texts(
                "SELECT execution_time AT TIME ZONE 'UTC' FROM schedule ORDER BY task_name"))
        .containsExactly("2026-02-10 12:01:00", "2026-02-10 12:05:00", "2026-02-10 15:00:00");
    database.run("'full', 'loja'");
    over();
    tick(ticking, Duration.ofMinutes(5));
    assertThat(asked()).contains("incremental loja  schedule");
  }

  private static void failed(String ago) throws SQLException {
    database.execute(
        "UPDATE sync_run SET status = 'FAILED', phase = 'ENDED', finished_at = now() - interval '"
            + ago
            + "' WHERE account = 'loja'");
  }

  @Test
  void anEntryThatIsGoneIsForgotten() throws SQLException {
    begun("full 5 12 * * *; */5 * * * *", null, true).stop();
    begun("*/5 * * * *", null, true);
    assertThat(database.texts("SELECT task_name FROM schedule ORDER BY 1"))
        .containsExactly("first full run", "incremental */5 * * * * Z");
    scheduler("off", null).start();
    assertThat(database.texts("SELECT task_name FROM schedule")).isEmpty();
  }

  @Test
  void ofTwoProducersOneAsks() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(NOON);
    List<Instant> looks = new ArrayList<>();
    for (String account : ACCOUNTS) {
      database.run("'full', '" + account + "'");
    }
    over();
    try (Scheduler one = scheduler("*/5 * * * *", now::get, looks);
        Scheduler other = scheduler("*/5 * * * *", now::get, looks)) {
      one.start();
      other.start();
      for (int tick = 1; tick <= 3; tick++) {
        now.set(NOON.plus(Duration.ofMinutes(5L * tick)));
        String next = NOON.plus(Duration.ofMinutes(5L * tick + 5)).toString();
        await()
            .until(
                () ->
                    database
                        .text(
                            "SELECT execution_time = '"
                                + next
                                + "' AND NOT picked FROM schedule WHERE task_name LIKE 'inc%'")
                        .equals("t"));
        over();
      }
      assertThat(asked()).hasSize(4 * ACCOUNTS.size());
      assertThat(looks).hasSize(3);
    }
  }

  private static Scheduler scheduler(String text, InstantSource clock, List<Instant> looks) {
    return new Scheduler(
        new Scheduler.What(Schedule.parse(text, ZoneOffset.UTC, AssertionError::new), null),
        database.source(),
        () -> {
          synchronized (looks) {
            looks.add(clock.instant());
          }
          return ACCOUNTS;
        },
        clock);
  }

  private Scheduler scheduler(String text, @Nullable Long max) {
    return new Scheduler(
        new Scheduler.What(Schedule.parse(text, ZoneOffset.UTC, AssertionError::new), max),
        database.source(),
        () -> ACCOUNTS,
        clock::now);
  }

  /** As {@link Scheduler#start}, but ticking only when told. */
  private ManualScheduler begun(String text, @Nullable Long max) throws SQLException {
    return begun(text, max, false);
  }

  private ManualScheduler begun(String text, @Nullable Long max, boolean first)
      throws SQLException {
    Scheduler scheduler = scheduler(text, max);
    scheduler.forgetOthers();
    List<RecurringTask<String>> tasks = new ArrayList<>(scheduler.tasks());
    tasks.removeIf(task -> !first && task.getName().equals("first full run"));
    return ticking(tasks);
  }

  private ManualScheduler ticking(List<RecurringTask<String>> tasks) {
    TestHelper.ManualSchedulerBuilder builder =
        TestHelper.createManualScheduler(database.source()).clock(clock);
    builder.startTasks(tasks).tableName("schedule");
    ManualScheduler ticking = builder.build();
    ticking.start();
    return ticking;
  }

  private static void tick(ManualScheduler ticking, Duration later) {
    ticking.tick(later);
    ticking.runAnyDueExecutions();
  }

  private static void over() throws SQLException {
    database.execute("UPDATE sync_run SET status = 'COMPLETE', phase = 'ENDED'");
  }

  private static List<String> asked() throws SQLException {
    return database.texts(
        "SELECT mode || ' ' || account || ' ' || coalesce(request->>'max', '') || ' '"
            + " || requested_by FROM sync_run ORDER BY 1");
  }
}
