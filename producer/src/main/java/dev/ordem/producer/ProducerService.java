package dev.ordem.producer;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.producer.api.Api;
import dev.ordem.producer.api.Door;
import dev.ordem.producer.api.Outlook;
import dev.ordem.runtime.ConnectionPool;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Service;
import dev.ordem.runtime.StartException;
import dev.ordem.tiny.AccountHealth;
import dev.ordem.tiny.ClientHealth;
import dev.ordem.tiny.TinyClient;
import io.javalin.config.RoutesConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Carries out runs, asks for those that the schedule wants, and serves the HTTP API. */
public final class ProducerService implements Service {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration REST = Duration.ofSeconds(1);
  private static final ConnectionPool CONNECTIONS =
      ConnectionPool.of("producer", 8).withConnectionTimeout(Duration.ofSeconds(3));

  private final ProducerSettings settings;
  private final MeterRegistry meters;
  private final Clock clock = Clock.systemUTC();
  private final Kafka kafka;
  private final Api api;
  private final Outlook outlook;
  private volatile @Nullable HikariDataSource database;
  private volatile @Nullable TinyClient tiny;
  private volatile @Nullable CommandLoop commands;
  private @Nullable Loop loop;
  private @Nullable Scheduler scheduler;

  /** Reads its settings, noting what is wrong with them; does no I/O. */
  public ProducerService(Environment environment, MeterRegistry meters) {
    this.settings = ProducerSettings.of(environment);
    this.meters = meters;
    this.kafka = new Kafka(settings.kafka(), meters);
    Api.Defaults defaults = new Api.Defaults(settings.tiny().account(), settings.maxRecords());
    Door door = new Door(() -> Optional.ofNullable(tiny), settings.guarded(), settings.publicUrl());
    this.api = new Api(() -> Optional.ofNullable(database), this::accounts, defaults, clock, door);
    this.outlook = outlook(defaults);
  }

  private Outlook outlook(Api.Defaults defaults) {
    Reading reading = settings.reading();
    return new Outlook(
        new Outlook.World(
            () -> Optional.ofNullable(database),
            this::accounts,
            () -> Optional.ofNullable(tiny).map(TinyClient::health),
            (account, query) -> {
              TinyClient client = tiny;
              return client == null ? null : client.headers(account, query);
            },
            kafka::trouble),
        new Outlook.Rules(
            reading.zone(),
            reading.pageSize(),
            reading.lookbackDays(),
            reading.fresh(),
            settings.openMaxAge()),
        defaults,
        clock);
  }

  @Override
  public String name() {
    return "producer";
  }

  @Override
  public void start() throws StartException, InterruptedException {
    HikariDataSource pool = CONNECTIONS.open(settings.postgres(), meters);
    database = pool;
    TinyClient client = TinyClient.create(name(), settings.tiny(), pool, meters);
    tiny = client;
    try {
      client.start();
    } catch (IllegalStateException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    RunReader.Source source =
        new RunReader.Source(client::headers, settings.reading(), topics(), clock);
    CommandLoop taking = new CommandLoop(kafka, () -> new Active(kafka, source), REST);
    commands = taking;
    measure();
    loop = new Loop("commands", PATIENCE, taking::run);
    loop.start();
    scheduler = schedule();
    scheduler.start();
  }

  @Override
  public Health health() {
    CommandLoop taking = commands;
    TinyClient client = tiny;
    if (loop == null || taking == null || client == null) {
      return Health.unready("producer", "is starting");
    }
    ClientHealth calls = client.health();
    return loop.health()
        .and(taking.health())
        .and(new Health(calls.live(), calls.live(), calls.notes(name())));
  }

  @Override
  public void routes(RoutesConfig routes) {
    api.routes(routes);
    outlook.routes(routes);
  }

  @Override
  public void close() {
    if (scheduler != null) {
      scheduler.close();
    }
    if (loop != null) {
      loop.close();
    }
    kafka.close();
    if (tiny != null) {
      tiny.close();
    }
    if (database != null) {
      database.close();
    }
  }

  private int topics() throws StartException, InterruptedException {
    try {
      kafka.start();
      return TopicAdmin.ensure(kafka.admin(), settings.partitions(), settings.replication());
    } catch (TopicAdmin.IncompatibleTopicsException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw new StartException(
          "Kafka at "
              + settings.kafka().get("bootstrap.servers")
              + " does not answer: "
              + e.getMessage()
              + ". Is KAFKA_BOOTSTRAP_SERVERS right?",
          e);
    }
  }

  private Scheduler schedule() {
    return new Scheduler(
        new Scheduler.What(settings.schedule(), settings.maxRecords()),
        this::book,
        () -> accounts().stream().map(AccountHealth::account).toList(),
        api::ask,
        clock);
  }

  private List<AccountHealth> accounts() {
    TinyClient client = tiny;
    return client == null ? List.of() : client.accounts();
  }

  private Optional<RunBook> book() {
    CommandLoop taking = commands;
    return taking == null ? Optional.empty() : taking.active().map(Active::book);
  }

  private void measure() {
    for (Mode mode : Mode.values()) {
      for (RunStatus status : RunStatus.values()) {
        Gauge.builder("ordem.run.state", () -> count(mode, status))
            .description("Runs known to the active producer")
            .tags("mode", mode.text(), "status", status.toString())
            .register(meters);
      }
    }
  }

  private long count(Mode mode, RunStatus status) {
    return book().map(known -> known.count(mode, status)).orElse(0L);
  }
}
