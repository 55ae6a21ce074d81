package dev.ordem.sink.repair;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.Event;
import dev.ordem.contract.Topic;
import dev.ordem.contract.TopicAdmin;
import dev.ordem.contract.Topics;
import dev.ordem.sink.Broker;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import dev.ordem.sink.tables.Store;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** An account of its own, as the topics are everybody's, and a database for it alone. */
final class TestAccount implements AutoCloseable {
  static final int PARTITIONS = 2;
  static final String ORDERS =
      "SELECT id || ' ' || revision || ' ' || coalesce(tecnico, '-') || ' '"
          + " || (removed_at IS NOT NULL) FROM os ORDER BY id";
  static final String HISTORY =
      "SELECT os_id || ' ' || sequence || ' ' || to_situacao FROM os_status_history"
          + " ORDER BY os_id, sequence";
  static final String REFUSED =
      "SELECT table_name || ' ' || os_id || ' ' || sequence || ' ' || state FROM os_refused"
          + " ORDER BY 1";
  static final String DONE =
      "SELECT concat_ws(' ', restored, extra, error) FROM repair WHERE done_at IS NOT NULL"
          + " ORDER BY id DESC LIMIT 1";

  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private final String name = "a" + UUID.randomUUID();
  private final Broker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  private final TestDatabase database;
  private final HikariDataSource pool;
  private final RepairLoop repairs;

  TestAccount(EmbeddedPostgres server, Broker broker, KafkaProducer<byte[], byte[]> producer)
      throws SQLException {
    this.broker = broker;
    this.producer = producer;
    this.database = TestDatabase.migrated(server);
    this.pool = database.pool();
    this.repairs = sink(this::consumer);
  }

  /** Makes the topics too. */
  static KafkaProducer<byte[], byte[]> producer(Broker broker) throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      TopicAdmin.ensure(admin, PARTITIONS, Optional.empty());
    }
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.address()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  String name() {
    return name;
  }

  TestDatabase database() {
    return database;
  }

  HikariDataSource pool() {
    return pool;
  }

  RepairLoop repairs() {
    return repairs;
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Orders in one revision, with one change each. */
  void orders(long from, long to) {
    for (long id = from; id <= to; id++) {
      send(Topics.OS_ENRICHED, Orders.key(id), Orders.order(id, 1, 3, "t"));
      send(Topics.OS_STATUS_CHANGES, Orders.key(id), Orders.change(id, 1, 3));
    }
  }

  <V extends Event> void send(Topic<V> topic, String key, @Nullable V value) {
    sent.add(producer.send(record(topic, key, value)));
  }

  /** As the store loop does: sends, and stores what was sent. */
  <V extends Event> void store(Store storing, Topic<V> topic, String key, V value)
      throws Exception {
    ProducerRecord<byte[], byte[]> record = record(topic, key, value);
    RecordMetadata at = producer.send(record).get();
    storing.restore(
        storing.read(
            List.of(
                new ConsumerRecord<>(
                    topic.name(), at.partition(), at.offset(), record.key(), record.value()))));
  }

  <V extends Event> ProducerRecord<byte[], byte[]> record(
      Topic<V> topic, String key, @Nullable V value) {
    ProducerRecord<byte[], byte[]> record = topic.record(key, value);
    return new ProducerRecord<>(topic.name(), mine(record.key()), mine(record.value()));
  }

  byte @Nullable [] mine(byte @Nullable [] bytes) {
    return bytes == null
        ? null
        : new String(bytes, UTF_8)
            .replace("\"default\"", "\"" + name + "\"")
            .replaceFirst("^default:", name + ":")
            .getBytes(UTF_8);
  }

  /** The tables as the topics say; a repair of empty tables is as good as a store loop. */
  List<String> fill() throws Exception {
    for (Future<?> each : sent) {
      each.get();
    }
    repair();
    return everything();
  }

  List<String> everything() throws SQLException {
    List<String> all = new ArrayList<>(database.texts(ORDERS));
    all.addAll(database.texts(HISTORY));
    all.addAll(database.texts("SELECT id || ' ' || partition FROM os ORDER BY id"));
    all.addAll(
        database.texts("SELECT os_id || ' ' || partition FROM os_status_history ORDER BY 1"));
    return all;
  }

  String repair() throws Exception {
    return repair(repairs);
  }

  /** How many rows it restored and set aside. */
  String repair(RepairLoop sink) throws Exception {
    for (Future<?> each : sent) {
      each.get();
    }
    ask("{0,1}", true);
    assertThat(sink.turn()).isTrue();
    return database.text(DONE);
  }

  void ask(String partitions, boolean extras) throws SQLException {
    database.execute(
        "INSERT INTO repair (account, partitions, extras, requested_by) VALUES ('"
            + name
            + "', '"
            + partitions
            + "', "
            + extras
            + ", 'test')");
  }

  static String copy(String id, String partition) {
    return "INSERT INTO os SELECT (jsonb_populate_record(o, jsonb_build_object('id', "
        + id
        + ", 'revision', 5000, 'partition', "
        + partition
        + "))).* FROM os o WHERE id = 1";
  }

  RepairLoop sink(Supplier<Consumer<byte[], byte[]>> consumers) {
    return new RepairLoop(pool, newStore(), consumers, Clock.systemUTC());
  }

  Store newStore() {
    return new Store(pool, letters, new SimpleMeterRegistry(), Clock.systemUTC());
  }

  static boolean turn(RepairLoop sink) {
    try {
      return sink.turn();
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", broker.address(),
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", "false",
            "fetch.max.wait.ms", "20",
            "max.poll.records", "7"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Something happens between the first records and what is done with them. */
  static Consumer<byte[], byte[]> afterFirstPoll(
      Consumer<byte[], byte[]> real, Callable<?> action) {
    boolean[] done = {false};
    @SuppressWarnings("unchecked") // it is what it stands for
    Consumer<byte[], byte[]> proxy =
        (Consumer<byte[], byte[]>)
            Proxy.newProxyInstance(
                TestAccount.class.getClassLoader(),
                new Class<?>[] {Consumer.class},
                (self, method, arguments) -> {
                  try {
                    Object result = method.invoke(real, arguments);
                    if (method.getName().equals("poll") && !done[0]) {
                      done[0] = true;
                      action.call();
                    }
                    return result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return proxy;
  }
}
