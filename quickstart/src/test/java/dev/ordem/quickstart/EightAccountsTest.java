package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.terminal.RunView;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Eight companies, from nothing: eight commands, then all their orders come by themselves. */
class EightAccountsTest {
  private static final int ORDERS = 12;

  /** For all of them together. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final List<String> ACCOUNTS =
      IntStream.rangeClosed(1, 8).mapToObj(number -> "loja" + number).toList();

  @TempDir Path directory;

  @Test
  void eachIsConnectedByOneCommandAndReadWithoutAnother() throws Exception {
    SimulatorSettings settings =
        SimulatorSettings.inProcess()
            .withClients(ACCOUNTS.stream().map(Client::named).toArray(Client[]::new))
            .withOrders(ORDERS);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        Pipeline pipeline = new Pipeline(home, variables(tiny), ServiceCommands.all(), line -> {});
        ShutdownSignal stop = new ShutdownSignal()) {
      pipeline.start(stop);
      for (String account : ACCOUNTS) {
        connect(tiny, pipeline, account);
      }
      ProducerApi api = new ProducerApi(pipeline.url(), Optional.empty());
      try (Connection connection = PipelineTest.connect(pipeline)) {
        Awaitility.await("all of them")
            .atMost(PATIENCE)
            .until(() -> ACCOUNTS.stream().allMatch(account -> isRead(api, account)));
        for (String account : ACCOUNTS) {
          assertThat(ConnectTest.orders(connection, account)).as(account).isEqualTo(ORDERS);
        }
      }
    }
  }

  private static void connect(TinySimulator tiny, Pipeline pipeline, String account)
      throws Exception {
    try (OwnProcess command =
        OwnProcess.start(
            Ordem.class,
            Map.of("TINY_CLIENT_SECRET", account, "ORDEM_URL", pipeline.url().toString()),
            "connect",
            "--account",
            account,
            "--client-id",
            account)) {
      ConnectTest.answer(tiny, command, "username=demo&password=demo", 200);
      assertThat(command.awaitExit()).as("%s", command.lines()).isZero();
    }
  }

  private static boolean isRead(ProducerApi api, String account) {
    return StreamSupport.stream(
            api.get("/api/runs?mode=full&account=" + account).path("runs").spliterator(), false)
        .map(RunView::new)
        .anyMatch(run -> run.status().equals("COMPLETE"));
  }

  private static Map<String, String> variables(TinySimulator tiny) {
    Map<String, String> variables = new HashMap<>(PipelineTest.variables(tiny));
    variables.keySet().removeIf(name -> name.startsWith("TINY_CLIENT") || name.contains("TOKEN"));
    variables.remove("SYNC_SCHEDULE");
    return variables;
  }
}
