package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.embedded.EmbeddedKafka;
import dev.ordem.quickstart.embedded.EmbeddedPostgres;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Postgres goes away under services that run, with the log as containers have it. */
class PostgresOutageTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Map<String, String> SHIPPED_LOG =
      Map.of("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");

  @TempDir Path directory;

  @Test
  void theLogTellsOfItInLinesWithoutAStackTrace() throws Exception {
    try (TinySimulator tiny = new TinySimulator(SimulatorSettings.inProcess()).start();
        HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
        EmbeddedKafka kafka = EmbeddedKafka.in(home)) {
      kafka.start();
      EmbeddedPostgres postgres = EmbeddedPostgres.in(home);
      try {
        postgres.start();
        Map<String, String> variables =
            new HashMap<>(KilledProcessesTest.variables(tiny, postgres, kafka));
        variables.putAll(SHIPPED_LOG);
        try (One sink = new One("sink", variables, home);
            One producer = new One("producer", variables, home)) {
          sink.awaitReady(true);
          producer.awaitReady(true);
          sink.process.awaitLine("relaying the outbox");

          postgres.close();
          sink.process.awaitLine("the outbox is not relayed");
          producer.api.getWhateverStatus("/api/runs");
          producer.process.awaitLine("Database: Postgres: ");
          sink.awaitReady(false);

          postgres = EmbeddedPostgres.in(home);
          postgres.start();
          sink.awaitReady(true);
          for (One each : List.of(sink, producer)) {
            assertThat(each.process.lines()).noneMatch(line -> line.startsWith("\tat "));
          }
        }
      } finally {
        postgres.close();
      }
    }
  }

  /** A service as a process of its own. */
  private static final class One implements AutoCloseable {
    private final OwnProcess process;
    private final ProducerApi api;

    One(String name, Map<String, String> variables, HomeDirectory home) throws Exception {
      int port = home.ports().remembered(name);
      Map<String, String> own = new HashMap<>(variables);
      own.put("ORDEM_HTTP", "127.0.0.1:" + port);
      process = OwnProcess.start(Ordem.class, own, name);
      api = new ProducerApi(URI.create("http://127.0.0.1:" + port), Optional.empty());
    }

    void awaitReady(boolean ready) {
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(CommandFailure.class)
          .until(
              () ->
                  api.getWhateverStatus("/health/ready").path("ready").asBoolean(!ready) == ready);
    }

    @Override
    public void close() {
      process.close();
    }
  }
}
