package dev.ordem.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.ordem.contract.Event;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.Health;
import dev.ordem.runtime.Migrations;
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
import java.util.UUID;
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
  void aWishGoesToThePartitionOfTheOrdersHeaders() throws Exception {
    start();
    String account = "a" + UUID.randomUUID();
    for (long id = 1; id <= 20; id++) {
      Header header =
          new Header(id, 3, null, null, null, null, null, null, List.of(), new TextNode("raw"));
      HeaderEvent seen =
          new HeaderEvent.Seen(account, null, Mode.FULL, false, header, Orders.T, Orders.T, null);
      send(Topics.OS_HEADERS, account + ":" + id, seen);
      wish(account + ":" + id, id % 2 == 0 ? "refresh" : "requeue");
    }

    Set<String> orders = new HashSet<>();
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              all.clear();
              read("os-headers").stream()
                  .filter(each -> text(each.key()).startsWith(account))
                  .forEach(all::add);
              return all.size() >= 40;
            });
    for (ConsumerRecord<byte[], byte[]> each : all) {
      orders.add(text(each.key()) + " in " + each.partition());
    }
    assertThat(all).hasSize(40);
    assertThat(orders).as("one partition for each order").hasSize(20);
    assertThat(all).extracting(ConsumerRecord::partition).contains(0, 1);
    await().atMost(SOON).until(() -> count("outbox") == 0);
  }

  /** The heap gives rows in another order once it was tidied up. */
  @Test
  void whatWaitedInTheOutboxIsSentInTheOrderOfItsPositions() throws Exception {
    Migrations.run(database.source());
    for (int i = 0; i < 30; i++) {
      forget();
    }
    database.execute("DELETE FROM outbox WHERE position <= 10");
    database.execute("VACUUM outbox");
    for (int i = 0; i < 10; i++) {
      forget();
    }
    List<String> order = database.texts("SELECT aggregateid FROM outbox ORDER BY position");
    assertThat(database.texts("SELECT aggregateid FROM outbox")).isNotEqualTo(order);

    start();

    assertThat(sent(Set.copyOf(order))).containsExactlyElementsOf(order);
  }

  @Test
  void anotherSinkTakesTheOutboxOverAndTheRowsWrittenMeanwhile() throws Exception {
    SinkService first = start();
    Set<String> ids = new HashSet<>();
    ids.add(forget());
    sent(ids);
    SinkService second = start();

    first.close();
    started.remove(first);
    ids.add(forget());

    assertThat(sent(ids)).as("each once").hasSize(2);
    await().atMost(SOON).until(() -> count("outbox") == 0);
    await().atMost(SOON).until(() -> second.health().equals(Health.up()));
  }

  @Test
  void rowsOutliveALostSlot() throws Exception {
    SinkService first = start();
    Set<String> ids = new HashSet<>();
    ids.add(forget());
    sent(ids);
    first.close();
    started.remove(first);

    ids.add(forget());
    database.execute("SELECT pg_drop_replication_slot('" + slot() + "')");
    start();

    assertThat(sent(ids)).hasSize(2);
    await().atMost(SOON).until(() -> count("outbox") == 0);
  }

  @Test
  void aRowThatIsTooLargeIsSetAsideAndNoOtherIsSentTwice() throws Exception {
    SinkService sink = start();
    Set<String> ids = new HashSet<>();
    ids.add(forget());
    UUID run = UUID.randomUUID();
    String state =
        text(
            Topics.SYNC_RUNS
                .record(run.toString(), Orders.run(run, RunStatus.FAILED, "x".repeat(1_100_000)))
                .value());
    database.execute(
        "INSERT INTO outbox (aggregatetype, aggregateid, type, payload) VALUES ('sync-runs', '"
            + run
            + "', 'run-state', '"
            + state
            + "')");
    ids.add(forget());

    assertThat(sent(ids)).hasSize(2);
    await().atMost(SOON).until(() -> count("outbox") == 1);
    assertThat(database.text("SELECT error FROM outbox WHERE refused_at IS NOT NULL"))
        .contains("1048576");
    ids.add(forget());
    assertThat(sent(ids)).as("no restart, nothing again").hasSize(3);
    assertThat(sink.health()).isEqualTo(Health.up());
  }

  @Test
  void aRepairThatIsAskedForIsCarriedOut() throws Exception {
    start();
    String account = "default";
    send(Topics.OS_ENRICHED, Orders.key(77), Orders.order(77, 1));
    await().atMost(SOON).until(() -> count("os WHERE id = 77") == 1);
    database.execute("TRUNCATE os");
    database.execute(
        "INSERT INTO repair (account, partitions, requested_by) VALUES ('"
            + account
            + "', '{0,1}', 'test')");

    await().atMost(SOON).until(() -> count("repair WHERE done_at IS NOT NULL") == 1);
    assertThat(database.text("SELECT error FROM repair")).isEqualTo("null");
    assertThat(count("os WHERE id = 77")).isEqualTo(1);
  }

  @Test
  void theSlotDoesNotHoldTheLogThatTheSinkItselfWrites() throws Exception {
    start();
    sent(Set.of(forget()));
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

  /** A row for the run of the key that it returns. */
  private String forget() throws SQLException {
    String run = UUID.randomUUID().toString();
    database.execute(
        "INSERT INTO outbox (aggregatetype, aggregateid, type) VALUES ('sync-runs', '"
            + run
            + "', 'forgotten')");
    return run;
  }

  private void wish(String order, String type) throws SQLException {
    database.execute(
        "INSERT INTO outbox (aggregatetype, aggregateid, type, payload) VALUES ('os-headers', '"
            + order
            + "', '"
            + type
            + "', jsonb_build_object('requestedAt', now()))");
  }

  /** The keys of the records with these keys, in their order, once there is one for each. */
  private static List<String> sent(Set<String> keys) {
    List<String> found = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              found.clear();
              read("sync-runs").stream()
                  .map(each -> text(each.key()))
                  .filter(keys::contains)
                  .forEach(found::add);
              return found.containsAll(keys);
            });
    return found;
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.address()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(read::add);
      }
      return read;
    }
  }
}
