package dev.ordem.bench.faults.site;

import dev.ordem.bench.pipeline.process.Child;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Waiting;
import dev.ordem.runtime.net.UnusedPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
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

/** The processes, roads and disks, by their names. Not thread safe. */
public final class Site implements AutoCloseable {
  /** In the order in which they are started, as the first migrates. */
  public static final List<String> SERVICES =
      List.of("sink-1", "sink-2", "detail-worker-1", "detail-worker-2", "producer-1", "producer-2");

  public static final List<String> STORES = List.of("kafka", "postgres");

  /** Where all run beside each other: all of their clocks. */
  public static final String HOST = "host";

  private static final List<String> ROADS_LEAD_TO = List.of("kafka", "postgres", "tiny");

  private static final int PATIENT = 20;
  private static final int BRIEF = 2;
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final Duration PUT_BACK = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Path directory;
  private final Map<String, Disk> disks = new TreeMap<>();
  private final Map<String, Part> parts = new TreeMap<>();
  private final Map<String, StoreRoad> roads = new TreeMap<>();
  private final Map<String, Integer> ports = new HashMap<>();
  private final KafkaNode kafka;
  private final PostgresNode postgres;
  private final FakedClocks clocks;
  private final Tiny tiny;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(ANSWER).build();

  /**
   * Starts the stores and the account; no service yet.
   *
   * @param tiny more variables of the simulator
   * @param services more variables of the services
   */
  public Site(int orders, Map<String, String> tiny, Map<String, String> services) throws Exception {
    this.directory = Files.createTempDirectory("ordem-faults");
    System.err.println("Logs: " + directory);
    this.clocks = new FakedClocks(directory.resolve("clocks"));
    disk("kafka", 1500);
    disk("postgres", 700);
    disk("detail-worker-1", 600);
    disk("detail-worker-2", 600);
    this.kafka = new KafkaNode(onDisk("kafka"), directory);
    this.postgres = PostgresNode.create(onDisk("postgres").resolve("data"), directory);
    this.tiny = Tiny.start(directory, orders, tiny);
    for (String service : SERVICES) {
      roads.put(service + ">kafka", StoreRoad.open(kafka.listener(service)));
      roads.put(service + ">postgres", StoreRoad.open(postgres.port()));
      roads.put(service + ">tiny", StoreRoad.open(tiny().verb("/").getPort()));
      ports.put(service, UnusedPort.find());
    }
    kafka.format(roads);
    parts.put("kafka", kafka.part(clocks.ofJava("kafka")));
    parts.put("postgres", postgres.part(clocks.ofPostgres()));
    for (String service : SERVICES) {
      parts.put(service, service(service, services));
    }
    for (String store : STORES) {
      begin(store);
    }
  }

  private void disk(String name, int megabytes) throws IOException, InterruptedException {
    disks.put(name, Disk.mount(directory.resolve(name + ".disk"), megabytes));
  }

  private Path onDisk(String name) {
    return disk(name).directory();
  }

  private Part service(String name, Map<String, String> more) throws IOException {
    Map<String, String> environment = new HashMap<>(tiny.variables());
    String port = ":" + tiny.verb("/").getPort() + "/";
    String road = ":" + road(name + ">tiny").port() + "/";
    environment.replaceAll((variable, value) -> value.replace(port, road));
    environment.put("TINY_API_IDENTITY", tiny.verb("/").toString());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + road(name + ">kafka").port());
    environment.put("POSTGRES_URL", PostgresNode.url(road(name + ">postgres").port()));
    environment.put("POSTGRES_USER", PostgresNode.USER);
    environment.put("POSTGRES_PASSWORD", "trusted");
    environment.put("ORDEM_SECRET_KEY", "a key for nothing but benchmarks");
    environment.put("ORDEM_HTTP", "127.0.0.1:" + ports.get(name));
    environment.put("SYNC_SCHEDULE", "off");
    if (disks.containsKey(name)) {
      environment.put("LEDGER_STATE_DIR", onDisk(name).resolve("state").toString());
    }
    environment.putAll(more);
    environment.putAll(clocks.ofJava(name));
    List<String> java =
        Child.java(
            List.of("-Xmx160m", "-Xss512k", "-XX:TieredStopAtLevel=1"),
            "dev.ordem.quickstart.Ordem",
            name.substring(0, name.lastIndexOf('-')));
    return new Part("TERM", java, environment, directory.resolve(name + ".out"));
  }

  public Tiny tiny() {
    return tiny;
  }

  /** Where logs are. */
  public Path directory() {
    return directory;
  }

  public String kafkaAddress() {
    return kafka.address();
  }

  /** A new connection to the services' database. */
  public Connection connect() throws SQLException {
    return postgres.connect(PATIENT, "none");
  }

  /** One that gives up soon, as Postgres may be frozen: what it asked for may yet happen. */
  public Connection connectBriefly() throws SQLException {
    return postgres.connect(BRIEF, "all");
  }

  /** Whether this machine lets a disk of its own be full. */
  public boolean hasDisks() {
    return disks.values().stream().allMatch(Disk::isMounted);
  }

  /** Whether clocks can be set on this machine. */
  public boolean hasClocks() {
    return clocks.areThere();
  }

  public void begin(String name) throws IOException {
    part(name).begin();
  }

  public void kill(String name) {
    part(name).kill();
  }

  public void stop(String name) throws Exception {
    part(name).stop();
  }

  public void freeze(String name) throws Exception {
    part(name).freeze();
  }

  public void thaw(String name) throws Exception {
    part(name).thaw();
  }

  /** A road is called {@code producer-1>kafka}. */
  public void cut(String road) {
    road(road).cut();
  }

  public void hold(String road) {
    road(road).hold();
  }

  public void mend(String road) {
    road(road).mend();
  }

  public void fill(String disk) throws IOException {
    disk(disk).fill();
  }

  public void empty(String disk) throws IOException {
    disk(disk).empty();
  }

  /** Starts again what ended by itself, as a supervisor does, and names it. */
  public List<String> revive() throws IOException {
    List<String> revived = new ArrayList<>();
    for (Map.Entry<String, Part> each : parts.entrySet()) {
      if (each.getValue().revive()) {
        revived.add(each.getKey());
      }
    }
    return revived;
  }

  /** Whether it says itself that it is ready; of a store, that it answers. */
  public boolean isReady(String name) throws InterruptedException {
    if (name.equals("kafka")) {
      return kafka.answers();
    }
    if (name.equals("postgres")) {
      return postgres.answers();
    }
    try {
      return call(HttpRequest.newBuilder(address(name, "/health/ready"))) == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** A POST to a service, and its answer. */
  public HttpResponse<String> post(String name, String path, String json)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(address(name, path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .timeout(ANSWER)
            .build(),
        BodyHandlers.ofString());
  }

  private int call(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.timeout(ANSWER).build(), BodyHandlers.discarding()).statusCode();
  }

  private URI address(String name, String path) {
    return URI.create("http://127.0.0.1:" + ports.get(name) + path);
  }

  /**
   * Sets a clock.
   *
   * @param name of a process, or {@link #HOST}
   * @param seconds from the machine's
   */
  public void setClock(String name, int seconds) throws IOException {
    for (String each : name.equals(HOST) ? parts.keySet() : List.of(name)) {
      clocks.set(each, seconds);
    }
  }

  /** Stops Postgres, copies its files, and starts it again. */
  public void copyPostgres() throws Exception {
    stop("postgres");
    olderPostgres().make();
    begin("postgres");
  }

  /**
   * Stops Postgres and starts it with an older copy of its files; if there is none yet, with what
   * it has, of which a copy is made.
   *
   * @param keep whether the copy is put back again another time; else one of now takes its place
   * @throws SQLException if Postgres cannot be asked for the tokens now: nothing has happened
   */
  public void putPostgresBack(boolean keep) throws Exception {
    roadsToPostgres().forEach(this::cut);
    try (Connection connection = connectBriefly()) {
      AccountTokens tokens = AccountTokens.read(connection);
      stop("postgres");
      if (keep) {
        olderPostgres().putBack();
      } else {
        olderPostgres().exchange();
      }
      begin("postgres");
      Waiting.until("Postgres, put back", PUT_BACK, LOOK, postgres::answers);
      try (Connection again = connect()) {
        tokens.write(again);
      }
    } finally {
      roadsToPostgres().forEach(this::mend);
    }
  }

  private OlderCopy olderPostgres() {
    return new OlderCopy(onDisk("postgres").resolve("data"), directory.resolve("postgres.old"));
  }

  private static List<String> roadsToPostgres() {
    return roads().stream().filter(road -> road.endsWith(">postgres")).toList();
  }

  /** Kafka's directory is replaced by an empty one, and the ledger's stores are gone. */
  public void replaceKafka() throws Exception {
    for (String service : SERVICES) {
      kill(service);
    }
    kill("kafka");
    OlderCopy.delete(onDisk("kafka").resolve("data"));
    stores("detail-worker-1").lose();
    stores("detail-worker-2").lose();
    kafka.format(roads);
    begin("kafka");
    for (String service : SERVICES) {
      begin(service);
    }
  }

  /** The ledger's stores of a worker that does not run. */
  public OlderCopy stores(String worker) {
    return new OlderCopy(onDisk(worker).resolve("state"), directory.resolve(worker + ".old"));
  }

  private Part part(String name) {
    return Objects.requireNonNull(parts.get(name), name);
  }

  private StoreRoad road(String name) {
    return Objects.requireNonNull(roads.get(name), name);
  }

  private Disk disk(String name) {
    return Objects.requireNonNull(disks.get(name), name);
  }

  /** All roads, by name. */
  public static List<String> roads() {
    List<String> names = new ArrayList<>();
    for (String service : SERVICES) {
      for (String to : ROADS_LEAD_TO) {
        if (!service.startsWith("sink") || !to.equals("tiny")) {
          names.add(service + ">" + to);
        }
      }
    }
    return names;
  }

  @Override
  public void close() throws IOException {
    parts.values().forEach(Part::close);
    tiny.close();
    for (StoreRoad road : roads.values()) {
      road.close();
    }
    disks.values().forEach(Disk::close);
  }
}
