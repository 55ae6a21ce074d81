package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.RunView;
import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.quickstart.embedded.EmbeddedPostgres;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.quickstart.embedded.Ports;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import dev.ordem.tiny.simulator.TinySimulator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The services as processes of their own, two of those that divide their work, killed the hard way
 * in the middle of a run.
 */
class KilledProcessesTest {
  private static final int ORDERS = 240;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Weather SLOW_PAGES = new Weather(Duration.ofSeconds(3), 0, 0, 0, 0);
  private static final Weather SLOW = new Weather(Duration.ofMillis(60), 0, 0, 0, 0);

  @TempDir Path directory;

  @Test
  void whoeverDiesInTheMiddleOfARunIsReplacedAndNothingIsLostOrDoubled() throws Exception {
    SimulatorSettings settings =
        SimulatorSettings.inProcess().withOrders(ORDERS).withWeather(SLOW_PAGES);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedPostgres postgres = EmbeddedPostgres.in(home);
        EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
      postgres.start();
      kafka.start();
      Services services = new Services(variables(tiny, postgres, kafka), home.ports());
      try (services;
          Connection connection =
              DriverManager.getConnection(
                  postgres.url(), EmbeddedPostgres.USER, postgres.password())) {
        services.startAll();
        String run = services.askForAFullRun("producer-1");
        String reader = services.readerOf(run, Services.PRODUCERS);
        String other = reader.equals("producer-1") ? "producer-2" : "producer-1";

        await(() -> count(connection, "SELECT count(*) FROM os") >= 60);
        services.kill(reader);
        assertThat(count(connection, "SELECT count(*) FROM sync_run WHERE phase = 'READING'"))
            .as("in the middle of pages")
            .isEqualTo(1);
        assertThat(services.readerOf(run, List.of(other))).isEqualTo(other);
        services.start(reader);
        tiny.account().weather(SLOW);

        await(() -> synced(connection) >= 40);
        services.kill("detail-worker-1");
        services.awaitReady(reader);
        services.kill(other);
        await(() -> synced(connection) >= 120);
        services.kill("sink");
        services.start("sink");

        assertThat(services.end(run, reader)).isEqualTo("COMPLETE");
        Truth.assertStored(connection, tiny.account().truth());
        Truth.assertHistory(connection, tiny.account().truth());
        assertThat(count(connection, "SELECT count(*) FROM os_status_history")).isEqualTo(ORDERS);
        assertThat(ToldChanges.of(kafka.bootstrapServers()).count()).isEqualTo(ORDERS);
        assertThat(tiny.account().refreshTokensReused()).isZero();
      }
    }
  }

  private static long synced(Connection connection) throws Exception {
    return count(connection, "SELECT count(*) FROM os WHERE details_synced");
  }

  private static long count(Connection connection, String sql) throws Exception {
    return Truth.count(connection, sql);
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }

  static Map<String, String> variables(
      TinySimulator tiny, EmbeddedPostgres postgres, EmbeddedKafka kafka) {
    Map<String, String> variables = new HashMap<>(PipelineTest.variables(tiny));
    variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    variables.put("POSTGRES_URL", postgres.url());
    variables.put("POSTGRES_USER", EmbeddedPostgres.USER);
    variables.put("POSTGRES_PASSWORD", postgres.password());
    variables.put("ORDEM_SECRET_KEY", "a key for a test of processes");
    return variables;
  }

  /** Processes of the three services, on ports that stay when one is started again. */
  private static final class Services implements AutoCloseable {
    static final List<String> PRODUCERS = List.of("producer-1", "producer-2");

    private static final List<String> NAMES =
        List.of("sink", "detail-worker-1", "detail-worker-2", "producer-1", "producer-2");
    private static final Map<String, String> LOG_AS_SHIPPED =
        Map.of("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");

    private final Map<String, String> variables;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, OwnProcess> running = new HashMap<>();

    Services(Map<String, String> variables, Ports ports) throws Exception {
      this.variables = variables;
      for (String name : NAMES) {
        this.ports.put(name, ports.remembered(name));
      }
    }

    void startAll() throws IOException {
      for (String name : NAMES) {
        start(name);
      }
      NAMES.forEach(this::awaitReady);
    }

    void start(String name) throws IOException {
      Map<String, String> own = new HashMap<>(variables);
      own.putAll(LOG_AS_SHIPPED);
      own.put("ORDEM_HTTP", "127.0.0.1:" + ports.get(name));
      running.put(name, OwnProcess.start(Ordem.class, own, name.replaceAll("-[12]$", "")));
    }

    void kill(String name) {
      OwnProcess process = running.remove(name);
      assertThat(process).as(name).isNotNull();
      process.kill();
    }

    /** Which of them says that it reads the run. */
    String readerOf(String run, List<String> producers) {
      String reads = "run " + run + " of default reads";
      return Awaitility.await("who reads " + run)
          .atMost(PATIENCE)
          .until(
              () -> producers.stream().filter(name -> said(name, reads)).findFirst(),
              Optional::isPresent)
          .orElseThrow();
    }

    private boolean said(String name, String part) {
      return Objects.requireNonNull(running.get(name), name).lines().stream()
          .anyMatch(line -> line.contains(part));
    }

    void awaitReady(String name) {
      ProducerApi api = api(name);
      await(
          () -> {
            try {
              return api.getWhateverStatus("/health/ready").path("ready").asBoolean();
            } catch (CommandFailure e) {
              return false;
            }
          });
    }

    private ProducerApi api(String name) {
      return new ProducerApi(URI.create("http://127.0.0.1:" + ports.get(name)), Optional.empty());
    }

    String askForAFullRun(String producer) {
      ProducerApi api = api(producer);
      ObjectNode request = api.json().createObjectNode().put("mode", "full");
      return new RunView(api.post("/api/runs", request)).id();
    }

    String end(String run, String producer) {
      ProducerApi api = api(producer);
      await(
          () -> {
            try {
              return new RunView(api.get("/api/runs/" + run)).ended();
            } catch (CommandFailure e) {
              return false;
            }
          });
      return new RunView(api.get("/api/runs/" + run)).status();
    }

    @Override
    public void close() {
      running.values().forEach(OwnProcess::close);
    }
  }
}
