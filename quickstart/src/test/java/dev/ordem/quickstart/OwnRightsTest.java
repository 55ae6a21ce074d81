package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.detail.DetailWorkerService;
import dev.ordem.producer.ProducerService;
import dev.ordem.quickstart.admin.PrepareCommand;
import dev.ordem.quickstart.admin.SecuredBroker;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Postgres;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.sink.SinkService;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each service as a user and a role of its own, with the rights that it needs and no more. */
class OwnRightsTest {
  private static final String PASSWORD = "a password";
  private static final String ADMINISTRATOR = "postgres";
  private static final String URL = "jdbc:postgresql://127.0.0.1:%d/postgres";

  @TempDir Path directory;

  @Test
  void aRunIsCompleteAndMoreThanThatNobodyMay() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(120);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder().setServerConfig("wal_level", "logical").start();
        SecuredBroker broker = SecuredBroker.start(directory.resolve("kafka"))) {
      prepare(postgres, broker);
      prepare(postgres, broker); // again is harmless
      Map<String, String> common = new HashMap<>(PipelineTest.variables(tiny));
      common.put("POSTGRES_URL", URL.formatted(postgres.getPort()));
      common.put("ORDEM_SECRET_KEY", "0123456789abcdef");
      try (ServiceProcess sink =
              started(variables(common, broker, "sink", "ordem_writer"), SinkService::new);
          ServiceProcess worker =
              started(
                  variables(common, broker, "detail-worker", "ordem_worker"),
                  DetailWorkerService::new);
          ServiceProcess producer =
              started(
                  variables(common, broker, "producer", "ordem_producer"), ProducerService::new)) {
        ProducerApi api = new ProducerApi(producer.url(), Optional.empty());
        assertThat(PipelineTest.run(api, "full")).isEqualTo("COMPLETE");
        tiny.account().setSituacao(tiny.account().orderIds().get(0), 6);
        assertThat(PipelineTest.run(api, "reconcile")).isEqualTo("COMPLETE");
        try (Connection connection = connect(postgres, "ordem_producer")) {
          Truth.assertStored(connection, tiny.account().truth());
        }
        assertThat(sink.health().ready()).as("%s", sink.health()).isTrue();
        assertThat(worker.health().ready()).as("%s", worker.health()).isTrue();
      }
      nobodyWritesAnothersTopics(broker);
      nobodyReadsAnothersTables(postgres);
      everyTableIsSomebodys(postgres);
    }
  }

  private void prepare(EmbeddedPostgres postgres, SecuredBroker broker) throws Exception {
    for (String file :
        List.of(
            "producer/kafka-password",
            "producer/postgres-password",
            "detail-worker/kafka-password",
            "detail-worker/postgres-password",
            "sink/kafka-password",
            "sink/postgres-password",
            "sink/relay-password",
            "postgres/report-password")) {
      Path path = directory.resolve("passwords").resolve(file);
      Files.createDirectories(Objects.requireNonNull(path.getParent()));
      Files.writeString(path, PASSWORD);
    }
    Path passwords = directory.resolve("passwords");
    PrepareCommand.kafka(broker.asAdmin(), 2, Optional.empty(), passwords);
    PrepareCommand.postgres(
        new Postgres(URL.formatted(postgres.getPort()), ADMINISTRATOR, PASSWORD), passwords);
  }

  private Map<String, String> variables(
      Map<String, String> common, SecuredBroker broker, String user, String role) {
    Map<String, String> variables = new HashMap<>(common);
    variables.putAll(broker.variablesOf(user, PASSWORD));
    variables.put("POSTGRES_USER", role);
    variables.put("POSTGRES_PASSWORD", PASSWORD);
    variables.put("POSTGRES_RELAY_USER", "ordem_relay");
    variables.put("POSTGRES_RELAY_PASSWORD", PASSWORD);
    variables.put("LEDGER_STATE_DIR", directory.resolve("streams").toString());
    variables.put("SYNC_SCHEDULE", "off");
    return variables;
  }

  private static ServiceProcess started(
      Map<String, String> variables, ServiceProcess.Factory factory) throws Exception {
    ServiceProcess process = new ServiceProcess(Environment.of(variables), 0, List.of(factory));
    process.start();
    return process;
  }

  private static void nobodyWritesAnothersTopics(SecuredBroker broker) {
    refused(broker, "producer", Topics.OS_ENRICHED);
    refused(broker, "producer", Topics.SYNC_RUNS);
    refused(broker, "detail-worker", Topics.OS_HEADERS);
    refused(broker, "detail-worker", Topics.SYNC_RUNS);
    refused(broker, "sink", Topics.OS_ENRICHED);
    refused(broker, "sink", Topics.OS_DETAIL_RESULTS);
  }

  private static void refused(SecuredBroker broker, String user, Topic<?> topic) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            broker.as(user, PASSWORD), new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThatThrownBy(
              () -> producer.send(new ProducerRecord<>(topic.name(), new byte[] {1})).get())
          .as("%s writes %s", user, topic.name())
          .hasRootCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  private static void nobodyReadsAnothersTables(EmbeddedPostgres postgres) throws SQLException {
    refused(postgres, "ordem_worker", "SELECT id FROM os");
    refused(postgres, "ordem_worker", "SELECT id FROM sync_run");
    refused(postgres, "ordem_writer", "SELECT access_token FROM tiny_account");
    refused(postgres, "ordem_writer", "DELETE FROM outbox");
    refused(postgres, "ordem_relay", "SELECT id FROM os");
    refused(postgres, "ordem_producer", "UPDATE os SET cliente_nome = ''");
    refused(postgres, "ordem_producer", "DROP TABLE os");
    refused(postgres, "ordem_report", "SELECT cliente_nome FROM os");
    refused(postgres, "ordem_report", "SELECT payload FROM os");
    refused(postgres, "ordem_report", "SELECT ordem_run('full')");
    try (Connection connection = connect(postgres, "ordem_report");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT numero, situacao, total FROM os");
      statement.execute("SELECT * FROM os_totais");
      statement.execute("SELECT * FROM os_tempo_em_situacao");
    }
  }

  private static void refused(EmbeddedPostgres postgres, String role, String sql)
      throws SQLException {
    try (Connection connection = connect(postgres, role);
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .as("%s: %s", role, sql)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
  }

  /** A table that a migration adds is named in rights.sql, or no service could use it. */
  private static void everyTableIsSomebodys(EmbeddedPostgres postgres) throws Exception {
    String rights;
    try (InputStream stream = PrepareCommand.class.getResourceAsStream("rights.sql")) {
      rights = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    try (Connection connection = connect(postgres, ADMINISTRATOR);
        Statement statement = connection.createStatement();
        ResultSet tables =
            statement.executeQuery(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                    + " AND relkind IN ('r', 'v')")) {
      while (tables.next()) {
        assertThat(rights).containsPattern("\\b" + tables.getString(1) + "\\b");
      }
    }
  }

  private static Connection connect(EmbeddedPostgres postgres, String role) throws SQLException {
    return DriverManager.getConnection(URL.formatted(postgres.getPort()), role, PASSWORD);
  }
}
