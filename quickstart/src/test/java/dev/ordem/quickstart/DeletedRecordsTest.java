package dev.ordem.quickstart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.Topics;
import dev.ordem.detail.DetailWorkerService;
import dev.ordem.producer.ProducerService;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.terminal.RunView;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.sink.SinkService;
import dev.ordem.tiny.simulator.SimulatedAccount;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person deletes records of {@code os-headers} while no worker is there to read them. */
class DeletedRecordsTest {
  private static final int PARTITIONS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void aRunIsNotCompleteWithoutTheHeadersThatWereDeleted() throws Exception {
    try (TinySimulator tiny =
            new TinySimulator(SimulatorSettings.inProcess().withOrders(120)).start();
        ShutdownSignal stop = new ShutdownSignal()) {
      try (HomeDirectory home = home();
          Pipeline pipeline =
              pipeline(
                  home,
                  tiny,
                  List.of(SinkService::new, DetailWorkerService::new, ProducerService::new))) {
        pipeline.start(stop);
        assertThat(PipelineTest.run(api(pipeline), "full")).isEqualTo("COMPLETE");
      }
      SimulatedAccount account = tiny.account();
      account.orderIds().forEach(id -> account.setMarcadores(id, List.of("urgente")));
      try (HomeDirectory home = home();
          Pipeline pipeline =
              pipeline(home, tiny, List.of(SinkService::new, ProducerService::new))) {
        pipeline.start(stop);
        ProducerApi api = api(pipeline);
        ObjectNode full = api.json().createObjectNode().put("mode", "full");
        String run = new RunView(api.post("/api/runs", full)).id();
        Awaitility.await("its headers are written")
            .atMost(PATIENCE)
            .until(() -> read(api, run).path("headers").path("status").asText().equals("COMPLETE"));
        Map<String, String> variables = pipeline.settings().variables();
        deleteAllButTheEnds(requireNonNull(variables.get("KAFKA_BOOTSTRAP_SERVERS")));
        try (DetailWorkerService worker =
                new DetailWorkerService(Environment.of(variables), new SimpleMeterRegistry());
            Connection connection = PipelineTest.connect(pipeline)) {
          worker.start();
          Awaitility.await("the end of the run")
              .atMost(PATIENCE)
              .until(() -> new RunView(api.get("/api/runs/" + run)).ended());
          assertThat(new RunView(api.get("/api/runs/" + run)).status()).isEqualTo("COMPLETE");
          Truth.assertStored(connection, account.truth());
        }
      }
    }
  }

  private static JsonNode read(ProducerApi api, String run) {
    return api.get("/api/runs/" + run).path("modules");
  }

  /** The last record of each partition is the end of the run's headers. */
  private static void deleteAllButTheEnds(String brokers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        latest.put(new TopicPartition(Topics.OS_HEADERS.name(), partition), OffsetSpec.latest());
      }
      Map<TopicPartition, RecordsToDelete> before = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((each, end) -> before.put(each, RecordsToDelete.beforeOffset(end.offset() - 1)));
      admin.deleteRecords(before).all().get();
    }
  }

  private HomeDirectory home() throws Exception {
    return HomeDirectory.open(directory.resolve(".ordem"));
  }

  private static Pipeline pipeline(
      HomeDirectory home, TinySimulator tiny, List<ServiceProcess.Factory> services)
      throws Exception {
    return new Pipeline(home, PipelineTest.variables(tiny), services, line -> {});
  }

  private static ProducerApi api(Pipeline pipeline) {
    return new ProducerApi(pipeline.url(), Optional.empty());
  }
}
