package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.detail.DetailWorkerService;
import dev.ordem.producer.ProducerService;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.sink.SinkService;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka, which asks who one is, and Postgres are restarted together under services that run. */
class StoresRestartedTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void allGoOnWithoutBeingStartedAgain() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(60);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        SecuredStores stores = SecuredStores.start(directory);
        ServiceProcess sink = stores.service(tiny, "sink", "ordem_writer", SinkService::new);
        ServiceProcess worker =
            stores.service(tiny, "detail-worker", "ordem_worker", DetailWorkerService::new);
        ServiceProcess producer =
            stores.service(tiny, "producer", "ordem_producer", ProducerService::new)) {
      ProducerApi api = new ProducerApi(producer.url(), Optional.empty());
      List<ServiceProcess> services = List.of(sink, worker, producer);
      assertThat(PipelineTest.run(api, "full")).isEqualTo("COMPLETE");
      services.forEach(StoresRestartedTest::awaitReady);

      stores.restart();

      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> api.get("/api/runs") != null);
      tiny.account().setSituacao(tiny.account().orderIds().get(0), 6);
      assertThat(PipelineTest.run(api, "reconcile")).isEqualTo("COMPLETE");
      services.forEach(StoresRestartedTest::awaitReady);
      try (Connection connection = stores.connect("ordem_producer")) {
        Truth.assertStored(connection, tiny.account().truth());
      }
    }
  }

  private static void awaitReady(ServiceProcess service) {
    Awaitility.await()
        .atMost(PATIENCE)
        .failFast("it is dead", () -> !service.health().live())
        .until(service::health, Health::ready);
  }
}
