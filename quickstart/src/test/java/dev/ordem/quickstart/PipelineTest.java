package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.terminal.RunView;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.quickstart.embedded.UpSettings;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Weather;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything at once: the pipeline as {@code up} runs it, on a simulated account of its own. */
class PipelineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Weather STORMY = new Weather(Duration.ofMillis(2), 0.02, 0.01, 0.01, 0);

  @TempDir Path directory;

  @Test
  void postgresHoldsTheTruthAfterAFullRunInBadWeatherAndAfterEveryChange() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(250).withWeather(STORMY);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        Pipeline pipeline = new Pipeline(home, variables(tiny), ServiceCommands.all(), line -> {});
        ShutdownSignal stop = new ShutdownSignal()) {
      pipeline.start(stop);
      ProducerApi api = new ProducerApi(pipeline.url(), Optional.empty());
      SimulatedAccount account = tiny.account();
      try (Connection connection = connect(pipeline)) {
        assertThat(run(api, "full")).isEqualTo("COMPLETE");
        Truth.assertStored(connection, account.truth());
        Truth.assertHistory(connection, account.truth());

        moveOpenOrders(account);
        account.createOrder();
        account.createOrder();
        assertThat(run(api, "incremental")).isEqualTo("COMPLETE");
        Truth.assertStored(connection, account.truth());
        Truth.assertHistory(connection, account.truth());

        finish(account);
        account.setMarcadores(account.orderIds().get(40), List.of("urgente", "garantia"));
        assertThat(run(api, "full")).isEqualTo("COMPLETE");
        Truth.assertStored(connection, account.truth());
        Truth.assertHistory(connection, account.truth());
        assertThat(account.refreshTokensReused()).isZero();
      }
    }
  }

  /** Each to the next open status, so that the next incremental run must see all of them. */
  private static void moveOpenOrders(SimulatedAccount account) {
    account.truth().stream()
        .filter(order -> order.situacao() == 0 || order.situacao() == 5)
        .limit(20)
        .forEach(order -> account.setSituacao(order.id(), 6));
  }

  /** Only orders that are not finished: finishing one again changes what only the detail shows. */
  private static void finish(SimulatedAccount account) {
    account.truth().stream()
        .filter(order -> order.situacao() != 3)
        .limit(30)
        .forEach(order -> account.setSituacao(order.id(), 3));
  }

  static Map<String, String> variables(TinySimulator tiny) {
    Map<String, String> variables = new HashMap<>();
    variables.put("TINY_API_URL", tiny.apiUrl().toString());
    variables.put("TINY_AUTH_URL", tiny.authUrl().toString());
    variables.put("TINY_CLIENT_ID", tiny.account().clientId());
    variables.put("TINY_CLIENT_SECRET", tiny.account().clientSecret());
    variables.put("TINY_REFRESH_TOKEN", tiny.account().refreshToken());
    variables.put("TINY_REQUESTS_PER_SECOND", "0");
    variables.put("TINY_REQUESTS_PER_MINUTE", "0");
    variables.put("ORDEM_HTTP", "127.0.0.1:0");
    variables.put("SYNC_SCHEDULE", "off");
    return variables;
  }

  static Connection connect(Pipeline pipeline) throws Exception {
    UpSettings settings = pipeline.settings();
    return DriverManager.getConnection(
        settings.get("POSTGRES_URL").orElseThrow(),
        settings.get("POSTGRES_USER").orElseThrow(),
        settings.get("POSTGRES_PASSWORD").orElseThrow());
  }

  /** Asks for a run and waits for its end. */
  static String run(ProducerApi api, String mode) {
    ObjectNode request = api.json().createObjectNode().put("mode", mode);
    String id = new RunView(api.post("/api/runs", request)).id();
    return Awaitility.await("the end of the run")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> new RunView(api.get("/api/runs/" + id)), RunView::ended)
        .status();
  }
}
