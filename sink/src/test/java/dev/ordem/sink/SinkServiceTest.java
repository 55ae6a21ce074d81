package dev.ordem.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.Event;
import dev.ordem.contract.Mode;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkServiceTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static EmbeddedPostgres server;
  private static Broker broker;
  private static KafkaProducer<byte[], byte[]> producer;

  private final List<SinkService> started = new ArrayList<>();
  private final List<Future<?>> sent = new ArrayList<>();
  private TestDatabase database;

  @BeforeAll
  static void startServers(@TempDir Path directory) throws Exception {
    server = TestDatabase.server("logical");
    broker = Broker.start(directory);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stopServers() throws Exception {
    producer.close();
    broker.close();
    server.close();
  }

  @BeforeEach
  void freshDatabase() throws SQLException {
    database = TestDatabase.in(server);
  }

  @AfterEach
  void stopSinks() throws Exception {
    started.forEach(SinkService::close);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      admin.deleteConsumerGroups(List.of("ordem-sink")).all().get();
    }
  }

  @Test
  void storesWhatIsCommittedAndSurvivesCutConnections() throws Exception {
    SinkService sink = start();
    assertThat(sink.health()).isEqualTo(Health.up());
    sendAndAbort(Topics.OS_ENRICHED.record(Orders.key(9_999), Orders.order(9_999, 1)));
    for (long id = 1; id <= 500; id++) {
      send(Topics.OS_ENRICHED, Orders.key(id), Orders.order(id, 1));
      send(Topics.OS_STATUS_CHANGES, Orders.key(id), Orders.change(id, 1, 3));
      if (id % 100 == 0) {
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name = 'ordem-sink'");
      }
    }

    for (Future<?> each : sent) {
      each.get();
    }
    await().atMost(SOON).until(() -> count("os_status_history") >= 500 && count("os") >= 500);
    assertThat(count("os")).isEqualTo(500);
    assertThat(count("os_status_history")).isEqualTo(500);
    await().atMost(SOON).until(() -> sink.health().equals(Health.up()));
  }

  @Test
  void aRunAskedForInSqlReachesTheCommandsOnceAndLeavesTheOutbox() throws Exception {
    start();
    String id = database.text("SELECT ordem_run('full', 'loja-1')");

    List<ConsumerRecord<byte[], byte[]>> commands = commands(Set.of(id));

    SyncCommand.Run run = (SyncCommand.Run) Topics.SYNC_COMMANDS.value(commands.get(0));
    assertThat(run).isNotNull();
    assertThat(run.request().mode()).isEqualTo(Mode.FULL);
    assertThat(run.account()).isEqualTo("loja-1");
    assertThat(commands.get(0).headers().lastHeader("ce_type").value())
        .isEqualTo("dev.ordem.sync-command.run".getBytes(StandardCharsets.UTF_8));
    await().atMost(SOON).until(() -> count("outbox") == 0);
  }

  @Test
  void anotherSinkTakesTheOutboxOverAndTheRowsWrittenMeanwhile() throws Exception {
    SinkService first = start();
    Set<String> ids = new HashSet<>();
    ids.add(database.text("SELECT ordem_run('full')"));
    commands(ids);
    SinkService second = start();

    first.close();
    started.remove(first);
    ids.add(database.text("SELECT ordem_run('incremental')"));

    commands(ids);
    await().atMost(SOON).until(() -> count("outbox") == 0);
    assertThat(second.health()).isEqualTo(Health.up());
  }

  @Test
  void rowsOutliveALostSlot() throws Exception {
    SinkService first = start();
    Set<String> ids = new HashSet<>();
    ids.add(database.text("SELECT ordem_run('full')"));
    commands(ids);
    first.close();
    started.remove(first);

    ids.add(database.text("SELECT ordem_run('auto')"));
    database.execute("SELECT pg_drop_replication_slot('" + slot() + "')");
    start();

    commands(ids);
    await().atMost(SOON).until(() -> count("outbox") == 0);
  }

  @Test
  void aRowThatIsNoCommandGoesToTheDeadLettersAndBlocksNothing() throws Exception {
    start();
    database.execute(
        "INSERT INTO outbox (aggregateid, type, payload) VALUES ('x', 'run', '{\"schema\":1}')");
    String id = database.text("SELECT ordem_run('full')");

    commands(Set.of(id));
    await().atMost(SOON).until(() -> count("outbox") == 0);
    assertThat(read("ordem.dlq"))
        .anySatisfy(
            letter ->
                assertThat(text(letter.headers().lastHeader("dlq.reason").value()))
                    .startsWith("outbox "));
  }

  @Test
  void theSlotDoesNotHoldTheLogThatTheSinkItselfWrites() throws Exception {
    start();
    commands(Set.of(database.text("SELECT ordem_run('full')")));
    database.execute(
        "CREATE TABLE noise AS SELECT repeat('x', 100) FROM generate_series(1, 50000)");
    String grown = database.text("SELECT pg_current_wal_lsn()");

    await()
        .atMost(SOON)
        .until(
            () ->
                database
                    .text(
                        "SELECT confirmed_flush_lsn >= '"
                            + grown
                            + "' FROM pg_replication_slots WHERE slot_name = '"
                            + slot()
                            + "'")
                    .equals("t"));
  }

  private SinkService start() throws Exception {
    Map<String, String> variables =
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", broker.address(),
            "POSTGRES_URL", database.postgres().url(),
            "POSTGRES_USER", database.postgres().user(),
            "POSTGRES_PASSWORD", database.postgres().password(),
            "KAFKA_TOPIC_PARTITIONS", "2",
            "SINK_OUTBOX_SLOT", slot());
    Environment environment = Environment.of(variables);
    SinkService sink = new SinkService(environment, new SimpleMeterRegistry());
    environment.verify();
    started.add(sink);
    sink.start();
    return sink;
  }

  private String slot() {
    return "s" + database.name();
  }

  private long count(String table) throws SQLException {
    return Long.parseLong(database.text("SELECT count(*) FROM " + table));
  }

  private <V extends Event> void send(Topic<V> topic, String key, @Nullable V value) {
    ProducerRecord<byte[], byte[]> record = topic.record(key, value);
    sent.add(producer.send(record));
  }

  private static void sendAndAbort(ProducerRecord<byte[], byte[]> record) throws Exception {
    try (KafkaProducer<byte[], byte[]> aborting =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "transactional.id", "aborting"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      aborting.initTransactions();
      aborting.beginTransaction();
      aborting.send(record).get();
      aborting.abortTransaction();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The commands with these keys, once there is one for each. */
  private static List<ConsumerRecord<byte[], byte[]>> commands(Set<String> keys) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              found.clear();
              Set<String> missing = new HashSet<>(keys);
              for (ConsumerRecord<byte[], byte[]> each : read("sync-commands")) {
                String key = text(each.key());
                if (keys.contains(key)) {
                  found.add(each);
                  missing.remove(key);
                }
              }
              return missing.isEmpty();
            });
    return found;
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
      consumer.assign(partition);
      consumer.seekToBeginning(partition);
      long end = requireNonNull(consumer.endOffsets(partition).get(partition.get(0)));
      List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
      while (consumer.position(partition.get(0)) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(read::add);
      }
      return read;
    }
  }
}
