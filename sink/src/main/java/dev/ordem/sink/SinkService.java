package dev.ordem.sink;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.contract.group.DurableProducer;
import dev.ordem.contract.group.GroupMember;
import dev.ordem.contract.group.HostClock;
import dev.ordem.runtime.ConnectionPool;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Migrations;
import dev.ordem.runtime.Service;
import dev.ordem.runtime.StartException;
import dev.ordem.runtime.Workers;
import dev.ordem.sink.outbox.OutboxRelay;
import dev.ordem.sink.repair.RepairLoop;
import dev.ordem.sink.tables.Store;
import dev.ordem.sink.tables.StoreLoop;
import dev.ordem.sink.tables.StoreRunner;
import dev.ordem.sink.tables.StoredPositions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink: stores topics in Postgres, repairs what it stored, and relays the outbox to Kafka.
 *
 * <p>Several may run at once: they share the partitions, and one of them relays. Not thread safe,
 * but for {@link #health}.
 */
public final class SinkService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(SinkService.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int CLOSING_THREADS = 2;

  /** A large batch may take Postgres a while; a connection is there soon, or the group moves on. */
  private static final ConnectionPool CONNECTIONS =
      ConnectionPool.of("ordem-sink", 6).withSocketTimeout(Duration.ofSeconds(60));

  /** The relay looks, deletes what was sent, and measures. */
  private static final ConnectionPool RELAY = ConnectionPool.of("ordem-relay", 3);

  private final SinkSettings settings;
  private final MeterRegistry meters;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile @Nullable Loops loops;

  /** Reads the variables and does no I/O. */
  public SinkService(Environment environment, MeterRegistry meters) {
    this.settings = SinkSettings.of(environment);
    this.meters = meters;
  }

  @Override
  public String name() {
    return "sink";
  }

  @Override
  public void check() throws StartException, InterruptedException {
    CONNECTIONS.check(settings.postgres());
    RELAY.check(settings.relay());
    MeterRegistry nobodys = new SimpleMeterRegistry();
    try (HikariDataSource database = CONNECTIONS.open(settings.postgres(), nobodys);
        HikariDataSource relay = RELAY.open(settings.relay(), nobodys)) {
      prepareDatabase(database, relay);
    }
    prepareTopics();
  }

  @Override
  public void start() throws StartException, InterruptedException {
    HikariDataSource database = opening(CONNECTIONS.open(settings.postgres(), meters));
    HikariDataSource relay = opening(RELAY.open(settings.relay(), meters));
    prepareDatabase(database, relay);
    prepareTopics();

    Workers closing = opening(new Workers("sink-closing", CLOSING_THREADS, PATIENCE));
    ClockWatch watch = new ClockWatch(close -> closing.execute(close::run));
    Producer<byte[], byte[]> producer =
        DurableProducer.create(settings.kafka(), "ordem-sink-producer", watch);
    opened.push(() -> producer.close(PATIENCE));
    opening(new KafkaClientMetrics(producer)).bindTo(meters);

    Clock clock = Clock.systemUTC();
    Loop clockLoop =
        opening(Loop.every(ClockWatch.LOOK, "sink-clock", ClockWatch.LOOK, watch::look));
    Store store = store(database, producer, clock);
    StoredPositions positions = new StoredPositions(database, () -> Clients.topicIds(settings));
    StoreRunner storing =
        new StoreRunner(
            new GroupMember(
                () -> Clients.consumer(settings, watch),
                watch,
                PATIENCE,
                e -> LOG.warn("{}", e.getMessage())),
            consumer ->
                new StoreLoop(consumer, store, positions, settings.batch(), System::nanoTime),
            meters);
    RepairLoop repairing =
        new RepairLoop(
            database, store(database, producer, clock), () -> Clients.repairing(settings), clock);
    OutboxRelay relaying =
        new OutboxRelay(
            relay,
            new OutboxRelay.Source(settings.relay(), settings.slot()),
            producer,
            HostClock.system(Duration.ofSeconds(1)),
            meters);
    Loop relayLoop = opening(new Loop("sink-outbox", PATIENCE, relaying::run));
    Loop watchLoop = opening(new Loop("sink-outbox-watch", PATIENCE, relaying::watch));
    opening(relaying);
    Loop repairLoop = opening(new Loop("sink-repair", PATIENCE, repairing::run));
    Loop storeLoop = opening(new Loop("sink-store", PATIENCE, storing::run));
    loops =
        new Loops(
            List.of(clockLoop, relayLoop, watchLoop, repairLoop, storeLoop), storing, relaying);
    loops.all().forEach(Loop::start);
  }

  /** One for each thread. */
  private Store store(HikariDataSource database, Producer<byte[], byte[]> producer, Clock clock) {
    return new Store(database, producer, meters, clock);
  }

  @Override
  public Health health() {
    Loops running = loops;
    return running == null ? Health.unready("sink", "not started") : running.health();
  }

  @Override
  public void close() {
    Loops running = loops;
    if (running != null) {
      running.all().forEach(Loop::stop);
    }
    while (!opened.isEmpty()) {
      AutoCloseable each = opened.pop();
      try {
        each.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed; going on", each, e);
      }
    }
  }

  private void prepareDatabase(HikariDataSource database, HikariDataSource relay)
      throws StartException {
    try {
      OutboxRelay.check(relay, settings.slot());
      Migrations.run(database);
    } catch (SQLException e) {
      throw new StartException(
          "cannot bring the tables up to date as " + settings.postgres() + ": " + e.getMessage(),
          e);
    }
  }

  private void prepareTopics() throws StartException, InterruptedException {
    try (Admin admin = Clients.admin(settings)) {
      TopicAdmin.ensure(admin, settings.partitions(), settings.replication());
    } catch (TopicAdmin.IncompatibleTopicsException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw new StartException(
          "cannot use the brokers at "
              + settings.kafka().get("bootstrap.servers")
              + " ("
              + e.getMessage()
              + "); check KAFKA_BOOTSTRAP_SERVERS and KAFKA_CLIENT_*, and that they run",
          e);
    }
  }

  private <T extends AutoCloseable> T opening(T part) {
    opened.push(part);
    return part;
  }

  private record Loops(List<Loop> all, StoreRunner storing, OutboxRelay relaying) {
    Health health() {
      return all.stream()
          .map(Loop::health)
          .reduce(storing.health().and(relaying.health()), Health::and);
    }
  }
}
