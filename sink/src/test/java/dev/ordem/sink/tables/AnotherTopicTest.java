package dev.ordem.sink.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Event;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kafka is another one, and the clocks of those who write to it are an hour behind. */
class AnotherTopicTest {
  private static final UUID RUN = UUID.fromString("00000000-0000-0000-0000-00000000000a");
  private static final Instant BEHIND = Orders.T.minus(Duration.ofHours(1));
  private static EmbeddedPostgres server;

  private final Map<String, String> ids = new HashMap<>();
  private TestDatabase database;
  private Store store;
  private StoredPositions positions;

  @BeforeAll
  static void startPostgres() throws Exception {
    server = TestDatabase.server("logical");
  }

  @AfterAll
  static void stopPostgres() throws Exception {
    server.close();
  }

  @BeforeEach
  void theTopicsOfBeforeAreStored() throws Exception {
    database = TestDatabase.migrated(server);
    MockProducer<byte[], byte[]> letters =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    store = new Store(database.source(), letters, new SimpleMeterRegistry(), Clock.systemUTC());
    positions = sink();
    topics("before");
    told(positions, 52_001);
    write(52_000, Orders.T, Work.SETTLED, 4, 9);
    for (String table : List.of("os", "os_sync_queue")) {
      database.execute(
          "INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error,"
              + " source_offset, source_at) VALUES ('%s', 'default', 7, 'REFUSED', 0, 'c', 'e',"
                  .formatted(table)
              + " 51000, '2026-03-01 12:00Z')");
    }
  }

  @Test
  void whatItSaysIsNews() throws Exception {
    topics("after");
    positions.assigned();
    told(positions, 0);

    write(3, BEHIND, Work.PARKED, 5, 10);
    gone(4, BEHIND);

    assertThat(database.text("SELECT state FROM os_sync_queue")).isEqualTo("PARKED");
    assertThat(database.text("SELECT settled FROM sync_run_progress")).isEqualTo("5");
    assertThat(database.text("SELECT version FROM account_certificate")).isEqualTo("10");
    assertThat(database.text("SELECT removed_at IS NOT NULL FROM os")).isEqualTo("t");
    assertThat(database.text("SELECT count(*) FROM os_refused")).isEqualTo("0");
  }

  @Test
  void withinItWhatComesLateIsNone() throws Exception {
    topics("after");
    positions.assigned();
    told(positions, 0);
    write(3, BEHIND, Work.PARKED, 5, 10);

    write(2, BEHIND, Work.QUEUED, 4, 9);

    assertThat(database.text("SELECT state FROM os_sync_queue")).isEqualTo("PARKED");
    assertThat(database.text("SELECT settled FROM sync_run_progress")).isEqualTo("5");
    assertThat(database.text("SELECT version FROM account_certificate")).isEqualTo("10");
  }

  @Test
  void ofSeveralSinksTheFirstThatFindsItCounts() throws Exception {
    StoredPositions other = sink();
    told(other, 52_001);
    assertThat(numbers()).containsExactly("0");

    topics("after");
    positions.assigned();
    told(positions, 0);
    assertThat(numbers()).containsExactly("1");
    told(other, 0); // asks Kafka again before it takes the one that it knew for the newer one
    told(positions, 0);

    assertThat(numbers()).containsExactly("1");
    assertThat(database.texts("SELECT DISTINCT topic_id FROM sink_topic")).containsExactly("after");
  }

  private List<String> numbers() throws SQLException {
    return database.texts("SELECT DISTINCT number FROM sink_topic");
  }

  private StoredPositions sink() {
    return new StoredPositions(database.source(), () -> Map.copyOf(ids));
  }

  private void topics(String id) {
    store.tables().keySet().forEach(topic -> ids.put(topic, id));
  }

  private void told(StoredPositions sink, long next) throws SQLException {
    sink.tell(
        store.tables().keySet().stream()
            .map(topic -> new StoredPositions.Place(new TopicPartition(topic, 0), null, next))
            .toList());
  }

  private void write(long offset, Instant at, Work work, long settled, long version)
      throws Exception {
    var progress = Orders.progress(RUN, 0, settled);
    var certificate = Orders.certificate(0, null, version);
    store(
        List.of(
            record(Topics.OS_ENRICHED, offset, at, Orders.key(7), Orders.order(7, 500)),
            record(
                Topics.OS_SYNC_STATE, offset, at, Orders.key(7), Orders.state(7, work, null, at)),
            record(Topics.SYNC_RUN_PROGRESS, offset, at, RUN + ":0", progress),
            record(Topics.SYNC_RUN_PROGRESS, offset, at, "account:default:0", certificate)));
  }

  private void gone(long offset, Instant at) throws Exception {
    store(List.of(record(Topics.OS_ENRICHED, offset, at, Orders.key(7), null)));
  }

  private void store(List<ConsumerRecord<byte[], byte[]>> records) throws Exception {
    Batch batch = Batch.of(records, store.tables());
    assertThat(store.store(batch)).isInstanceOf(Store.Outcome.Stored.class);
  }

  private static <V extends Event> ConsumerRecord<byte[], byte[]> record(
      Topic<V> topic, long offset, Instant at, String key, @Nullable V value) {
    ConsumerRecord<byte[], byte[]> record = Orders.record(topic, 0, offset, key, value);
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        offset,
        at.toEpochMilli(),
        TimestampType.CREATE_TIME,
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        record.value(),
        record.headers(),
        record.leaderEpoch());
  }
}
