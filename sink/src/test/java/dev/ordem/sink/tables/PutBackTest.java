package dev.ordem.sink.tables;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Failure;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.contract.Topics;
import dev.ordem.sink.Orders;
import dev.ordem.sink.SetClock;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Postgres turns out to hold less than was stored in it. */
class PutBackTest {
  private static final TopicPartition WORK = new TopicPartition("os-sync-state", 0);
  private static final String QUEUE = "SELECT os_id || ' ' || state FROM os_sync_queue ORDER BY 1";
  private static final String RUNS =
      "SELECT concat_ws(' ', right(id::text, 1), status, phase, owed, cursor IS NULL)"
          + " FROM sync_run ORDER BY id";
  private static EmbeddedPostgres server;

  private final SetClock clock = new SetClock();
  private TestDatabase database;
  private Store store;
  private MockConsumer<byte[], byte[]> consumer;
  private StoreLoop loop;

  @BeforeAll
  static void startPostgres() throws Exception {
    server = TestDatabase.server("logical");
  }

  @AfterAll
  static void stopPostgres() throws Exception {
    server.close();
  }

  @BeforeEach
  void twoRecordsAreStored() throws Exception {
    database = TestDatabase.migrated(server);
    MockProducer<byte[], byte[]> letters =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    store = new Store(database.source(), letters, new SimpleMeterRegistry(), Clock.systemUTC());
    start("first");
    work(0, 1, Work.PARKED);
    loop.turn();
    database.execute("CREATE TABLE backup AS TABLE os_sync_queue");
    database.execute("CREATE TABLE backup_position AS TABLE sink_position");
    work(1, 1, Work.SETTLED);
    work(2, 2, Work.PARKED);
    loop.turn();
    assertThat(database.texts(QUEUE)).containsExactly("1 SETTLED", "2 PARKED");
  }

  /** Nothing comes: the topic holds no more than was read. */
  @Test
  void whatCameSinceTheBackupIsStoredAgainWithoutANewRecord() throws Exception {
    putBack();
    assertThat(database.texts(QUEUE)).containsExactly("1 PARKED");

    clock.advance(2_000);
    loop.turn();

    assertThat(consumer.position(WORK)).isEqualTo(1);
    assertThat(committed()).isEqualTo(1);
    work(1, 1, Work.SETTLED);
    work(2, 2, Work.PARKED);
    loop.turn();
    assertThat(database.texts(QUEUE)).containsExactly("1 SETTLED", "2 PARKED");
    assertThat(committed()).isEqualTo(3);
  }

  @Test
  void itIsNoticedByASinkThatStartsLater() throws Exception {
    putBack();
    MockConsumer<byte[], byte[]> before = consumer;

    start("first");
    consumer.commitSync(before.committed(Set.of(WORK)));
    consumer.seek(WORK, 3);
    loop.turn();

    assertThat(consumer.position(WORK)).isEqualTo(1);
  }

  @Test
  void runsThatAreUnderWayAreReadAgainAndTheLedgerIsToldThatTheyGoOn() throws Exception {
    run(1, "RUNNING", "SETTLING");
    run(2, "QUEUED", "READING");
    run(3, "PARTIAL", "HEALING");
    run(4, "COMPLETE", "ENDED");
    run(5, "CANCELED", "ENDED");
    loop.turn();

    putBack();
    clock.advance(2_000);
    loop.turn();
    assertThat(database.text("SELECT count(*) FROM restoration WHERE done_at IS NULL"))
        .isEqualTo("1");
    database.texts("SELECT run_id FROM run_claim(gen_random_uuid(), interval '8 seconds', 0, 0)");

    assertThat(database.texts(RUNS))
        .containsExactly(
            "1 RUNNING READING {resume} t",
            "2 QUEUED READING {resume} t",
            "3 PARTIAL HEALING {} f",
            "4 COMPLETE ENDED {} f",
            "5 CANCELED ENDED {} f");
    assertThat(database.texts("SELECT reading > 7 FROM sync_run WHERE phase = 'READING'"))
        .containsOnly("t");
    assertThat(database.texts("SELECT version > 1000 FROM sync_run WHERE status <> 'COMPLETE'"))
        .as("others take it for the newer state")
        .containsOnly("t");

    clock.advance(2_000);
    loop.turn();
    database.texts("SELECT run_id FROM run_claim(gen_random_uuid(), interval '8 seconds', 0, 0)");
    assertThat(database.text("SELECT count(*) FROM sync_run_log")).isEqualTo("2");
  }

  @Test
  void whatSomebodyRemovedOfTheQueueComesBack() throws Exception {
    for (String by :
        List.of("TRUNCATE os_sync_queue", "DELETE FROM os_sync_queue WHERE os_id = 2")) {
      run(1, "RUNNING", "SETTLING");
      database.execute(by);

      clock.advance(2_000);
      loop.turn();

      assertThat(consumer.position(WORK)).as(by).isZero();
      assertThat(database.texts(RUNS)).as(by).containsExactly("1 RUNNING SETTLING {} f");
      work(1, 1, Work.SETTLED);
      work(2, 2, Work.PARKED);
      loop.turn();
      assertThat(database.texts(QUEUE)).as(by).containsExactly("1 SETTLED", "2 PARKED");
      database.execute("DELETE FROM sync_run");
    }
  }

  @Test
  void whatABaselineForgetsIsNotReadAgain() throws Exception {
    database.execute(
        "WITH forgets AS MATERIALIZED (SELECT set_config('ordem.forgets', 'on', true))"
            + " DELETE FROM os_sync_queue USING forgets WHERE state <> 'SETTLED'");

    clock.advance(2_000);
    loop.turn();

    assertThat(consumer.position(WORK)).isEqualTo(3);
  }

  @Test
  void aTopicThatWasMadeAnewIsReadFromItsBeginningAndIsNoBackup() throws Exception {
    run(1, "RUNNING", "SETTLING");

    start("second");
    loop.turn();
    assertThat(consumer.position(WORK)).isZero();
    assertThat(database.texts(RUNS)).containsExactly("1 RUNNING SETTLING {} f");

    work(0, 1, Work.QUEUED);
    loop.turn();
    clock.advance(2_000);
    loop.turn();
    assertThat(consumer.position(WORK)).isEqualTo(1);
    assertThat(database.texts("SELECT topic_id || ' ' || next_offset FROM sink_position"))
        .containsExactly("second 1");
  }

  private long committed() {
    return requireNonNull(consumer.committed(Set.of(WORK)).get(WORK)).offset();
  }

  private void putBack() throws SQLException {
    database.execute("DROP TRIGGER os_sync_queue_truncated ON os_sync_queue");
    database.execute("TRUNCATE os_sync_queue, sink_position");
    database.execute("INSERT INTO os_sync_queue TABLE backup");
    database.execute("INSERT INTO sink_position TABLE backup_position");
  }

  private void start(String topicId) {
    consumer = new MockConsumer<>("earliest");
    StoredPositions positions =
        new StoredPositions(database.source(), () -> Map.of(WORK.topic(), topicId));
    loop = new StoreLoop(consumer, store, positions, 5_000, clock::nanos);
    loop.subscribe();
    consumer.updateBeginningOffsets(Map.of(WORK, 0L));
    consumer.rebalance(List.of(WORK));
  }

  private void run(int id, String status, String phase) throws SQLException {
    database.execute(
        "INSERT INTO sync_run (id, account, mode, status, phase, reading, created_at, request,"
            + " cursor) VALUES ('00000000-0000-0000-0000-00000000000"
            + id
            + "', 'default', 'full', '"
            + status
            + "', '"
            + phase
            + "', 7, now(), '{\"mode\": \"full\", \"max\": "
            + id
            + "}', '{\"ended\": true}')");
  }

  private void work(long offset, long id, Work state) {
    @Nullable Failure failure = state == Work.PARKED ? new Failure("http-500", "500", null) : null;
    ConsumerRecord<byte[], byte[]> record =
        Orders.record(
            Topics.OS_SYNC_STATE,
            WORK.partition(),
            offset,
            Orders.key(id),
            Orders.state(id, state, failure, Orders.T.plusSeconds(offset)));
    consumer.addRecord(record);
  }
}
