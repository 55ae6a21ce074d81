package dev.ordem.sink.outbox;

import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.group.HostClock;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Postgres;
import dev.ordem.runtime.StartException;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.github.resilience4j.core.IntervalFunction;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one Debezium engine of all sinks running.
 *
 * <p>Three states. <i>Standing by</i>: another sink holds the slot; look again soon.
 * <i>Relaying</i>: the engine runs, and blocks our thread. <i>Resting</i>: the engine ended,
 * because Postgres or the brokers are away; start again after a pause that grows until a batch got
 * through.
 *
 * <p>An engine whose connection is dead and does not know it is ended from outside: where the first
 * row of the outbox stays the first for {@value #PATIENCE_SECONDS} s ({@link StalledRow}). Then the
 * slot is freed, too, for Postgres holds it for as long as it takes that connection to be alive.
 */
public final class OutboxRelay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final IntervalFunction RESTS =
      IntervalFunction.ofExponentialBackoff(Duration.ofMillis(500), 2, Duration.ofSeconds(15));
  private static final Duration MEASURE = Duration.ofSeconds(5);
  private static final int PATIENCE_SECONDS = 45;
  private static final Duration LOOK_AT_CLOCK = Duration.ofSeconds(1);

  private static final int CLOSE_TRIES = 100;
  private static final long CLOSE_PAUSE_MILLIS = 50;

  private final DataSource database;
  private final Postgres postgres;
  private final ReplicationSlot slot;
  private final String slotName;
  private final HostClock clock;
  private final OutboxRows rows;
  private final OutboxLag lag;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger rests = new AtomicInteger();
  private @Nullable DebeziumEngine<ChangeEvent<String, String>> engine;
  private volatile Health health = Health.up();
  private volatile @Nullable String stands;

  /**
   * Does no I/O.
   *
   * @param clock not used by anybody else
   */
  public OutboxRelay(
      DataSource database,
      Source source,
      Producer<byte[], byte[]> producer,
      HostClock clock,
      MeterRegistry meters) {
    this(
        database,
        source,
        clock,
        new OutboxRows(database, producer, meters, Clock.systemUTC()),
        new OutboxLag(
            database,
            source.slot,
            new StalledRow(Duration.ofSeconds(PATIENCE_SECONDS), System::nanoTime),
            meters));
  }

  OutboxRelay(DataSource database, Source source, HostClock clock, OutboxRows rows, OutboxLag lag) {
    this.database = database;
    this.postgres = source.postgres;
    this.slotName = source.slot;
    this.slot = new ReplicationSlot(database, slotName);
    this.clock = clock;
    this.rows = rows;
    this.lag = lag;
    rows.afterBatch(this::flowing);
  }

  /**
   * What is read.
   *
   * @param postgres where Debezium is to connect to
   * @param slot name of the replication slot; one for each database
   */
  public record Source(Postgres postgres, String slot) {}

  /**
   * Looks whether Postgres can be read in this way at all.
   *
   * @throws StartException if a person must change a setting of it
   */
  public static void check(DataSource database, String slotName)
      throws SQLException, StartException {
    new ReplicationSlot(database, slotName).check();
  }

  /** Whether it reaches what it needs, and rows get through. Thread safe. */
  public Health health() {
    String why = stands;
    Health now = health;
    return why == null || !now.ready() ? now : Health.unready("outbox", why);
  }

  /**
   * Relays as long as {@code running} says so.
   *
   * @throws NewerSchemaException if it met a row that only a newer version can read
   */
  public void run(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean() && closed.getCount() > 0) {
      try {
        if (slot.state() == ReplicationSlot.State.FREE) {
          relay();
        } else {
          flowing();
          pause(LOOK);
        }
      } catch (SQLException e) {
        rest("Postgres is away: %s%s".formatted(e.getMessage(), remedy(e)));
      }
    }
  }

  /**
   * Keeps the metrics of how far the relay is behind, whichever sink it is, and has it begin anew
   * where nothing gets through, or where the clock was set back: the engine would look into its
   * queue again only when the clock has caught up.
   */
  public void watch(BooleanSupplier running) throws InterruptedException {
    boolean late = false;
    for (long looks = 0; running.getAsBoolean() && closed.getCount() > 0; looks++) {
      if (looks % MEASURE.dividedBy(LOOK_AT_CLOCK) == 0) {
        measure();
      }
      late |= clock.wasSetBack();
      late = late && !endedForClock();
      pause(LOOK_AT_CLOCK);
    }
  }

  private void measure() throws InterruptedException {
    if (lag.measure()) {
      beginAnew();
    } else if (!lag.stands()) {
      stands = null;
    }
  }

  private void beginAnew() throws InterruptedException {
    String why = "the first row of the outbox does not get through; its relay begins anew";
    LOG.warn("{}", why);
    stands = why;
    DebeziumEngine<?> running = engine();
    try {
      slot.free();
    } catch (SQLException e) {
      LOG.debug("the slot cannot be freed just now", e);
    }
    end(running);
  }

  /** False: it is just starting, and refuses to be ended. */
  private boolean endedForClock() {
    DebeziumEngine<?> running = engine();
    if (running != null) {
      LOG.warn("the clock of this host was set back: the relay of the outbox begins again");
    }
    return running == null || ended(running);
  }

  private synchronized @Nullable DebeziumEngine<?> engine() {
    return engine;
  }

  private void flowing() {
    rests.set(0);
    health = Health.up();
  }

  private void relay() throws SQLException, InterruptedException {
    String schema = schema();
    Watch watch = new Watch();
    DebeziumEngine<ChangeEvent<String, String>> mine =
        OutboxEngine.builder(postgres, schema, slotName)
            .notifying(rows)
            .using((DebeziumEngine.ConnectorCallback) watch)
            .using((DebeziumEngine.CompletionCallback) watch)
            .build();
    synchronized (this) {
      if (closed.getCount() == 0) {
        return;
      }
      engine = mine;
    }
    mine.run();
    synchronized (this) {
      engine = null;
    }
    NewerSchemaException newer = rows.newer();
    if (newer != null) {
      throw newer;
    }
    if (closed.getCount() > 0) {
      rest(watch.why);
    }
  }

  /** Class 28: we are not let in. */
  private String remedy(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("28") ? "; check " + postgres.variables() : "";
  }

  private String schema() throws SQLException {
    try (Connection connection = database.getConnection()) {
      return connection.getSchema();
    }
  }

  private void rest(String why) throws InterruptedException {
    Duration rest = Duration.ofMillis(RESTS.apply(rests.incrementAndGet()));
    LOG.warn("the outbox is not relayed; starting again in {}: {}", rest, why);
    health = Health.unready("outbox", why);
    pause(rest);
  }

  private void pause(Duration time) throws InterruptedException {
    if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.debug("closed while pausing");
    }
  }

  /** Ends the engine, if one runs; {@link #run} then returns. */
  @Override
  public void close() {
    DebeziumEngine<ChangeEvent<String, String>> running;
    synchronized (this) {
      closed.countDown();
      running = engine;
    }
    try {
      end(running);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(@Nullable DebeziumEngine<?> running) throws InterruptedException {
    for (int tries = 0; running != null && tries < CLOSE_TRIES && !ended(running); tries++) {
      TimeUnit.MILLISECONDS.sleep(CLOSE_PAUSE_MILLIS);
    }
  }

  /** An engine that is just starting refuses to be closed, and so does one that has ended. */
  private boolean ended(DebeziumEngine<?> running) {
    try {
      running.close();
      return true;
    } catch (IOException | IllegalStateException e) {
      LOG.debug("the engine cannot be closed just now", e);
      synchronized (this) {
        return engine != running;
      }
    }
  }

  private static final class Watch
      implements DebeziumEngine.ConnectorCallback, DebeziumEngine.CompletionCallback {
    private volatile String why = "it ended";

    @Override
    public void pollingStarted() {
      LOG.info("relaying the outbox");
    }

    @Override
    public void handle(boolean success, String message, @Nullable Throwable error) {
      why = error == null ? message : message + ": " + error;
    }
  }
}
