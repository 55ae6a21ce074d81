package dev.ordem.quickstart;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.quickstart.embedded.DiskSpace;
import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.quickstart.embedded.EmbeddedPostgres;
import dev.ordem.quickstart.embedded.EndpointsFile;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.quickstart.embedded.Ports;
import dev.ordem.quickstart.embedded.SimulatedTiny;
import dev.ordem.quickstart.embedded.Stores;
import dev.ordem.quickstart.embedded.UpSettings;
import dev.ordem.runtime.ConnectionPool;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.runtime.StartException;
import dev.ordem.runtime.Workers;
import dev.ordem.tiny.account.owner.StoreIdentity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything {@code up} runs, in one process: what it brings itself first, then the services.
 * {@link #start} and {@link #close} belong to one thread.
 */
final class Pipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

  /** What ends a child may reach this process a moment later. */
  private static final Duration MOMENT = Duration.ofMillis(500);

  private static final int DEFAULT_PORT = 8080;
  private static final ConnectionPool IDENTITY = ConnectionPool.of("identity", 3);

  /** Both have ended when their threads are closed. */
  private static final Duration NO_TIME = Duration.ofSeconds(1);

  private final HomeDirectory home;
  private final Stores stores;
  private final StoreIdentity identity;
  private final UpSettings settings;
  private final Consumer<String> say;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Optional<EmbeddedKafka> kafka;
  private final Optional<EmbeddedPostgres> postgres;
  private final Optional<SimulatedTiny> tiny;
  private final ServiceProcess services;

  /**
   * Judges every variable before anything is started.
   *
   * @param say told what happens, a line each
   * @throws dev.ordem.runtime.ConfigurationException if variables are wrong, naming all of them
   */
  Pipeline(
      HomeDirectory home,
      Map<String, String> variables,
      List<ServiceProcess.Factory> factories,
      Consumer<String> say)
      throws StartException {
    this.home = home;
    this.settings = new UpSettings(variables);
    this.say = say;
    this.stores = Stores.in(home, settings.bringsTiny());
    opened.push(stores);
    try {
      HomeDirectory own = stores.directory();
      kafka = settings.bringsKafka() ? Optional.of(EmbeddedKafka.in(own)) : Optional.empty();
      postgres =
          settings.bringsPostgres() ? Optional.of(EmbeddedPostgres.in(own)) : Optional.empty();
      tiny =
          settings.bringsTiny()
              ? Optional.of(SimulatedTiny.in(own, settings.variables()))
              : Optional.empty();
      complete();
      Environment environment = Environment.of(settings.variables());
      identity = StoreIdentity.of(environment);
      services = new ServiceProcess(environment, DEFAULT_PORT, factories);
      stores.check(identity);
      Environment.of(variables).unknown().forEach(say);
    } catch (StartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Judges the variables before there is a directory, so that a wrong one leaves nothing behind.
   *
   * @throws dev.ordem.runtime.ConfigurationException if some are wrong, naming all of them
   */
  static void judge(
      Path home, Map<String, String> variables, List<ServiceProcess.Factory> factories) {
    UpSettings given = new UpSettings(variables);
    if (given.bringsTiny()) {
      SimulatedTiny.settings(home, variables);
    }
    Environment environment = given.trial(home);
    new ServiceProcess(environment, DEFAULT_PORT, factories).close();
    TopicsCommand.judge(environment);
  }

  private void complete() throws StartException {
    kafka.ifPresent(k -> settings.put("KAFKA_BOOTSTRAP_SERVERS", k.bootstrapServers()));
    postgres.ifPresent(
        p -> {
          settings.put("POSTGRES_URL", p.url());
          settings.put("POSTGRES_USER", EmbeddedPostgres.USER);
          settings.put("POSTGRES_PASSWORD", p.password());
        });
    tiny.ifPresent(t -> t.variables().forEach(settings::put));
    settings.putIfAbsent(
        "LEDGER_STATE_DIR", () -> stores.directory().path().resolve("streams").toString());
    settings.putIfAbsent(
        "ORDEM_SECRET_KEY", () -> home.secret("secret.key", HomeDirectory::randomSecret));
  }

  /**
   * Returns when everything works. What was started before a failure is closed by {@link #close}.
   */
  void start(ShutdownSignal stop) throws StartException, InterruptedException {
    stop.lastAct(() -> postgres.ifPresent(EmbeddedPostgres::kill));
    DiskSpace.require(home.path());
    refuseBusyPort();
    boolean stand = false;
    try {
      if (kafka.isEmpty()) {
        stop.during(this::askKafka);
      }
      if (!stop.wasAsked()) {
        startStores();
        stand = true;
        stop.during(this::startServices);
      }
    } catch (StartException | RuntimeException e) {
      if (stop.within(MOMENT)) { // which who stops a whole group of processes sends to each
        LOG.info("stopped while starting", e);
        return;
      }
      Optional<String> cause = DiskSpace.blame(home.path(), e);
      if (cause.isEmpty() && stand) {
        cause = kafka.flatMap(this::brokersFault);
      }
      if (cause.isPresent()) {
        throw new StartException(cause.get(), e);
      }
      throw e;
    }
  }

  /** Brokers that up did not bring: before it brings anything, as it may wait for them in vain. */
  private void askKafka() throws StartException, InterruptedException {
    say.accept(
        "Waiting for Kafka at %s (KAFKA_BOOTSTRAP_SERVERS) ..."
            .formatted(settings.get("KAFKA_BOOTSTRAP_SERVERS").orElse("")));
    stores.checkKafka(TopicsCommand.cluster(settings.variables()));
  }

  private void startServices() throws StartException, InterruptedException {
    identify();
    if (tiny.isPresent()) {
      opened.push(tiny.get());
      tiny.get().start();
      say.accept(tiny.get().description());
    }
    TopicsCommand.ensure(settings.variables(), Optional.empty(), Optional.empty());
    opened.push(services);
    services.start();
    EndpointsFile.write(home, settings, url());
  }

  /** Before anything is read or written: whose the stores are, and that it is us. */
  private void identify() throws StartException, InterruptedException {
    Environment environment = Environment.of(settings.variables());
    try (HikariDataSource database =
        IDENTITY.open(environment.postgres(), new SimpleMeterRegistry())) {
      identity.claim(database);
    }
    stores.note(identity);
  }

  /**
   * Why this cannot go on, if it cannot. A database that somebody killed is started again.
   *
   * @return empty: it goes on
   */
  Optional<String> fault() {
    Optional<String> full = DiskSpace.shortage(home.path());
    if (full.isPresent()) {
      return full;
    }
    Optional<String> broker = kafka.flatMap(this::brokersFault);
    if (broker.isPresent()) {
      return broker;
    }
    if (postgres.isPresent() && !postgres.get().isAlive()) {
      say.accept("PostgreSQL is gone, it was not stopped by Ordem; starting it again ...");
      try {
        postgres.get().restart();
        say.accept("PostgreSQL is back.");
      } catch (StartException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
    return services.health().live()
        ? Optional.empty()
        : Optional.of(
            DiskSpace.suspicion(home.path())
                .orElse(
                    "Cannot go on: %s. See %s/ordem.log, then start again."
                        .formatted(services.health().told(), home.path())));
  }

  private Optional<String> brokersFault(EmbeddedKafka broker) {
    return broker
        .failure()
        .map(
            why ->
                "Kafka cannot go on (%s): see %s/ordem.log, then start again."
                    .formatted(why, home.path()));
  }

  /** Broker and database side by side: on two cores that saves about two seconds. */
  private void startStores() throws StartException, InterruptedException {
    postgres.ifPresent(
        server ->
            opened.push(
                () -> {
                  server.close();
                  server.leftBehind().ifPresent(say);
                }));
    kafka.ifPresent(opened::push);
    try (Workers threads = new Workers("start", 2, NO_TIME)) {
      CompletableFuture<@Nullable Void> database =
          threads.submit(() -> begin("PostgreSQL", postgres.map(p -> p::start)));
      CompletableFuture<@Nullable Void> broker =
          threads.submit(() -> begin("Kafka", kafka.map(k -> k::start)));
      CompletableFuture.allOf(database, broker).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StartException known) {
        throw known;
      }
      throw e;
    }
  }

  private @Nullable Void begin(String name, Optional<Start> start) throws StartException {
    if (start.isPresent()) {
      long began = System.nanoTime();
      start.get().run();
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      say.accept("%s ready (%.1f s)".formatted(name, took.toMillis() / 1000.0));
    }
    return null;
  }

  private void refuseBusyPort() throws StartException {
    int port = services.port();
    String host = services.url().getHost();
    if (!Ports.isFree(host, 0)) {
      throw new StartException(
          "ORDEM_HTTP: "
              + host
              + " is no address of this machine. Write one that is, such as 127.0.0.1:"
              + port
              + ", or 0.0.0.0:"
              + port
              + " for all of them.");
    }
    if (port != 0 && !Ports.isFree(host, port)) {
      throw new StartException(
          "Port "
              + port
              + " is in use by another process. Stop it, or set ORDEM_HTTP, e.g."
              + " ORDEM_HTTP=127.0.0.1:"
              + (port + 1)
              + ".");
    }
  }

  /** Where the stores are. */
  Path directory() {
    return stores.directory().path();
  }

  /** Where the API and the dashboard are. */
  URI url() {
    return services.url();
  }

  /** The variables as the services see them. */
  UpSettings settings() {
    return settings;
  }

  /** Services first, then the broker, then the database; all of them, whatever one of them says. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable next = opened.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.warn("closing {} failed; going on", next, e);
      }
    }
  }

  @FunctionalInterface
  private interface Start {
    void run() throws StartException;
  }
}
