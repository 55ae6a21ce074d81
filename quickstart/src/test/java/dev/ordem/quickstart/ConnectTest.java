package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.terminal.RunView;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ordem connect} as a process of its own, with a form posted in a person's place. */
class ConnectTest {
  private static final String TOKEN = "only-for-this-test";

  @TempDir Path directory;

  @Test
  void anAccountIsConnectedFromTheCommandLineAndRunsAtOnce() throws Exception {
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withClients(Client.named("default"), Client.named("loja"))
            .withOrders(60);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        Pipeline pipeline = new Pipeline(home, variables(tiny), ServiceCommands.all(), line -> {});
        ShutdownSignal stop = new ShutdownSignal()) {
      pipeline.start(stop);
      ProducerApi api = new ProducerApi(pipeline.url(), Optional.of(TOKEN));
      try (OwnProcess without = command(pipeline, "connect", "--account", "loja")) {
        assertThat(without.awaitExit()).isEqualTo(2);
        assertThat(without.lines()).last().asString().contains("--client-id");
      }
      refuse(tiny, pipeline);
      try (OwnProcess nobody = connect(pipeline, "--timeout", "1s")) {
        assertThat(nobody.awaitExit()).isEqualTo(1);
        assertThat(nobody.lines()).last().asString().contains("within PT1S");
      }
      approve(tiny, pipeline);
      assertThat(ready(api)).isTrue();
      approve(tiny, pipeline);
      assertThat(run(api)).isEqualTo("COMPLETE");
      try (Connection connection = PipelineTest.connect(pipeline)) {
        assertThat(orders(connection)).isEqualTo(60);
        look(tiny, pipeline);
        disconnect(pipeline);
        assertThat(orders(connection)).isEqualTo(60);
      }
    }
  }

  private static void look(TinySimulator tiny, Pipeline pipeline) throws Exception {
    JsonNode accounts = json(pipeline, "accounts", "--json").path("accounts");
    assertThat(accounts).hasSize(2);
    JsonNode loja = accounts.get(1);
    assertThat(loja.path("account").asText()).isEqualTo("loja");
    assertThat(loja.path("application").asText()).isEqualTo("loja");
    assertThat(loja.path("whose").path("username").asText()).isEqualTo("demo");
    assertThat(loja.toString()).doesNotContain("ecret");
    long id = tiny.account("loja").orderIds().get(0);
    JsonNode byId = json(pipeline, "order", Long.toString(id), "--account", "loja", "--json");
    assertThat(byId.path("id").asLong()).isEqualTo(id);
    assertThat(byId.path("history")).isNotEmpty();
    JsonNode byNumber =
        json(pipeline, "order", byId.path("numero").asText(), "--account", "loja", "--json");
    assertThat(byNumber.path("id").asLong()).isEqualTo(id);
  }

  private static void disconnect(Pipeline pipeline) throws Exception {
    try (OwnProcess unsure = command(pipeline, "disconnect", "loja")) {
      assertThat(unsure.awaitExit()).isEqualTo(2);
    }
    try (OwnProcess sure = command(pipeline, "disconnect", "loja", "--yes")) {
      assertThat(sure.awaitExit()).isZero();
      assertThat(sure.lines()).anyMatch(line -> line.contains("60 orders"));
    }
    assertThat(json(pipeline, "accounts", "--json").path("accounts")).hasSize(1);
  }

  private static JsonNode json(Pipeline pipeline, String... arguments) throws Exception {
    try (OwnProcess process = command(pipeline, arguments)) {
      assertThat(process.awaitExit()).as("%s", process.lines()).isZero();
      return new ObjectMapper().readTree(String.join("\n", process.lines()));
    }
  }

  private static void refuse(TinySimulator tiny, Pipeline pipeline) throws Exception {
    try (OwnProcess connect = connect(pipeline)) {
      answer(tiny, connect, "deny=1", 400);
      assertThat(connect.awaitExit()).isEqualTo(1);
      assertThat(connect.lines()).last().asString().contains("did not authorise", "access_denied");
    }
  }

  private static void approve(TinySimulator tiny, Pipeline pipeline) throws Exception {
    try (OwnProcess connect = connect(pipeline)) {
      answer(tiny, connect, "username=demo&password=demo", 200);
      assertThat(connect.awaitExit()).isZero();
      assertThat(connect.lines()).anyMatch(line -> line.contains("the simulated Tiny account's"));
      assertThat(connect.lines()).last().asString().isEqualTo("Account loja is connected.");
    }
  }

  private static OwnProcess connect(Pipeline pipeline, String... more) throws Exception {
    String[] arguments = {
      "connect",
      "--account",
      "loja",
      "--client-id",
      "loja",
      "--per-second",
      "0",
      "--per-minute",
      "0"
    };
    return command(pipeline, Stream.of(arguments, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private static OwnProcess command(Pipeline pipeline, String... arguments) throws Exception {
    String[] where = {"--url", pipeline.url().toString()};
    String[] all = Stream.of(arguments, where).flatMap(Stream::of).toArray(String[]::new);
    return OwnProcess.start(
        Ordem.class, Map.of("ORDEM_API_TOKEN", TOKEN, "TINY_CLIENT_SECRET", "loja"), all);
  }

  static void answer(TinySimulator tiny, OwnProcess connect, String fields, int expected)
      throws Exception {
    connect.awaitLine("Waiting");
    URI page =
        connect.lines().stream()
            .filter(line -> line.startsWith(tiny.authUrl() + "/auth?"))
            .map(URI::create)
            .findFirst()
            .orElseThrow();
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create(tiny.authUrl() + "/auth"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(page.getRawQuery() + "&" + fields))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.uri().getPath()).isEqualTo("/oauth/callback");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
  }

  private static boolean ready(ProducerApi api) {
    for (JsonNode account : api.get("/api/status").path("accounts")) {
      if (account.path("account").asText().equals("loja")) {
        return account.path("state").asText().equals("READY");
      }
    }
    return false;
  }

  /** A full run of the account that was connected, to its end. */
  static String run(ProducerApi api) {
    String id =
        new RunView(
                api.post(
                    "/api/runs",
                    api.json().createObjectNode().put("mode", "full").put("account", "loja")))
            .id();
    return Awaitility.await("the end of the run")
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> new RunView(api.get("/api/runs/" + id)), RunView::ended)
        .status();
  }

  static long orders(Connection connection) throws SQLException {
    return orders(connection, "loja");
  }

  static long orders(Connection connection, String account) throws SQLException {
    try (PreparedStatement count =
        connection.prepareStatement(
            "select count(*) from os where account = ? and details_synced")) {
      count.setString(1, account);
      try (ResultSet rows = count.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static Map<String, String> variables(TinySimulator tiny) {
    Map<String, String> variables = new HashMap<>(PipelineTest.variables(tiny));
    variables.remove("TINY_REFRESH_TOKEN");
    variables.put("ORDEM_API_TOKEN", TOKEN);
    return variables;
  }
}
