package dev.ordem.sink;

import dev.ordem.runtime.Health;
import dev.ordem.runtime.Postgres;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one Debezium engine of all sinks running.
 *
 * <p>Three states. <i>Standing by</i>: another sink holds the slot; look again soon.
 * <i>Relaying</i>: the engine runs, and blocks our thread. <i>Resting</i>: the engine ended,
 * because Postgres or the brokers are away; start again after a growing pause.
 */
final class OutboxRelay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration FIRST_REST = Duration.ofMillis(500);
  private static final Duration LONGEST_REST = Duration.ofSeconds(15);

  private static final int CLOSE_TRIES = 100;
  private static final long CLOSE_PAUSE_MILLIS = 50;

  private final DataSource database;
  private final Postgres postgres;
  private final ReplicationSlot slot;
  private final String slotName;
  private final OutboxRows rows;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Duration rest = FIRST_REST;
  private @Nullable DebeziumEngine<ChangeEvent<String, String>> engine;
  private volatile Health health = Health.up();

  OutboxRelay(DataSource database, Postgres postgres, String slotName, OutboxRows rows) {
    this.database = database;
    this.postgres = postgres;
    this.slot = new ReplicationSlot(database, slotName);
    this.slotName = slotName;
    this.rows = rows;
  }

  Health health() {
    return health;
  }

  void run(BooleanSupplier running) throws InterruptedException {
    while (running.getAsBoolean() && closed.getCount() > 0) {
      try {
        if (slot.state() == ReplicationSlot.State.FREE) {
          relay();
        } else {
          health = Health.up();
          pause(LOOK);
        }
      } catch (SQLException e) {
        rest("Postgres is away: " + e.getMessage());
      }
    }
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
    if (closed.getCount() > 0) {
      rest(watch.why);
    }
  }

  private String schema() throws SQLException {
    try (Connection connection = database.getConnection()) {
      return connection.getSchema();
    }
  }

  private void rest(String why) throws InterruptedException {
    LOG.warn("the outbox is not relayed; starting again in {}: {}", rest, why);
    health = Health.unready("outbox", why);
    pause(rest);
    Duration longer = rest.multipliedBy(2);
    rest = longer.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : longer;
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
      for (int tries = 0; running != null && tries < CLOSE_TRIES && !ended(running); tries++) {
        TimeUnit.MILLISECONDS.sleep(CLOSE_PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
        return engine == null;
      }
    }
  }

  private final class Watch
      implements DebeziumEngine.ConnectorCallback, DebeziumEngine.CompletionCallback {
    private volatile String why = "it ended";

    @Override
    public void pollingStarted() {
      LOG.info("relaying the outbox");
      rest = FIRST_REST;
      health = Health.up();
    }

    @Override
    public void handle(boolean success, String message, @Nullable Throwable error) {
      why = error == null ? message : message + ": " + error;
    }
  }
}
