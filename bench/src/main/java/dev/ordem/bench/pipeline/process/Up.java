package dev.ordem.bench.pipeline.process;

import dev.ordem.runtime.net.UnusedPort;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code ./ordem up} on a directory that may be kept, with an account of its own. */
public final class Up implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Path ORDEM = Path.of("ordem").toAbsolutePath();
  private static final String ENDPOINTS = "endpoints.env";

  private final Path home;
  private final Tiny tiny;
  private final Child process;

  private Up(Path home, Tiny tiny, Child process) {
    this.home = home;
    this.tiny = tiny;
    this.process = process;
  }

  /**
   * Builds what is missing and starts both. On an empty directory {@code up} begins a full run.
   *
   * @param java options for the pipeline's JVM
   */
  public static Up start(Path directory, int orders, String java) throws Exception {
    build();
    return start(directory, Tiny.start(directory, orders), Map.of("ORDEM_JAVA_OPTS", java));
  }

  /**
   * Builds what is missing and starts it before {@code tiny}, which ends with it.
   *
   * @param more variables of its environment, which come before others
   */
  public static Up start(Path directory, Tiny tiny, Map<String, String> more) throws Exception {
    build();
    Path home = directory.resolve("ordem");
    Files.deleteIfExists(home.resolve(ENDPOINTS));
    Map<String, String> environment = new HashMap<>(tiny.variables());
    environment.put("SYNC_SCHEDULE", "off");
    environment.put("ORDEM_HTTP", "127.0.0.1:" + UnusedPort.find());
    environment.put("ORDEM_HOME", home.toString());
    environment.putAll(more);
    Path said = directory.resolve("up.out");
    System.err.println("Logs: " + said + " and " + home.resolve("ordem.log"));
    return new Up(home, tiny, Child.start(List.of(ORDEM.toString(), "up"), environment, said));
  }

  private static void build() throws IOException, InterruptedException {
    Process build =
        new ProcessBuilder(ORDEM.toString(), "--version").redirectError(Redirect.INHERIT).start();
    build.getInputStream().readAllBytes();
    if (build.waitFor() != 0) {
      throw new IllegalStateException(ORDEM + " --version failed; it says why above");
    }
  }

  public Tiny tiny() {
    return tiny;
  }

  public Path home() {
    return home;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns when the services have started. */
  public Up awaitStarted() throws Exception {
    Path endpoints = home.resolve(ENDPOINTS);
    Waiting.until(
        "./ordem up to start, see " + home,
        PATIENCE,
        LOOK,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("./ordem up ended, see " + home);
          }
          return Files.exists(endpoints);
        });
    return this;
  }

  /** A new connection to its database. */
  public Connection connect() throws IOException, SQLException {
    Map<String, String> values = endpoints();
    return DriverManager.getConnection(
        Objects.requireNonNull(values.get("POSTGRES_URL")),
        values.get("POSTGRES_USER"),
        values.get("POSTGRES_PASSWORD"));
  }

  /** {@code endpoints.env}; nothing while it is not there. */
  public Map<String, String> endpoints() throws IOException {
    Path file = home.resolve(ENDPOINTS);
    Map<String, String> values = new HashMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        values.put(line.substring(0, equals), line.substring(equals + 1).replace("'", ""));
      }
    }
    return values;
  }

  /** Of its JVM. */
  public long pid() {
    return process.pid();
  }

  /** What its JVM, broker included, has had of the processors, in seconds. */
  public double cpu() {
    return Cpu.of(process.pid());
  }

  /**
   * Bytes that its directory takes of the disk: Kafka and Postgres make files that are larger than
   * what is in them.
   */
  public long disk() throws IOException, InterruptedException {
    Process du = new ProcessBuilder("du", "-sk", home.toString()).start();
    String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    du.waitFor();
    return 1_024 * Long.parseLong(said.split("\\s", -1)[0]);
  }

  @Override
  public void close() {
    process.stop();
    tiny.close();
  }
}
