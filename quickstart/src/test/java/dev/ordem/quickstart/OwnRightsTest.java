package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.detail.DetailWorkerService;
import dev.ordem.producer.ProducerService;
import dev.ordem.quickstart.admin.SecuredBroker;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.runtime.ServiceProcess;
import dev.ordem.sink.SinkService;
import dev.ordem.tiny.simulator.SimulatorSettings;
import dev.ordem.tiny.simulator.TinySimulator;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each service as a user and a role of its own, with the rights that it needs and no more. */
class OwnRightsTest {
  @TempDir Path directory;

  @Test
  void aRunIsCompleteAndMoreThanThatNobodyMay() throws Exception {
    SimulatorSettings settings = SimulatorSettings.inProcess().withOrders(120);
    try (TinySimulator tiny = new TinySimulator(settings).start();
        SecuredStores stores = SecuredStores.start(directory)) {
      stores.prepare(); // again is harmless
      everyTableIsSomebodys(stores);
      try (ServiceProcess sink = stores.service(tiny, "sink", "ordem_writer", SinkService::new);
          ServiceProcess worker =
              stores.service(tiny, "detail-worker", "ordem_worker", DetailWorkerService::new);
          ServiceProcess producer =
              stores.service(tiny, "producer", "ordem_producer", ProducerService::new)) {
        ProducerApi api = new ProducerApi(producer.url(), Optional.empty());
        assertThat(PipelineTest.run(api, "full")).isEqualTo("COMPLETE");
        tiny.account().setSituacao(tiny.account().orderIds().get(0), 6);
        assertThat(PipelineTest.run(api, "reconcile")).isEqualTo("COMPLETE");
        try (Connection connection = stores.connect("ordem_producer")) {
          Truth.assertStored(connection, tiny.account().truth());
        }
        assertThat(sink.health().ready()).as("%s", sink.health()).isTrue();
        assertThat(worker.health().ready()).as("%s", worker.health()).isTrue();
      }
      nobodyWritesAnothersTopics(stores.broker());
      nobodyReadsAnothersTables(stores);
      whatServicesDoSeldomTheyMay(stores);
    }
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
            broker.as(user, SecuredStores.PASSWORD),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      assertThatThrownBy(
              () -> producer.send(new ProducerRecord<>(topic.name(), new byte[] {1})).get())
          .as("%s writes %s", user, topic.name())
          .hasRootCauseInstanceOf(TopicAuthorizationException.class);
    }
  }

  private static void nobodyReadsAnothersTables(SecuredStores stores) throws SQLException {
    refused(stores, "ordem_worker", "SELECT payload FROM os");
    refused(stores, "ordem_worker", "SELECT cliente_nome FROM os");
    refused(stores, "ordem_worker", "DELETE FROM os");
    refused(stores, "ordem_worker", "DELETE FROM tiny_account");
    refused(stores, "ordem_writer", "SELECT email FROM identity");
    refused(stores, "ordem_report", "SELECT email FROM identity");
    refused(stores, "ordem_worker", "SELECT id FROM sync_run");
    refused(stores, "ordem_writer", "SELECT access_token FROM tiny_account");
    refused(stores, "ordem_writer", "DELETE FROM outbox");
    refused(stores, "ordem_relay", "SELECT id FROM os");
    refused(stores, "ordem_producer", "UPDATE os SET cliente_nome = ''");
    refused(stores, "ordem_producer", "DROP TABLE os");
    refused(stores, "ordem_report", "SELECT cliente_nome FROM os");
    refused(stores, "ordem_report", "SELECT payload FROM os");
    refused(stores, "ordem_report", "SELECT ordem_run('full')");
    try (Connection connection = stores.connect("ordem_report");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT numero, situacao, total FROM os");
      statement.execute("SELECT * FROM os_totais");
      statement.execute("SELECT * FROM os_tempo_em_situacao");
    }
  }

  /**
   * A disconnected account, whose an authorisation is that a variable gives, a Kafka that is an
   * older copy, a row that Postgres refuses.
   */
  private static void whatServicesDoSeldomTheyMay(SecuredStores stores) throws SQLException {
    try (Connection connection = stores.connect("ordem_producer");
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM tiny_quota WHERE account = 'nobody'");
      statement.execute("DELETE FROM tiny_account WHERE account = 'nobody'");
      statement.execute("DELETE FROM tiny_authorisation WHERE account = 'nobody'");
      statement.execute("UPDATE identity SET whose_at = whose_at WHERE account = 'nobody'");
      statement.execute(
          "UPDATE generation SET topic_ends = '{}', went_back = true WHERE account = 'nobody'");
      statement.execute("UPDATE sink_topic SET number = number + 1 WHERE topic = 'none'");
      statement.execute(
          "WITH forgets AS MATERIALIZED (SELECT set_config('ordem.forgets', 'on', true))"
              + " DELETE FROM account_certificate USING forgets WHERE account = 'nobody'");
    }
    try (Connection connection = stores.connect("ordem_writer");
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error)"
              + " VALUES ('os', 'nobody', 1, 'REFUSED', 0, 'cause', 'error')");
      statement.execute("DELETE FROM os_refused WHERE account = 'nobody'");
    }
    try (Connection connection = stores.connect("ordem_worker");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT id, numero, data, cliente_id FROM os WHERE account = 'nobody'");
      statement.execute("UPDATE identity SET company = company WHERE account = 'nobody'");
    }
  }

  private static void refused(SecuredStores stores, String role, String sql) throws SQLException {
    try (Connection connection = stores.connect(role);
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute(sql))
          .as("%s: %s", role, sql)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
  }

  /** A table that a migration adds is granted in rights.sql, or no service could use it. */
  private static void everyTableIsSomebodys(SecuredStores stores) throws SQLException {
    String nobodys =
        """
        SELECT string_agg(c.relname, ', ') FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
          AND NOT EXISTS (SELECT FROM pg_roles r
            WHERE r.rolname IN ('ordem_producer', 'ordem_worker', 'ordem_writer', 'ordem_relay')
              AND has_any_column_privilege(r.oid, c.oid, 'SELECT'))
        """;
    try (Connection connection = stores.connect(SecuredStores.ADMINISTRATOR);
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(nobodys)) {
      answer.next();
      assertThat(answer.getString(1)).as("granted to no service").isNull();
    }
  }
}
