package dev.ordem.sink.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.NewerSchemaException;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.Topics;
import dev.ordem.sink.FreshDatabase;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OutboxRowsTest {
  private static final UUID RUN = UUID.fromString("00000000-0000-0000-0000-00000000000a");
  @RegisterExtension private static final FreshDatabase fresh = new FreshDatabase();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Brokers brokers = new Brokers();
  private TestDatabase database;
  private HikariDataSource pool;
  private OutboxRows rows;

  @BeforeEach
  void begin() {
    database = fresh.database();
    pool = fresh.pool();
    rows = new OutboxRows(pool, brokers, meters, Clock.systemUTC());
  }

  @Test
  void statesOfRunsAreWrittenAsTheContractWritesThemAndForgottenOnesLeaveATombstone()
      throws Exception {
    String state = state(RUN, "it failed");

    rows.relay(
        List.of(
            row("sync-runs", RUN.toString(), "run-state", state),
            row("sync-runs", RUN.toString(), "forgotten", null)));

    ProducerRecord<byte[], byte[]> first = brokers.history().get(0);
    assertThat(first.topic()).isEqualTo("sync-runs");
    assertThat(new String(first.key(), UTF_8)).isEqualTo(RUN.toString());
    RunState read = Topics.SYNC_RUNS.value(consumed(first));
    assertThat(Objects.requireNonNull(read).error()).isEqualTo("it failed");
    assertThat(first.headers().lastHeader("ce_type")).isNotNull();
    assertThat(brokers.history().get(1).key()).isEqualTo(first.key());
    assertThat(brokers.history().get(1).value()).isNull();
    assertThat(database.text("SELECT count(*) FROM outbox")).isEqualTo("0");
  }

  @Test
  void wishesBecomeEventsOfTheOrder() throws Exception {
    rows.relay(
        List.of(
            row("os-headers", "loja-1:7", "refresh", "{\"requestedAt\":\"2026-03-01T12:00:00Z\"}"),
            row(
                "os-headers",
                "loja-1:8",
                "requeue",
                "{\"requestedAt\":\"2026-03-01T09:00:00.5-03:00\"}"),
            row("os-headers", "loja-1:9", "refresh", null)));

    assertThat(brokers.history())
        .extracting(each -> new String(each.key(), UTF_8))
        .containsExactly("loja-1:7", "loja-1:8", "loja-1:9");
    Instant noon = Instant.parse("2026-03-01T12:00:00Z");
    assertThat(event(0)).isEqualTo(new HeaderEvent.RefreshWanted("loja-1", 7, noon));
    assertThat(event(1))
        .isEqualTo(new HeaderEvent.RequeueWanted("loja-1", 8, noon.plusMillis(500)));
    assertThat(event(2)).isInstanceOf(HeaderEvent.RefreshWanted.class);
    assertThat(brokers.history()).allSatisfy(each -> assertThat(each.partition()).isNull());
  }

  @Test
  void eachRowThatCannotBeSentIsSetAsideWithItsReasonAndTheOthersGoOn() throws Exception {
    brokers.largest = 100_000;
    String large = state(RUN, "x".repeat(200_000));
    List<OutboxRow> all =
        List.of(
            row("os-headers", "loja-1:7", "refresh", null),
            row("sync-commands", "x", "run", "{}"),
            row("sync-runs", "nonsense", "run-state", "{}"),
            row("sync-runs", RUN.toString(), "run-state", null),
            row("sync-runs", RUN.toString(), "run-state", "{\"schema\":1}"),
            row("sync-runs", UUID.randomUUID().toString(), "run-state", state(RUN, null)),
            row("sync-runs", RUN.toString(), "seen", "{}"),
            row("sync-runs", RUN.toString(), "run-state", large),
            row("os-headers", "Loja A:7", "refresh", null),
            row("os-headers", "loja-1:0", "refresh", null),
            row("os-headers", "loja-1:7", "canceled", "{}"),
            row("os-headers", "loja-1:7", "refresh", "{\"requestedAt\":\"soon\"}"),
            row("os-headers", "loja-1:8", "refresh", null));

    rows.relay(all);

    assertThat(brokers.keys("os-headers")).containsExactly("loja-1:7", "loja-1:8");
    assertThat(brokers.keys("sync-runs")).isEmpty();
    assertThat(database.text("SELECT count(*) FROM outbox WHERE refused_at IS NOT NULL"))
        .isEqualTo("11");
    assertThat(database.text("SELECT count(*) FROM outbox")).isEqualTo("11");
    assertThat(database.texts("SELECT error FROM outbox ORDER BY position"))
        .anySatisfy(error -> assertThat(error).contains("only sync-runs and os-headers"))
        .anySatisfy(error -> assertThat(error).contains("of os-headers only refresh and requeue"))
        .anySatisfy(error -> assertThat(error).contains("account \"Loja A\""))
        .anySatisfy(error -> assertThat(error).contains("too large"));
    assertThat(brokers.keys("ordem.dlq")).as("all but the one that does not fit").hasSize(10);

    rows.relay(all);
    assertThat(brokers.history()).as("nothing is sent again").hasSize(12);
    assertThat(database.text("SELECT count(*) FROM outbox")).isEqualTo("11");
  }

  @Test
  void aRowOfANewerSchemaStopsTheRelayBeforeItWhenAllBeforeItIsSent() throws Exception {
    List<OutboxRow> all =
        List.of(
            row("os-headers", "loja-1:7", "refresh", null),
            row("sync-runs", RUN.toString(), "run-state", "{\"schema\":99}"),
            row("os-headers", "loja-1:8", "refresh", null));

    assertThatThrownBy(() -> rows.relay(all))
        .isInstanceOf(NewerSchemaException.class)
        .hasMessageContaining("upgrade this service");

    assertThat(rows.newer()).isNotNull();
    assertThat(brokers.history()).hasSize(1);
    assertThat(brokers.keys("os-headers")).containsExactly("loja-1:7");
    assertThat(database.text("SELECT count(*) FROM outbox WHERE refused_at IS NULL"))
        .isEqualTo("2");
  }

  /** Debezium's event holds it in one text, which no reader of JSON takes without being told to. */
  @Test
  void aRowTooLargeToBeReadIsSetAsideByItselfAndTheOthersGoOn() throws Exception {
    OutboxRow large = row("sync-runs", RUN.toString(), "run-state", "{}");
    String event =
        "{\"after\":{\"id\":\"%s\",\"aggregatetype\":\"sync-runs\",\"aggregateid\":\"%s\","
                .formatted(large.id(), RUN)
            + "\"type\":\"run-state\",\"created_at\":\"\",\"payload\":\""
            + "x".repeat(20_000_001)
            + "\"}}";

    rows.relay(List.of(OutboxRow.of(event), row("os-headers", "loja-1:8", "refresh", null)));

    assertThat(brokers.keys("os-headers")).containsExactly("loja-1:8");
    assertThat(database.text("SELECT error FROM outbox"))
        .contains("payload: too large: 20000001 characters");
  }

  @Test
  void aRowBeyondTheLimitIsNotTakenIn() throws Exception {
    String insert =
        "INSERT INTO outbox (aggregatetype, aggregateid, type, payload)"
            + " VALUES ('', '', '', to_jsonb(repeat('x', %d)))";
    database.execute(insert.formatted((8 << 20) - 2));
    assertThatThrownBy(() -> database.execute(insert.formatted((8 << 20) - 1)))
        .hasMessageContaining("outbox_row_of_at_most_8_mib");
  }

  @Test
  void aRowThatIsShownAgainIsNotSentAgainEvenIfItCouldNotBeDeleted() throws Exception {
    OutboxRow row = row("os-headers", "loja-1:7", "refresh", null);
    database.execute("ALTER TABLE outbox RENAME TO hidden");
    assertThatThrownBy(() -> rows.relay(List.of(row))).hasMessageContaining("cannot delete");
    database.execute("ALTER TABLE hidden RENAME TO outbox");

    rows.relay(List.of(row, row));

    assertThat(brokers.history()).hasSize(1);
    assertThat(database.text("SELECT count(*) FROM outbox")).isEqualTo("0");
  }

  @Test
  void whileTheBrokersAreAwayNothingIsDeletedNorSetAsideAndWhatWasSentIsRemembered()
      throws Exception {
    OutboxRow first = row("os-headers", "loja-1:7", "refresh", null);
    OutboxRow second = row("os-headers", "loja-1:8", "refresh", null);
    rows.relay(List.of(first));
    brokers.away = true;

    assertThatThrownBy(() -> rows.relay(List.of(first, second))).isInstanceOf(KafkaException.class);
    assertThat(database.text("SELECT count(*) FROM outbox WHERE refused_at IS NULL"))
        .isEqualTo("1");

    brokers.away = false;
    rows.relay(List.of(first, second));
    assertThat(brokers.keys("os-headers")).containsExactly("loja-1:7", "loja-1:8");
    assertThat(database.text("SELECT count(*) FROM outbox")).isEqualTo("0");
  }

  @Test
  void theLagIsTheAgeOfTheOldestRowThatIsNotSetAside() throws Exception {
    OutboxLag lag =
        new OutboxLag(
            pool, "none", new StalledRow(Duration.ofMinutes(1), System::nanoTime), meters);
    database.execute(
        "INSERT INTO outbox (aggregatetype, aggregateid, type, created_at, refused_at) VALUES"
            + " ('x', 'x', 'x', now() - interval '1 hour', now()),"
            + " ('x', 'x', 'x', now() - interval '1 minute', NULL)");

    lag.measure();

    assertThat(meters.get("ordem.outbox.lag.seconds").gauge().value()).isBetween(60.0, 600.0);
    assertThat(meters.get("ordem.slot.lag.bytes").gauge().value()).isNaN();
  }

  @Test
  void theSlotsLagIsTheLogThatItHasNotRead() throws Exception {
    database.execute("SELECT pg_create_logical_replication_slot('mine', 'pgoutput')");
    OutboxLag lag =
        new OutboxLag(
            pool, "mine", new StalledRow(Duration.ofMinutes(1), System::nanoTime), meters);
    database.execute("CREATE TABLE noise AS SELECT repeat('x', 100) FROM generate_series(1, 5000)");

    lag.measure();

    assertThat(meters.get("ordem.slot.lag.bytes").gauge().value()).isGreaterThan(500_000);
    database.execute("SELECT pg_drop_replication_slot('mine')");
  }

  private OutboxRow row(String topic, String key, String type, @Nullable String payload)
      throws SQLException {
    UUID id = UUID.randomUUID();
    database.execute(
        "INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload) VALUES ('%s', '%s', '%s', '%s', %s)"
            .formatted(id, topic, key, type, payload == null ? "NULL" : "'" + payload + "'"));
    return new OutboxRow(id.toString(), topic, key, type, payload, "2026-03-01T12:00:00.000001Z");
  }

  private static String state(UUID run, @Nullable String error) {
    byte[] value =
        Topics.SYNC_RUNS.record(run.toString(), Orders.run(run, RunStatus.FAILED, error)).value();
    return new String(value, UTF_8);
  }

  private @Nullable HeaderEvent event(int index) {
    return Topics.OS_HEADERS.value(consumed(brokers.history().get(index)));
  }

  private static ConsumerRecord<byte[], byte[]> consumed(ProducerRecord<byte[], byte[]> record) {
    return new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value());
  }

  /** Brokers that refuse what is too large, or are away. */
  private static final class Brokers extends MockProducer<byte[], byte[]> {
    private int largest = Integer.MAX_VALUE;
    private boolean away;

    Brokers() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
      if (away) {
        return CompletableFuture.failedFuture(
            new org.apache.kafka.common.errors.TimeoutException("away"));
      }
      if (record.value() != null && record.value().length > largest) {
        return CompletableFuture.failedFuture(new RecordTooLargeException("it is too large"));
      }
      return super.send(record);
    }

    List<String> keys(String topic) {
      return history().stream()
          .filter(each -> each.topic().equals(topic))
          .map(each -> new String(each.key(), UTF_8))
          .toList();
    }
  }
}
