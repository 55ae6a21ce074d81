package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three services as processes of their own, killed the hard way in the middle of a run. */
class KilledProcessesTest {
  private static final int ORDERS = 240;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir Path directory;

  @Test
  void eachServiceMayDieInTheMiddleOfARunAndNothingIsLostOrDoubled() throws Exception {
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withOrders(ORDERS)
            .withWeather(new Weather(Duration.ofMillis(40), 0, 0, 0, 0));
    try (TinySimulator tiny = new TinySimulator(settings).start();
        Home home = Home.open(directory.resolve(".ordem"));
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
        String run = services.askForAFullRun();

        await(() -> count(connection, "SELECT count(*) FROM os") >= 60);
        services.killAndRestart("producer");
        await(() -> synced(connection) >= 60);
        services.killAndRestart("detail-worker");
        await(() -> synced(connection) >= 120);
        services.killAndRestart("sink");

        assertThat(services.end(run)).isEqualTo("COMPLETE");
        Truth.assertStored(connection, tiny.account().truth());
        Truth.assertHistory(connection, tiny.account().truth());
        assertThat(count(connection, "SELECT count(*) FROM os_status_history")).isEqualTo(ORDERS);
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

  /** One process for each of the three services, on ports that stay when it is started again. */
  private static final class Services implements AutoCloseable {
    private static final String[] NAMES = {"sink", "detail-worker", "producer"};

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
      for (String name : NAMES) {
        awaitReady(name);
      }
    }

    private void start(String name) throws IOException {
      Map<String, String> own = new HashMap<>(variables);
      own.put("ORDEM_HTTP", "127.0.0.1:" + ports.get(name));
      running.put(name, OwnProcess.start(Ordem.class, own, name));
    }

    void killAndRestart(String name) throws IOException {
      OwnProcess process = running.remove(name);
      assertThat(process).as(name).isNotNull();
      process.kill();
      start(name);
    }

    private void awaitReady(String name) {
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

    String askForAFullRun() {
      ProducerApi api = api("producer");
      ObjectNode request = api.json().createObjectNode().put("mode", "full");
      return new RunView(api.post("/api/runs", request)).id();
    }

    String end(String run) {
      ProducerApi api = api("producer");
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
