package dev.ordem.bench.pipeline.process;

import dev.ordem.runtime.net.UnusedPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Kafka, Postgres, a simulated Tiny and services, each a process of its own, in a temporary
 * directory. A service is named as {@code ./ordem} names it, with a number: {@code producer-1}. Not
 * thread safe.
 */
public final class Fleet implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofMillis(50);

  /** For processes that are started again and again: it halves what a start costs. */
  public static final String QUICK = "-XX:TieredStopAtLevel=1";

  private final Path directory;
  private final String java;
  private final Broker broker;
  private final Database database;
  private final String databaseName;
  private final Tiny tiny;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, Child> running = new TreeMap<>();

  private Fleet(Path directory, String java, Broker broker, Database database, Tiny tiny)
      throws SQLException {
    this.java = java;
    this.directory = directory;
    this.broker = broker;
    this.database = database;
    this.tiny = tiny;
    this.databaseName = database.fresh();
  }

  /**
   * Starts the stores and an account of so many orders; no service yet.
   *
   * @param java more options for the services' JVMs, as one text
   */
  public static Fleet start(int orders, String java) throws Exception {
    Path directory = Files.createTempDirectory("ordem-bench");
    System.err.println("Logs: " + directory);
    return new Fleet(
        directory,
        java,
        Broker.start(directory.resolve("kafka")),
        new Database().start(),
        Tiny.start(directory, orders));
  }

  public Tiny tiny() {
    return tiny;
  }

  public Broker broker() {
    return broker;
  }

  public Path directory() {
    return directory;
  }

  /** A new connection to the services' database. */
  public Connection connect() throws SQLException {
    return database.dataSource(databaseName).getConnection();
  }

  /** Starts a service; it is not ready yet. */
  public void start(String name) throws IOException {
    if (!ports.containsKey(name)) {
      ports.put(name, UnusedPort.find());
    }
    Map<String, String> environment = new HashMap<>(tiny.variables());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.address());
    environment.put("POSTGRES_URL", database.url(databaseName));
    environment.put("POSTGRES_USER", Database.USER);
    environment.put("POSTGRES_PASSWORD", "trusted");
    environment.put("ORDEM_SECRET_KEY", "a key for nothing but benchmarks");
    environment.put("ORDEM_HTTP", "127.0.0.1:" + ports.get(name));
    environment.put("LEDGER_STATE_DIR", directory.resolve(name + ".state").toString());
    environment.put("SYNC_SCHEDULE", "off");
    running.put(
        name,
        Child.start(
            Child.java(
                List.of(("-Xmx512m " + java).strip().split(" +", -1)),
                "dev.ordem.quickstart.Ordem",
                name.substring(0, name.lastIndexOf('-'))),
            environment,
            directory.resolve(name + ".out")));
  }

  /** Starts services one after the other, as the first migrates, and waits until all are ready. */
  public void startAll(String... names) throws Exception {
    for (String name : names) {
      start(name);
    }
    for (String name : names) {
      awaitReady(name);
    }
  }

  public void awaitReady(String name) throws Exception {
    HttpRequest ready =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.get(name) + "/health/ready"))
            .build();
    Waiting.until(
        name + " to be ready, see " + directory.resolve(name + ".out"),
        PATIENCE,
        LOOK,
        () -> {
          revive();
          try {
            return client.send(ready, BodyHandlers.discarding()).statusCode() == 200;
          } catch (IOException e) {
            return false;
          }
        });
  }

  /** Starts again what ended by itself, as whatever supervises services does. */
  public void revive() throws IOException {
    for (String name : running()) {
      if (!child(name).isAlive()) {
        System.err.println(name + " had ended, see " + directory.resolve(name + ".out"));
        start(name);
      }
    }
  }

  /** Names of what was started and neither killed nor stopped. */
  public List<String> running() {
    return new ArrayList<>(running.keySet());
  }

  public Child child(String name) {
    return Objects.requireNonNull(running.get(name), name);
  }

  public void kill(String name) {
    child(name).kill();
    running.remove(name);
  }

  public void stop(String name) {
    child(name).stop();
    running.remove(name);
  }

  /** Processor seconds so far, by process: the services', {@code broker} and {@code postgres}. */
  public Map<String, Double> cpu() throws SQLException {
    Map<String, Double> seconds = new TreeMap<>();
    running.forEach((name, child) -> seconds.put(name, Cpu.of(child.pid())));
    seconds.put("broker", Cpu.of(broker.pid()));
    try (Connection connection = connect()) {
      seconds.put("postgres", Cpu.ofTree(DatabaseQueries.postmaster(connection)));
    }
    return seconds;
  }

  /** What one process spent between two looks at {@link #cpu()}. */
  public static double spent(Map<String, Double> before, Map<String, Double> after, String name) {
    return after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0);
  }

  /** What all of them spent. */
  public static double spent(Map<String, Double> before, Map<String, Double> after) {
    return after.keySet().stream().mapToDouble(name -> spent(before, after, name)).sum();
  }

  /** Records that Kafka has taken so far, in all topics, changelogs of stores included. */
  public long records() throws Exception {
    return broker.records();
  }

  @Override
  public void close() throws IOException {
    running.values().forEach(Child::close);
    broker.close();
    database.close();
    tiny.close();
  }
}
