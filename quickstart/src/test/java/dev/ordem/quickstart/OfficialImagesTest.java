package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The pipeline on the broker and the database that docker-compose.yml names. */
@Tag("docker")
class OfficialImagesTest {
  @TempDir Path directory;

  @Test
  void aFullRunIsCompleteOnTheOfficialImages() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(200);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        KafkaContainer kafka = new KafkaContainer("apache/kafka:4.2.2");
        PostgreSQLContainer postgres =
            new PostgreSQLContainer("postgres:18")
                .withCommand("postgres", "-c", "wal_level=logical")) {
      kafka.start();
      postgres.start();
      Map<String, String> variables = new HashMap<>(PipelineTest.variables(tiny));
      variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka.getBootstrapServers());
      variables.put("POSTGRES_URL", postgres.getJdbcUrl());
      variables.put("POSTGRES_USER", postgres.getUsername());
      variables.put("POSTGRES_PASSWORD", postgres.getPassword());
      try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"));
          Pipeline pipeline = new Pipeline(home, variables, ServiceCommands.all(), line -> {});
          ShutdownSignal stop = new ShutdownSignal()) {
        pipeline.start(stop);
        ProducerApi api = new ProducerApi(pipeline.url(), Optional.empty());
        assertThat(PipelineTest.run(api, "full")).isEqualTo("COMPLETE");
        try (Connection connection = PipelineTest.connect(pipeline)) {
          Truth.assertStored(connection, tiny.account().truth());
        }
        assertThat(home.path().resolve("data/kafka")).doesNotExist();
        assertThat(Files.exists(home.path().resolve("data/postgres"))).isFalse();
      }
    }
  }
}
