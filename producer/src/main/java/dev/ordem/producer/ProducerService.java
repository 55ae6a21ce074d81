package dev.ordem.producer;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.group.ClockWatch;
import dev.ordem.producer.api.Api;
import dev.ordem.producer.api.connect.ConnectSettings;
import dev.ordem.producer.api.http.ApiDatabase;
import dev.ordem.producer.api.http.ApiSources;
import dev.ordem.producer.api.http.RequestDefaults;
import dev.ordem.producer.api.runs.RunRules;
import dev.ordem.producer.certificate.SinkProgress;
import dev.ordem.producer.looking.WatchHolds;
import dev.ordem.producer.looking.Watches;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.ReadingRules;
import dev.ordem.producer.runs.RunBook;
import dev.ordem.producer.runs.Scheduler;
import dev.ordem.producer.verdict.Judge;
import dev.ordem.runtime.ConnectionPool;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Migrations;
import dev.ordem.runtime.Service;
import dev.ordem.runtime.StartException;
import dev.ordem.runtime.Workers;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.TinyClient;
import io.javalin.config.RoutesConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out runs, asks for those that the schedule wants, and serves the HTTP API. Each of these
 * has connections of its own, so that none can starve another.
 */
public final class ProducerService implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(ProducerService.class);
  private static final ConnectionPool RUNS = ConnectionPool.of("producer", 10);
  private static final ConnectionPool LEASES =
      ConnectionPool.of("leases", 3)
          .withConnectionTimeout(Duration.ofSeconds(2))
          .withSocketTimeout(Duration.ofSeconds(5));
  private static final ConnectionPool LOOKS = ConnectionPool.of("looks", 4);
  private static final ConnectionPool CALLS = ConnectionPool.forCalls("calls", 6);
  private static final ConnectionPool API =
      ConnectionPool.of("api", 6).withConnectionTimeout(Duration.ofSeconds(3));

  private static final int CLOSING_THREADS = 2;

  private final ProducerSettings settings;
  private final MeterRegistry meters;
  private final Clock clock = Clock.systemUTC();
  private final Workers closing = new Workers("producer-closing", CLOSING_THREADS, ClockWatch.LOOK);
  private final ClockWatch watch = new ClockWatch(close -> closing.execute(close::run));
  private final Loop clockLoop =
      Loop.every(ClockWatch.LOOK, "producer-clock", ClockWatch.LOOK, watch::look);
  private final KafkaClients kafka;
  private final ServiceWatch services;
  private final Api api;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile @Nullable DataSource forApi;
  private volatile @Nullable TinyClient tiny;
  private volatile @Nullable RunComponents runs;
  private volatile @Nullable Watches watches;
  private volatile @Nullable Scheduler scheduler;
  private volatile boolean stopping;

  /** Reads its settings, noting what is wrong with them; does no I/O. */
  public ProducerService(Environment environment, MeterRegistry meters) {
    this.settings = ProducerSettings.of(environment);
    this.meters = meters;
    this.kafka = new KafkaClients(settings.kafka(), meters, watch);
    this.services = new ServiceWatch(kafka::admin, System::nanoTime);
    this.api = api();
  }

  @Override
  public String name() {
    return "producer";
  }

  @Override
  public void check() throws StartException, InterruptedException {
    CALLS.check(settings.postgres());
    try (HikariDataSource database = CALLS.open(settings.postgres(), new SimpleMeterRegistry())) {
      settings.tiny().identity().claim(database);
    }
    try (KafkaClients looking = new KafkaClients(settings.kafka(), meters, watch)) {
      connect(looking);
    }
  }

  @Override
  public void start() throws StartException, InterruptedException {
    opening(closing);
    opening(clockLoop).start();
    DataSource database = database();
    TinyClient client = tiny();
    HeaderWriter writer = new HeaderWriter(kafka::producer, connect(opening(kafka)));
    HikariDataSource leases = opening(LEASES.open(settings.postgres(), meters));
    WatchHolds holds = new WatchHolds(leases);
    RunComponents parts = opening(runs(database, leases, client, writer, holds));
    parts.measure(meters);
    parts.start();
    runs = parts;
    if (settings.schedule().watches()) {
      watch(leases, client, writer, parts);
    }
    schedule(database);
    opening(services).start();
  }

  @Override
  public Health health() {
    TinyClient client = tiny;
    RunComponents parts = runs;
    if (client == null || parts == null) {
      return Health.unready("producer", "is starting");
    }
    ClientHealth calls = client.health();
    Watches watch = watches;
    Scheduler ticks = scheduler;
    return parts
        .health()
        .and(watch == null ? Health.up() : watch.health())
        .and(ticks == null ? Health.up() : ticks.health())
        .and(services.health())
        .and(clockLoop.health())
        .and(new Health(calls.live(), calls.ready(), calls.notes(name())));
  }

  @Override
  public void routes(RoutesConfig routes) {
    api.routes(routes);
  }

  /** What is asked from now on is told so: pools that close are no trouble of Postgres'. */
  @Override
  public void close() {
    stopping = true;
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed; going on", part, e);
      }
    }
  }

  private <T extends AutoCloseable> T opening(T part) {
    opened.push(part);
    return part;
  }

  private DataSource database() throws StartException {
    HikariDataSource database = opening(RUNS.open(settings.postgres(), meters));
    try {
      Migrations.run(database);
    } catch (SQLException e) {
      throw new StartException("Postgres cannot be migrated: " + e.getMessage(), e);
    }
    forApi = opening(API.open(settings.postgres(), meters));
    return database;
  }

  private TinyClient tiny() throws StartException {
    HikariDataSource calls = opening(CALLS.open(settings.postgres(), meters));
    settings.tiny().identity().claim(calls);
    TinyClient client = opening(TinyClient.create(name(), settings.tiny(), calls, meters));
    try {
      client.start();
    } catch (IllegalStateException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    tiny = client;
    if (client.names().isEmpty()) {
      LOG.warn("{}", ClientHealth.NO_ACCOUNT);
    }
    return client;
  }

  /** Returns the number of partitions. A name that is not resolved is found out at once. */
  private int connect(KafkaClients clients) throws StartException, InterruptedException {
    try {
      clients.start();
      return TopicAdmin.ensure(clients.admin(), settings.partitions(), settings.replication());
    } catch (TopicAdmin.IncompatibleTopicsException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw new StartException(
          "Kafka at "
              + settings.kafka().get("bootstrap.servers")
              + " does not answer, or does not let us in: "
              + e.getMessage()
              + ". Are KAFKA_BOOTSTRAP_SERVERS and KAFKA_CLIENT_* right?",
          e);
    }
  }

  private RunComponents runs(
      DataSource database,
      DataSource leases,
      TinyClient client,
      HeaderWriter writer,
      WatchHolds holds) {
    Judge judge =
        new Judge(
            database,
            marker -> {
              holds.heed(marker);
              writer.markUninterrupted(marker);
            },
            () -> SinkProgress.ends(kafka::admin),
            settings.openMaxAge());
    return new RunComponents(
        new RunComponents.Outside(database, leases, kafka, client::headers, this::names, clock),
        RunComponents.Rules.of(settings.reading(), settings.retention()),
        judge::look,
        writer);
  }

  private void watch(DataSource leases, TinyClient client, HeaderWriter writer, RunComponents parts)
      throws StartException {
    HikariDataSource looks = opening(LOOKS.open(settings.postgres(), meters));
    Watches.Outside outside =
        new Watches.Outside(looks, leases, client::headers, writer, parts::isBased, clock);
    Watches all = opening(new Watches(outside, settings.watchShare(), meters));
    all.start();
    watches = all;
  }

  private void schedule(DataSource database) throws StartException {
    Scheduler.What what = new Scheduler.What(settings.schedule(), settings.maxRecords());
    Scheduler ticks = opening(new Scheduler(what, database, this::names, clock));
    try {
      new RunBook(database).zone(settings.reading().zone());
      ticks.start();
    } catch (SQLException e) {
      throw new StartException("the schedule cannot be kept: " + e.getMessage(), e);
    }
    scheduler = ticks;
  }

  private Api api() {
    ReadingRules reading = settings.reading();
    return new Api(
        new ApiSources(
            () -> {
              refuseWhileStopping();
              return Optional.ofNullable(forApi);
            },
            this::accounts,
            () -> Optional.ofNullable(tiny).map(TinyClient::health),
            (account, query) -> {
              TinyClient client = tiny;
              return client == null ? null : client.headers(account, query);
            },
            kafka::trouble,
            services::presences,
            kafka::consumer),
        new RunRules(
            reading.zone(),
            reading.pageSize(),
            reading.lookbackDays(),
            reading.fresh(),
            settings.openMaxAge(),
            settings.schedule(),
            settings.watchShare()),
        new RequestDefaults(settings.tiny().account(), settings.maxRecords()),
        new ConnectSettings(
            () -> Optional.ofNullable(tiny), settings.guarded(), settings.publicUrl()),
        clock);
  }

  private void refuseWhileStopping() {
    if (stopping) {
      throw ApiDatabase.stopping(null);
    }
  }

  private List<AccountHealth> accounts() {
    refuseWhileStopping();
    DataSource database = forApi;
    return tiny == null || database == null ? List.of() : TinyClient.accounts(database);
  }

  private List<String> names() {
    TinyClient client = tiny;
    return client == null ? List.of() : client.names();
  }
}
