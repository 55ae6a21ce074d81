package dev.ordem.producer.runs;

import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for runs when the schedule says so, as a person would. Each producer has one; a tick is one
 * producer's, by a row of table {@code schedule}. A tick that passed while no producer was alive is
 * made up once, and one that could not be asked for is tried again. A run's id follows from its
 * account, mode and tick, so that one asked for twice is one. An account that still reads the same
 * is left out. Of an account for which no run was ever asked, a full one is asked for within
 * seconds, unless the schedule is off; and again, as long as all its runs failed to read the list,
 * a minute after the first of them and twice as long after each further one, at most an hour; one
 * that ended in the future, by a clock that was set back since, is not waited for. A tick that a
 * clock put into the future, which was set back since, is due when it would be.
 */
public final class Scheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final String TABLE = "schedule";
  private static final String ASK =
      "SELECT ordem_run(?, ?, max => ?, requested_by => 'schedule', run_id => ?)";
  private static final String ASK_FIRST =
      """
      SELECT ordem_run('full', known.account, max => ?, requested_by => 'schedule')
      FROM (SELECT account FROM tiny_account UNION SELECT account FROM tiny_quota) AS known
      WHERE NOT EXISTS (SELECT FROM sync_run r WHERE r.account = known.account
          AND (r.phase <> 'ENDED'
            OR r.status <> 'FAILED' AND r.headers->>'status' IS DISTINCT FROM 'FAILED'))
        AND clock_timestamp() >= (
          SELECT coalesce(max(r.finished_at) FILTER (WHERE r.finished_at <= clock_timestamp())
              + least(power(2, least(count(*) - 1, 6)), 60) * interval '1 minute', '-infinity')
          FROM sync_run r WHERE r.account = known.account)
      """;
  private static final String BRING_BACK =
      """
      UPDATE schedule SET execution_time = ?, version = version + 1
      WHERE task_name = ? AND NOT picked AND execution_time > ?
      """;
  private static final String FIRST = "first full run";
  private static final Duration LOOK_FOR_FIRST = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration UPKEEP = Duration.ofMinutes(1);

  private final What what;
  private final DataSource database;
  private final Supplier<List<String>> accounts;
  private final InstantSource clock;
  private final Loop upkeep = Loop.every(UPKEEP, "schedule-upkeep", PATIENCE, this::tryToBringBack);
  private com.github.kagkarlsson.scheduler.@Nullable Scheduler ticking;
  private volatile @Nullable Error died;

  /**
   * What to ask for.
   *
   * @param max most headers of a run; null: all
   */
  public record What(Schedule schedule, @Nullable Long max) {}

  /**
   * Does no I/O.
   *
   * @param accounts names of all accounts
   * @param clock of the ticks
   */
  public Scheduler(
      What what, DataSource database, Supplier<List<String>> accounts, InstantSource clock) {
    this.what = what;
    this.database = database;
    this.accounts = accounts;
    this.clock = clock;
  }

  /**
   * Forgets the ticks of another schedule, and begins.
   *
   * @throws SQLException if Postgres cannot be asked
   */
  public void start() throws SQLException {
    forgetOthers();
    List<RecurringTask<String>> tasks = tasks();
    if (!tasks.isEmpty()) {
      ticking = begun(new SchedulerBuilder(database, List.of()).startTasks(tasks));
      ticking.start();
      upkeep.start();
    }
  }

  private com.github.kagkarlsson.scheduler.Scheduler begun(SchedulerBuilder builder) {
    return builder
        .tableName(TABLE)
        .clock(clock::instant)
        .threads(2)
        .pollingInterval(POLL)
        .heartbeatInterval(HEARTBEAT)
        .missedHeartbeatsLimit(4)
        .shutdownMaxWait(PATIENCE)
        .build();
  }

  /**
   * Dead once a task ended with an Error, which the library would take for one more failure of it.
   * Thread safe.
   */
  public Health health() {
    Error error = died;
    return error == null ? upkeep.health() : Health.dead("schedule", "ended by " + error);
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (Error e) {
      died = e;
      LOG.error("the schedule died", e);
      throw e;
    }
  }

  @Override
  public void close() {
    upkeep.close();
    if (ticking != null) {
      ticking.stop();
    }
  }

  void forgetOthers() throws SQLException {
    Object[] known = tasks().stream().map(RecurringTask::getName).toArray();
    try (Connection connection = database.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM schedule WHERE task_name <> ALL (?)")) {
      delete.setArray(1, connection.createArrayOf("text", known));
      delete.executeUpdate();
    }
  }

  /** A task for each entry that is ever due; its data is the tick that is tried again. */
  List<RecurringTask<String>> tasks() {
    List<RecurringTask<String>> tasks = new ArrayList<>();
    what.schedule().entries().stream()
        .filter(entry -> entry.next(clock.instant()).isPresent())
        .map(this::task)
        .forEach(tasks::add);
    if (!tasks.isEmpty() || what.schedule().watches()) {
      tasks.add(
          Tasks.recurring(FIRST, FixedDelay.of(LOOK_FOR_FIRST), String.class)
              .execute((task, context) -> guarded(this::askFirst)));
    }
    return tasks;
  }

  private void tryToBringBack() {
    try {
      bringBack();
    } catch (SQLException e) {
      LOG.info("The schedule cannot be looked at yet: {}", e.getMessage());
    }
  }

  /** Ticks that lie behind the next one are those of a clock that was ahead. */
  void bringBack() throws SQLException {
    Instant now = clock.instant();
    try (Connection connection = database.getConnection();
        PreparedStatement update = connection.prepareStatement(BRING_BACK)) {
      bringBack(update, FIRST, now.plus(UPKEEP));
      for (Schedule.Entry entry : what.schedule().entries()) {
        Optional<Instant> next = entry.next(now);
        if (next.isPresent()) {
          bringBack(update, entry.toString(), next.get());
        }
      }
    }
  }

  private static void bringBack(PreparedStatement update, String task, Instant next)
      throws SQLException {
    OffsetDateTime at = next.atOffset(ZoneOffset.UTC);
    update.setObject(1, at);
    update.setString(2, task);
    update.setObject(3, at);
    if (update.executeUpdate() > 0) {
      LOG.warn("{}: was due later than it can be, as if a clock had been ahead; now {}", task, at);
    }
  }

  private void askFirst() {
    try (Connection connection = database.getConnection();
        PreparedStatement ask = connection.prepareStatement(ASK_FIRST)) {
      ask.setObject(1, what.max(), Types.BIGINT);
      ask.execute();
    } catch (SQLException e) {
      LOG.info("First runs cannot be asked for yet: {}", e.getMessage());
    }
  }

  private RecurringTask<String> task(Schedule.Entry entry) {
    return Tasks.recurring(entry.toString(), new Ticks(entry), String.class)
        .onFailure((failed, next) -> again(failed, next, failed.getTimeDone().plus(AGAIN)))
        .onDeadExecution((died, next) -> again(died, next, died.getExecution().executionTime))
        .executeStateful(
            (tick, context) -> {
              guarded(() -> ask(entry, tick(context.getExecution())));
              return null;
            });
  }

  private static void again(
      ExecutionComplete ended, ExecutionOperations<String> operations, Instant at) {
    operations.reschedule(ended, at, tick(ended.getExecution()).toString());
  }

  private static Instant tick(Execution execution) {
    return execution.taskInstance.getData() instanceof String first
        ? Instant.parse(first)
        : execution.executionTime;
  }

  /** Asks for the runs of a tick. */
  private void ask(Schedule.Entry entry, Instant tick) {
    SQLException failure = null;
    for (String account : accounts.get()) {
      try {
        ask(account, entry, tick);
      } catch (SQLException e) {
        if (String.valueOf(e.getSQLState()).startsWith("OR")) {
          LOG.info("The {} run of {} is left out: {}", entry.mode().text(), tick, e.getMessage());
        } else {
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw new IllegalStateException(
          "The %s run of %s could not be asked for".formatted(entry.mode().text(), tick), failure);
    }
  }

  private void ask(String account, Schedule.Entry entry, Instant tick) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement ask = connection.prepareStatement(ASK)) {
      ask.setString(1, entry.mode().text());
      ask.setString(2, account);
      ask.setObject(3, what.max(), Types.BIGINT);
      ask.setObject(4, id(account, entry, tick));
      ask.execute();
    }
  }

  static UUID id(String account, Schedule.Entry entry, Instant tick) {
    String name = "schedule/" + account + "/" + entry.mode().text() + "/" + tick;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  /** The times of an entry as db-scheduler asks for them. */
  private record Ticks(Schedule.Entry entry)
      implements com.github.kagkarlsson.scheduler.task.schedule.Schedule {
    @Override
    public Instant getNextExecutionTime(ExecutionComplete done) {
      return entry.next(done.getTimeDone()).orElse(NEVER);
    }

    @Override
    public boolean isDeterministic() {
      return true;
    }
  }
}
