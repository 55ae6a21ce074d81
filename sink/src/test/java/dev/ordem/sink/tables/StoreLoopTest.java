package dev.ordem.sink.tables;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.Topics;
import dev.ordem.runtime.Health;
import dev.ordem.sink.Orders;
import dev.ordem.sink.SetClock;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreLoopTest {
  private static final TopicPartition ZERO = new TopicPartition("os-enriched", 0);
  private static final TopicPartition ONE = new TopicPartition("os-enriched", 1);
  private static EmbeddedPostgres server;

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final AtomicBoolean brokersAreAway = new AtomicBoolean();
  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
        @Override
        public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> letter) {
          return brokersAreAway.get()
              ? CompletableFuture.failedFuture(new TimeoutException("no broker"))
              : super.send(letter);
        }
      };
  private final SetClock clock = new SetClock();
  private TestDatabase database;
  private FlakyDatabase flaky;
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
  void assigned() throws SQLException {
    database = TestDatabase.migrated(server);
    flaky = new FlakyDatabase(database.source());
    Store store = new Store(flaky.source(), letters, new SimpleMeterRegistry(), clock);
    StoredPositions positions =
        new StoredPositions(flaky.source(), () -> Map.of("os-enriched", "first"));
    loop = new StoreLoop(consumer, store, positions, 5_000, clock::nanos);
    loop.subscribe();
    consumer.updateBeginningOffsets(Map.of(ZERO, 0L, ONE, 0L));
    consumer.rebalance(List.of(ZERO, ONE));
  }

  @Test
  void commitsWhatPostgresHas() throws Exception {
    order(ZERO, 0, 1);
    order(ONE, 0, 2);

    loop.turn();

    assertThat(stored()).containsExactly("1", "2");
    assertThat(committed(ZERO)).isEqualTo(1);
    assertThat(committed(ONE)).isEqualTo(1);
  }

  /** Each is 200,000 bytes and may take 17 megabytes once it is read: five fit a batch. */
  @Test
  void aBatchHasRoomForSoMuchMemoryAndTheRestIsReadAgain() throws Exception {
    String objects = "{},".repeat(66_000) + "{}";
    long each = BatchRoom.memory(objects.getBytes(UTF_8));
    int fit = (int) (BatchRoom.MEMORY / each);
    assertThat(fit).isBetween(2, 11);
    for (int from = 0; from < 12; from += fit) {
      for (int i = from; i < 12; i++) { // a mock shows a record once, wherever one seeks
        large(ZERO, i, i + 1, objects);
      }
      loop.turn();
      int reached = Math.min(12, from + fit);
      assertThat(database.text("SELECT count(*) FROM os")).isEqualTo("" + reached);
      assertThat(committed(ZERO)).isEqualTo(reached);
      assertThat(consumer.position(ZERO)).isEqualTo(reached);
    }
    assertThat(letters.history()).isEmpty();
  }

  @Test
  void aBatchHasAsManyRecordsAsItMay() throws Exception {
    StoreLoop small =
        new StoreLoop(
            consumer,
            new Store(flaky.source(), letters, new SimpleMeterRegistry(), clock),
            new StoredPositions(flaky.source(), () -> Map.of("os-enriched", "first")),
            3,
            clock::nanos);
    for (int from = 0; from < 7; from += 3) {
      for (int i = from; i < 7; i++) {
        order(ZERO, i, i + 1);
      }
      small.turn();
      assertThat(committed(ZERO)).isEqualTo(Math.min(7, from + 3));
    }
    assertThat(stored()).hasSize(7);
  }

  @Test
  void holdsTheBatchWhilePostgresIsAwayAndGoesOnWhereItWas() throws Exception {
    flaky.fail("57P03");
    order(ZERO, 0, 1);

    loop.turn();
    assertThat(committed(ZERO)).isZero();
    assertThat(consumer.paused()).containsExactlyInAnyOrder(ZERO, ONE);
    assertThat(loop.health().live()).isTrue();
    assertThat(loop.health().ready()).isFalse();
    assertThat(loop.health().details()).containsKey("postgres");

    int tried = flaky.attempts();
    loop.turn();
    assertThat(flaky.attempts()).as("it rests before it tries again").isEqualTo(tried);

    flaky.heal();
    order(ZERO, 1, 2);
    clock.advance(1_000);
    loop.turn();
    assertThat(stored()).containsExactly("1");
    assertThat(committed(ZERO)).isEqualTo(1);
    assertThat(consumer.paused()).isEmpty();
    assertThat(loop.health()).isEqualTo(Health.up());

    loop.turn();
    assertThat(stored()).containsExactly("1", "2");
    assertThat(committed(ZERO)).isEqualTo(2);
  }

  @Test
  void waitsLongerEachTimeUpToTenSeconds() throws Exception {
    flaky.fail("08006");
    order(ZERO, 0, 1);
    loop.turn();

    for (long pause : List.of(100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000)) {
      int tried = flaky.attempts();
      clock.advance(pause - 1);
      loop.turn();
      assertThat(flaky.attempts()).isEqualTo(tried);
      clock.advance(1);
      loop.turn();
      assertThat(flaky.attempts()).isEqualTo(tried + 1);
    }
  }

  @Test
  void aDeadlockIsTriedAgainAndDoesNotMakeItUnready() throws Exception {
    flaky.fail("40P01");
    order(ZERO, 0, 1);

    loop.turn();

    assertThat(loop.health()).isEqualTo(Health.up());
    assertThat(committed(ZERO)).isZero();
    flaky.heal();
    clock.advance(1_000);
    loop.turn();
    assertThat(stored()).containsExactly("1");
  }

  @Test
  void aPartitionTakenAwayTakesItsPartOfTheHeldBatchAlong() throws Exception {
    flaky.fail("57P03");
    order(ZERO, 0, 1);
    order(ONE, 0, 2);
    loop.turn();

    consumer.rebalance(List.of(ONE));
    flaky.heal();
    clock.advance(1_000);
    loop.turn();

    assertThat(stored()).containsExactly("2");
    assertThat(committed(ONE)).isEqualTo(1);
    assertThat(committed(ZERO)).isZero();
  }

  @Test
  void aPartitionThatComesWhileHoldingIsPausedToo() throws Exception {
    consumer.rebalance(List.of(ONE));
    flaky.fail("57P03");
    order(ONE, 0, 2);
    loop.turn();

    consumer.rebalance(List.of(ONE, ZERO));

    assertThat(consumer.paused()).containsExactlyInAnyOrder(ZERO, ONE);
  }

  @Test
  void aMissingTableIsToldAndWaitedForAndNoRowIsRefusedForIt() throws Exception {
    database.execute("ALTER TABLE os RENAME TO moved");
    order(ZERO, 0, 1);

    loop.turn();

    assertThat(loop.health().live()).isTrue();
    assertThat(loop.health().ready()).isFalse();
    assertThat(loop.health().details().get("postgres"))
        .contains("cannot be written to as it is")
        .contains("relation \"os\" does not exist");
    assertThat(committed(ZERO)).isZero();
    assertThat(letters.history()).isEmpty();

    database.execute("ALTER TABLE moved RENAME TO os");
    clock.advance(1_000);
    loop.turn();
    assertThat(stored()).containsExactly("1");
    assertThat(committed(ZERO)).isEqualTo(1);
    assertThat(loop.health()).isEqualTo(Health.up());
  }

  @Test
  void whereItMayNotTellHowFarItIsIsToldToo() throws Exception {
    database.execute("ALTER TABLE sink_position RENAME TO moved");
    loop.turn();
    assertThat(loop.health().live()).isTrue();
    assertThat(loop.health().ready()).isFalse();

    database.execute("ALTER TABLE moved RENAME TO sink_position");
    clock.advance(2_000);
    loop.turn();
    assertThat(loop.health()).isEqualTo(Health.up());
  }

  @Test
  void aRecordOfANewerSchemaStopsTheSinkBeforeItWhenAllBeforeItIsStored() throws Exception {
    order(ZERO, 0, 1);
    consumer.addRecord(
        new ConsumerRecord<>(
            "os-enriched", 0, 1L, "default:2".getBytes(UTF_8), "{\"schema\":2}".getBytes(UTF_8)));
    order(ZERO, 2, 3);
    order(ONE, 0, 4);

    assertThatThrownBy(loop::turn)
        .isInstanceOf(NewerSchemaException.class)
        .hasMessageContaining("os-enriched: a record of schema 2")
        .hasMessageContaining("upgrade this service");

    assertThat(stored()).containsExactly("1", "4");
    assertThat(committed(ZERO)).isEqualTo(1);
    assertThat(committed(ONE)).isEqualTo(1);
    assertThat(letters.history()).isEmpty();
  }

  @Test
  void aRefusedRowIsSetAsideBeforeItsOffsetIsCommitted() throws Exception {
    database.execute("ALTER TABLE os ADD CONSTRAINT person CHECK (id <> 1)");
    database.execute("ALTER TABLE os_refused RENAME TO hidden");
    order(ZERO, 0, 1);
    loop.turn();
    assertThat(loop.health().details().get("postgres")).contains("os_refused");
    assertThat(committed(ZERO)).isZero();

    database.execute("ALTER TABLE hidden RENAME TO os_refused");
    clock.advance(1_000);
    loop.turn();

    assertThat(database.texts("SELECT os_id FROM os_refused")).containsExactly("1");
    assertThat(committed(ZERO)).isEqualTo(1);
  }

  @Test
  void aDeadLetterThatTheBrokersDoNotTakeInTimeIsWaitedFor() throws Exception {
    brokersAreAway.set(true);
    consumer.addRecord(
        new ConsumerRecord<>(
            "os-enriched", 0, 0L, "default:1".getBytes(UTF_8), "no".getBytes(UTF_8)));
    order(ZERO, 1, 2);
    loop.turn();
    assertThat(loop.health().live()).isTrue();
    assertThat(loop.health().details().get("kafka")).contains("no broker");
    clock.advance(1_000);
    loop.turn();
    assertThat(committed(ZERO)).isZero();

    brokersAreAway.set(false);
    for (int turn = 0; turn < 2; turn++) { // it is sent again, and then waited for
      clock.advance(1_000);
      loop.turn();
    }
    assertThat(letters.history()).hasSize(1);
    assertThat(stored()).containsExactly("2");
    assertThat(committed(ZERO)).isEqualTo(2);
    assertThat(loop.health()).isEqualTo(Health.up());
  }

  private void order(TopicPartition partition, long offset, long id) {
    consumer.addRecord(
        Orders.record(
            Topics.OS_ENRICHED,
            partition.partition(),
            offset,
            Orders.key(id),
            Orders.order(id, 1)));
  }

  private void large(TopicPartition partition, long offset, long id, String objects) {
    ConsumerRecord<byte[], byte[]> order =
        Orders.record(
            Topics.OS_ENRICHED,
            partition.partition(),
            offset,
            Orders.key(id),
            Orders.order(id, 1, 3, "objects"));
    String payload = "\"descricaoProblema\":";
    String text =
        new String(order.value(), UTF_8)
            .replace(payload + "\"objects\"", payload + "[" + objects + "]");
    assertThat(text).contains("{},{}");
    consumer.addRecord(
        new ConsumerRecord<>(
            order.topic(), order.partition(), offset, order.key(), text.getBytes(UTF_8)));
  }

  private long committed(TopicPartition partition) {
    OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
    return committed == null ? 0 : committed.offset();
  }

  private List<String> stored() throws SQLException {
    return database.texts("SELECT id FROM os ORDER BY id");
  }
}
