package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.detail.DetailWorkerService;
import dev.ordem.producer.ProducerService;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.sink.SinkService;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka is away for longer than the ledger waits for a commit that has nothing to tell. */
class BrokerAwayTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Where all that is logged goes, as logback-test.xml has it. */
  private static final Path LOG = Path.of(System.getProperty("test.log", "target/test.log"));

  @TempDir Path directory;

  @Test
  void theLedgerGivesItsTasksUpAndForgetsNothing() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(60);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        SecuredStores stores = SecuredStores.start(directory);
        ServiceProcess sink = stores.service(tiny, "sink", "ordem_writer", SinkService::new);
        ServiceProcess worker =
            stores.service(
                tiny,
                "detail-worker",
                "ordem_worker",
                DetailWorkerService::new,
                Map.of("KAFKA_CLIENT_MAX_BLOCK_MS", "1000"));
        ServiceProcess producer =
            stores.service(tiny, "producer", "ordem_producer", ProducerService::new)) {
      ProducerApi api = new ProducerApi(producer.url(), Optional.empty());
      assertThat(PipelineTest.run(api, "full")).isEqualTo("COMPLETE");
      assertThat(List.of(sink, worker)).allMatch(service -> service.health().live());
      int before = Files.readAllLines(LOG).size();

      stores
          .broker()
          .restart(() -> Awaitility.await().atMost(PATIENCE).until(() -> !lost(before).isEmpty()));

      assertThat(lost(before))
          .as("a task that begins again in its place may take empty stores for whole ones")
          .noneMatch(line -> line.contains("corrupted"));
      tiny.account().setSituacao(tiny.account().orderIds().get(0), 6);
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> PipelineTest.run(api, "reconcile").equals("COMPLETE"));
      try (Connection connection = stores.connect("ordem_producer")) {
        Truth.assertStored(connection, tiny.account().truth());
      }
    }
  }

  /** What Kafka Streams has said since when its threads lost their tasks. */
  private static List<String> lost(int before) throws IOException {
    List<String> log = Files.readAllLines(LOG);
    return log.subList(Math.min(before, log.size()), log.size()).stream()
        .filter(line -> line.contains("StreamThread"))
        .filter(
            line -> line.contains("Detected that the thread") || line.contains("Detected the st"))
        .toList();
  }
}
