package dev.ordem.producer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.Checksum;
import dev.ordem.contract.HeaderEvent.BaselineOrder;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topics;
import dev.ordem.producer.baseline.Baselines;
import dev.ordem.producer.baseline.GenerationWait;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.runs.MigratedDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic that lost its history gets it back from Postgres, on a real broker and database. */
class HistoryToldAgainTest {
  private static final Instant SEEN = Instant.parse("2026-02-01T00:00:00.123456Z");

  @TempDir static Path directory;
  private static TestBroker broker;
  private static KafkaClients kafka;
  private static HeadersTopic topic;
  private static MigratedDatabase database;
  private static HikariDataSource pool;
  private static HeaderWriter writer;
  private static int shops;

  private final String account = "loja" + shops++; // one topic serves all tests

  @BeforeAll
  static void start() throws Exception {
    broker = new TestBroker(directory);
    kafka = broker.kafka();
    topic = new HeadersTopic(broker);
    database = new MigratedDatabase();
    pool = database.pool(6);
    writer = new HeaderWriter(kafka::producer, TestBroker.PARTITIONS);
  }

  @AfterAll
  static void stop() throws Exception {
    writer.close();
    pool.close();
    database.close();
    kafka.close();
    broker.close();
  }

  @BeforeEach
  void clear() throws Exception {
    database.clear();
  }

  @Test
  void eachTransitionIsToldAsItWasAndMarked() throws Exception {
    StatusChange first = change(1, 1, null, 0);
    StatusChange second = change(1, 2, 0, 6);
    StatusChange other = change(2, 1, null, 5);
    rows(first, second, other);

    baseline();

    assertThat(told(1)).containsExactly(first, second);
    assertThat(told(2)).containsExactly(other);
    assertThat(records()).allMatch(HistoryToldAgainTest::marked);
    for (ConsumerRecord<byte[], byte[]> record : records()) {
      StatusChange change = requireNonNull(Topics.OS_STATUS_CHANGES.value(record));
      assertThat(record.headers().lastHeader("ce_id").value())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo(change.id().toString());
      assertThat(
              database.text(
                  "SELECT partition FROM os_status_history WHERE id = '%s'".formatted(change.id())))
          .isEqualTo(String.valueOf(record.partition()));
    }
  }

  @Test
  void whatTheTopicHoldsIsNotToldAgain() throws Exception {
    StatusChange first = change(1, 1, null, 0);
    StatusChange second = change(1, 2, 0, 6);
    StatusChange third = change(1, 3, 6, 3);
    rows(first, second, third);
    tell(third, false);

    baseline();
    assertThat(told(1)).containsExactly(third, first, second);

    database.execute("UPDATE generation SET kafka_cluster = 'another'");
    baseline();
    assertThat(told(1)).containsExactly(third, first, second);
  }

  @Test
  void aProducerThatDiedMeanwhileIsGoneOnFrom() throws Exception {
    StatusChange first = change(1, 1, null, 0);
    StatusChange second = change(1, 2, 0, 6);
    rows(first, second);
    tell(first, true);

    baseline();

    assertThat(told(1)).containsExactly(first, second);
  }

  @Test
  void aRowThatTheLedgerNeverToldIsNotToldForIt() throws Exception {
    StatusChange first = change(1, 1, null, 0);
    StatusChange byHand = change(1, 2, 0, 7);
    StatusChange setAside = change(2, 1, null, 3);
    rows(first, byHand, setAside);
    tell(first, false);
    database.execute(
        "INSERT INTO os_refused (table_name, account, os_id, sequence, state, partition, cause,"
            + " error) VALUES ('os_status_history', '%s', 2, 1, 'EXTRA', 0, 'c', 'e')"
                .formatted(account));

    baseline();

    assertThat(told(1)).containsExactly(first);
    assertThat(told(2)).isEmpty();
  }

  /** Others have seen it: nothing else is told under its number, and it can be tried again. */
  @Test
  void aTransitionThatPostgresRefusedIsToldAgainAndItsNumberStaysUsed() throws Exception {
    StatusChange first = change(1, 1, null, 6);
    StatusChange refused = change(1, 2, 6, 1);
    rows(first);
    order(1, 1);
    refuse("os_status_history", refused, null, value(refused));

    baseline();

    assertThat(told(1)).containsExactly(first, refused);
    BaselineOrder order = baselineOf(1);
    assertThat(order.sequence()).isEqualTo(2);
    assertThat(order.situacao()).as("where the refused change led").isEqualTo(1);
    assertThat(order.changes()).isEqualTo(2);
    assertThat(order.changesXor())
        .isEqualTo(Checksum.ofChange(1, 1, null, 6) ^ Checksum.ofChange(1, 2, 6, 1));
  }

  @Test
  void aRefusedTransitionThatIsNotKeptInFullIsForgotten() throws Exception {
    StatusChange refused = change(1, 2, 6, 1);
    rows(change(1, 1, null, 6));
    order(1, 1);
    refuse("os_status_history", refused, null, value(refused).substring(0, 50));

    baseline();

    assertThat(told(1)).hasSize(1);
    assertThat(database.text("SELECT count(*) FROM os_refused")).isEqualTo("0");
    assertThat(database.text("SELECT state FROM import_failures_resolved")).isEqualTo("REFUSED");
  }

  /** Its row is of before the last transition that was told. */
  @Test
  void anOrderThatPostgresRefusedGoesOnFromItsHistoryAndItsRevision() throws Exception {
    rows(change(1, 1, null, 3), change(1, 2, 3, 6));
    order(1, 3);
    refuse("os", change(1, 0, null, 6), 2000L, "{}");

    baseline();

    BaselineOrder order = baselineOf(1);
    assertThat(order.situacao()).isEqualTo(6);
    assertThat(order.sequence()).isEqualTo(2);
    assertThat(order.revision()).isEqualTo(2000);
    assertThat(order.changes()).isEqualTo(2);
  }

  private void order(long id, int situacao) throws SQLException {
    database.execute(
        """
        INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,
          revision, source_at, source_offset)
        VALUES ('%s', %d, %d, '{}', '{"id": %d}', true, now(), 1000, now(), 0)
        """
            .formatted(account, id, situacao, id));
  }

  private void refuse(String table, StatusChange change, @Nullable Long revision, String excerpt)
      throws SQLException {
    database.execute(
        """
        INSERT INTO os_refused (table_name, account, os_id, sequence, state, partition, revision,
          cause, error, checksum, excerpt)
        VALUES ('%s', '%s', %d, %d, 'REFUSED', 0, %s, 'check', 'refused', %d, '%s')
        """
            .formatted(
                table,
                account,
                change.osId(),
                change.sequence(),
                revision,
                Checksum.ofChange(1, change.sequence(), change.from(), change.to()),
                excerpt));
  }

  private static String value(StatusChange change) {
    byte[] value = Topics.OS_STATUS_CHANGES.record(change.key().toString(), change).value();
    return new String(value, StandardCharsets.UTF_8);
  }

  private BaselineOrder baselineOf(long id) {
    return topic.read(Topics.OS_HEADERS).stream()
        .map(HeadersTopic::event)
        .filter(BaselineOrder.class::isInstance)
        .map(BaselineOrder.class::cast)
        .filter(order -> order.account().equals(account) && order.osId() == id)
        .reduce((before, last) -> last)
        .orElseThrow();
  }

  private StatusChange change(long id, long sequence, @Nullable Integer from, int to) {
    return new StatusChange(
        StatusChange.idOf(new OrderKey(account, id), sequence, from, to),
        account,
        id,
        sequence,
        sequence == 1 ? null : sequence - 1,
        from,
        to,
        sequence == 1 ? null : SEEN.minusSeconds(1),
        SEEN.plusSeconds(sequence),
        sequence == 1 ? StatusChange.Source.HEADER : StatusChange.Source.DETAIL,
        sequence == 1 ? new UUID(0, 7) : null);
  }

  private static void rows(StatusChange... changes) throws SQLException {
    for (StatusChange each : changes) {
      database.execute(
          """
          INSERT INTO os_status_history (account, os_id, sequence, previous_sequence, id,
            from_situacao, to_situacao, seen_before, seen_at, source, run_id)
          VALUES ('%s', %d, %d, %s, '%s', %s, %d, %s, '%s', '%s', %s)
          """
              .formatted(
                  each.account(),
                  each.osId(),
                  each.sequence(),
                  each.previousSequence(),
                  each.id(),
                  each.from(),
                  each.to(),
                  quoted(each.seenBefore()),
                  each.seenAt(),
                  each.source() == StatusChange.Source.DETAIL ? "detail" : "header",
                  quoted(each.runId())));
    }
  }

  private static String quoted(@Nullable Object value) {
    return value == null ? "NULL" : "'" + value + "'";
  }

  private static void tell(StatusChange change, boolean again) throws InterruptedException {
    ProducerRecord<byte[], byte[]> record =
        Topics.OS_STATUS_CHANGES.record(change.key().toString(), change);
    if (again) {
      record.headers().add(StatusChange.RETOLD, new byte[] {'t'});
    }
    assertThat(writer.write(List.of(record))).isEmpty();
  }

  private List<StatusChange> told(long id) {
    return records().stream()
        .map(record -> requireNonNull(Topics.OS_STATUS_CHANGES.value(record)))
        .filter(change -> change.osId() == id)
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> records() {
    return topic.read(Topics.OS_STATUS_CHANGES).stream()
        .filter(record -> Topics.OS_STATUS_CHANGES.key(record).startsWith(account + ":"))
        .toList();
  }

  private static boolean marked(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(StatusChange.RETOLD) != null;
  }

  private void baseline() throws Exception {
    Baselines baselines =
        new Baselines(
            pool,
            new Baselines.Clients(kafka::admin, kafka::consumer),
            writer::write,
            Clock.systemUTC());
    assertThat(baselines.ensure(account, new NoWaiting())).isPresent();
  }

  /** The topic of orders is empty here: nobody is waited for. */
  private static final class NoWaiting implements GenerationWait {
    @Override
    public void tell(String why) {
      throw new KafkaException(why);
    }

    @Override
    public boolean pause(Duration time) {
      return false;
    }
  }
}
