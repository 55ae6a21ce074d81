package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.Checksum;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.HeaderEvent.BaselineOrder;
import dev.ordem.contract.HeaderEvent.Baselined;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.Topics;
import dev.ordem.producer.baseline.Baselines;
import dev.ordem.producer.baseline.GenerationWait;
import dev.ordem.producer.baseline.GenerationWatch;
import dev.ordem.producer.baseline.OrderPartitioner;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.runtime.Loop;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations and their baselines, on a real broker and database. */
class BaselineTest {
  private static final String ACCOUNT = "loja";
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  @TempDir static Path directory;
  private static TestBroker broker;
  private static KafkaClients kafka;
  private static HeadersTopic topic;
  private static MigratedDatabase database;
  private static HikariDataSource pool;
  private static HeaderWriter writer;

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
  void everyOrderIsToldAsPostgresKnowsItAndAMarkerBehindThem() throws Exception {
    order(1, "3", false, "'2026-01-02T03:04:05Z'", "NULL", "{\"id\": 1, \"situacao\": \"3\"}");
    order(
        2,
        "6",
        true,
        "'2026-01-02T03:04:05Z'",
        "'2026-01-03T03:04:05Z'",
        "{\"id\": \"2\", \"situacao\": \"6\", \"dataConclusao\": \"0000-00-00\","
            + " \"totalServicos\": \"10,50\", \"contato\": {\"id\": 9, \"nome\": \"Ana\","
            + " \"fone\": \"1\"}, \"marcadores\": [{\"descricao\": \"urgente\"}]}");
    order(3, "0", false, "NULL", "NULL", "{\"id\": 3}");
    database.execute("UPDATE os SET removed_at = now() WHERE id = 3");
    change(2, 1, "NULL", 0);
    change(2, 2, "0", 6);
    change(4, 1, "NULL", 5);
    UUID generation = ensure();

    Map<Long, BaselineOrder> orders = orders(generation);
    assertThat(orders).containsOnlyKeys(1L, 2L, 3L, 4L);
    BaselineOrder bare = at(orders, 1);
    assertThat(bare.detail()).isNull();
    assertThat(bare.revision()).isEqualTo(1001);
    assertThat(bare.changes()).isZero();
    assertThat(bare.statusSeenAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
    assertThat(Objects.requireNonNull(bare.header()).raw().path("situacao").asText())
        .isEqualTo("3");

    BaselineOrder whole = at(orders, 2);
    assertThat(whole.sequence()).isEqualTo(2);
    assertThat(whole.changes()).isEqualTo(2);
    assertThat(whole.changesXor())
        .isEqualTo(Checksum.ofChange(2, 1, null, 0) ^ Checksum.ofChange(2, 2, 0, 6));
    assertThat(whole.situacao()).isEqualTo(6);
    assertThat(whole.statusSeenAt()).isEqualTo(Instant.parse("2026-02-02T00:00:00Z"));
    Header header = Objects.requireNonNull(whole.header());
    assertThat(header.numeroOrdemServico()).isEqualTo("n2");
    assertThat(header.data()).isEqualTo(LocalDate.of(2026, 1, 1));
    assertThat(header.dataPrevista()).isEqualTo(LocalDateTime.of(2026, 1, 5, 10, 0));
    assertThat(header.clienteNome()).isEqualTo("Ana");
    assertThat(header.marcadores()).containsExactly("urgente");
    assertThat(header.raw().path("cliente").path("fone").asText()).isEqualTo("1");
    Detail detail = Objects.requireNonNull(whole.detail());
    assertThat(detail.totalServicos()).isEqualByComparingTo("10.50");
    assertThat(detail.dataConclusao()).isNull();
    assertThat(detail.contatoNome()).isEqualTo("Ana");

    assertThat(at(orders, 3).removed()).isTrue();
    assertThat(at(orders, 3).header()).isNull();
    BaselineOrder onlyChanges = at(orders, 4);
    assertThat(onlyChanges.removed()).isTrue();
    assertThat(onlyChanges.sequence()).isEqualTo(1);
    assertThat(onlyChanges.situacao()).isEqualTo(5);
    theMarkerStandsBehindAllOrders(generation);
  }

  private static void theMarkerStandsBehindAllOrders(UUID generation) {
    List<ConsumerRecord<byte[], byte[]>> records = topic.read(Topics.OS_HEADERS);
    for (int partition = 0; partition < TestBroker.PARTITIONS; partition++) {
      int here = partition;
      List<HeaderEvent> events =
          records.stream()
              .filter(record -> record.partition() == here)
              .map(HeadersTopic::event)
              .filter(event -> isOf(generation, event))
              .toList();
      assertThat(events.get(events.size() - 1)).isInstanceOf(Baselined.class);
      assertThat(events).filteredOn(Baselined.class::isInstance).hasSize(1);
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      if (HeadersTopic.event(record) instanceof BaselineOrder order) {
        assertThat(OrderPartitioner.of(order.key(), TestBroker.PARTITIONS))
            .as("partition of %s", order.key())
            .isEqualTo(record.partition());
      }
    }
  }

  private static boolean isOf(UUID generation, HeaderEvent event) {
    return event instanceof BaselineOrder order
        ? order.generation().equals(generation)
        : event instanceof Baselined end && end.generation().equals(generation);
  }

  @Test
  void rowsAreStampedWithThePartitionsOfTheirKeys() throws Exception {
    order(1, "3", false, "NULL", "NULL", "{\"id\": 1}");
    change(1, 1, "NULL", 3);
    change(7, 1, "NULL", 3);
    ensure();
    assertThat(text("SELECT partition FROM os WHERE id = 1"))
        .isEqualTo(text("SELECT partition FROM os_status_history WHERE os_id = 1"))
        .isEqualTo(OrderPartitioner.of(new OrderKey(ACCOUNT, 1), TestBroker.PARTITIONS) + "");
    assertThat(text("SELECT partition FROM os_status_history WHERE os_id = 7"))
        .isEqualTo(OrderPartitioner.of(new OrderKey(ACCOUNT, 7), TestBroker.PARTITIONS) + "");
  }

  @Test
  void whatALostLedgerWasAboutToDoIsNotLeftForEver() throws Exception {
    for (String state : List.of("SETTLED", "QUEUED", "REQUESTED", "RETRYING", "PARKED")) {
      database.execute(
          "INSERT INTO os_sync_queue (account, os_id, state, lane, attempts, updated_at,"
              + " source_offset) VALUES ('%s', %d, '%s', 'HOT', 0, now(), 7)"
                  .formatted(ACCOUNT, state.hashCode(), state));
    }
    ensure();
    assertThat(text("SELECT string_agg(state, ',') FROM os_sync_queue")).isEqualTo("SETTLED");
  }

  @Test
  void aGenerationLastsUntilKafkaOrPostgresIsAnother() throws Exception {
    UUID first = ensure();
    assertThat(ensure()).isEqualTo(first);
    for (String column :
        List.of("kafka_cluster", "headers_topic", "enriched_topic", "postgres_system")) {
      // The clock was set back since: the newest is the one that began last, whatever it shows.
      database.execute(
          "UPDATE generation SET created_at = now() + interval '1 hour', "
              + column
              + " = 'another'");
      UUID next = ensure();
      assertThat(next).isNotEqualTo(first);
      assertThat(ensure()).isEqualTo(next);
      database.execute("DELETE FROM generation WHERE id = '" + first + "'");
      first = next;
    }
  }

  @Test
  void runsOfAnOlderGenerationAreReadAgain() throws Exception {
    UUID old = ensure();
    UUID settling = database.run("'full', 'loja'");
    String state =
        "UPDATE sync_run SET status = '%s', phase = '%s', reading = 1, cursor = '{}',"
            + " generation = '%s', lease_holder = gen_random_uuid(), lease_until = now() + '1 hour'"
            + " WHERE id = '%s'";
    database.execute(state.formatted("RUNNING", "SETTLING", old, settling));
    UUID same = database.run("'full', 'loja'");
    database.execute(state.formatted("RUNNING", "SETTLING", old, same));
    UUID reading = database.run("'incremental', 'loja'");
    database.execute(state.formatted("RUNNING", "READING", old, reading));
    UUID ended = database.run("'reconcile', 'loja'");
    database.execute(state.formatted("COMPLETE", "ENDED", old, ended));
    database.execute("UPDATE generation SET kafka_cluster = 'another'");
    ensure();
    String again = "status || phase || (cursor IS NULL) || (lease_holder IS NULL) || lease_epoch";
    assertThat(column(settling, again)).isEqualTo("RUNNINGREADINGtruetrue1");
    assertThat(column(reading, again)).isEqualTo("RUNNINGREADINGtruetrue1");
    assertThat(column(same, again)).isEqualTo("RUNNINGSETTLINGfalsefalse0");
    assertThat(column(ended, "phase")).isEqualTo("ENDED");
    assertThat(text("SELECT count(*) FROM sync_run_log WHERE level = 'WARN'")).isEqualTo("2");
  }

  @Test
  void aSinkBringsPostgresUpToTheTopicsFirst() throws Exception {
    List<ProducerRecord<byte[], byte[]>> known =
        List.of(new ProducerRecord<>(Topics.OS_ENRICHED.name(), 0, new byte[] {1}, null));
    assertThat(writer.write(known)).isEmpty();
    UUID generation =
        ensure(
            () -> {
              assertThat(text("SELECT count(*) FROM generation")).isEqualTo("0");
              assertThat(
                      text(
                          "SELECT partitions::text || requested_by || extras FROM repair"
                              + " WHERE done_at IS NULL"))
                  .isEqualTo("{0,1,2}baselinefalse");
              database.execute(
                  "INSERT INTO os (account, id, situacao, marcadores, payload, details_synced,"
                      + " updated_at, revision, source_at, source_offset) VALUES ('loja', 77, 3,"
                      + " '{}', '{\"id\": 77}', false, now(), 5, now(), 0)");
              finishRepairs();
            });
    assertThat(orders(generation)).containsKey(77L);
  }

  @Test
  void aRepairThatFailedIsNoGroundForABaseline() throws Exception {
    List<ProducerRecord<byte[], byte[]>> known =
        List.of(new ProducerRecord<>(Topics.OS_ENRICHED.name(), 0, new byte[] {1}, null));
    assertThat(writer.write(known)).isEmpty();

    assertThatThrownBy(
            () ->
                ensure(
                    () ->
                        database.execute(
                            "UPDATE repair SET done_at = now(), error = 'no such partition'")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no such partition");
    assertThat(text("SELECT count(*) FROM generation")).isEqualTo("0");
  }

  @Test
  void certificatesThatStayForeignBeginAGeneration() throws Exception {
    Baselines baselines = baselines();
    GenerationWatch watch =
        new GenerationWatch(baselines, () -> List.of(ACCOUNT), System::nanoTime);
    try (Loop loop = new Loop("watch", Duration.ofSeconds(5), watch::run)) {
      loop.start();
      await().atMost(HeadersTopic.PATIENCE).until(() -> generations() == 1);
      await().atMost(HeadersTopic.PATIENCE).until(() -> watch.isPresent(ACCOUNT));
      finishRepairs();
      database.execute("UPDATE generation SET progress_ends = '{10,10,10}'");
      // From before the generation began: it says nothing.
      certificate(0, "NULL", 1, 9);
      await()
          .during(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(6))
          .until(() -> generations() == 1);
      certificate(1, "gen_random_uuid()", 1, 10);
      await().atMost(HeadersTopic.PATIENCE).until(() -> generations() > 1);
    }
  }

  private static void finishRepairs() throws SQLException {
    database.execute("UPDATE repair SET done_at = now() WHERE done_at IS NULL");
  }

  private static int generations() throws SQLException {
    finishRepairs();
    return Integer.parseInt(text("SELECT count(*) FROM generation"));
  }

  private static void certificate(int partition, String generation, int version, long offset)
      throws SQLException {
    database.execute(
        "INSERT INTO account_certificate VALUES ('loja', %d, %s, %d, 0, 0, 0, 0, '{}', 0, 0, 0,"
                .formatted(partition, generation, version)
            + " now(), "
            + offset
            + ")");
  }

  private static UUID ensure() throws Exception {
    return ensure(BaselineTest::finishRepairs);
  }

  private static UUID ensure(Sink sink) throws Exception {
    return baselines().ensure(ACCOUNT, sink).orElseThrow();
  }

  /** Plays the sink while it is waited for. */
  @FunctionalInterface
  private interface Sink extends GenerationWait {
    void repair() throws SQLException;

    @Override
    default void tell(String why) throws SQLException {
      repair();
    }

    @Override
    default boolean pause(Duration time) throws InterruptedException {
      return NEVER.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static Baselines baselines() {
    return new Baselines(
        pool,
        new Baselines.Clients(kafka::admin, kafka::consumer),
        writer::write,
        Clock.systemUTC());
  }

  private static Map<Long, BaselineOrder> orders(UUID generation) {
    return topic
        .events()
        .filter(BaselineOrder.class::isInstance)
        .map(BaselineOrder.class::cast)
        .filter(order -> order.generation().equals(generation))
        .collect(Collectors.toMap(BaselineOrder::osId, Function.identity()));
  }

  private static BaselineOrder at(Map<Long, BaselineOrder> orders, long id) {
    return Objects.requireNonNull(orders.get(id));
  }

  private static void order(
      long id, String situacao, boolean detailed, String seen, String fetched, String payload)
      throws SQLException {
    database.execute(
        """
        INSERT INTO os (account, id, numero, situacao, data, data_prevista, cliente_id,
          cliente_nome, marcadores, payload, details_synced, header_seen_at, detail_fetched_at,
          updated_at, revision, source_at, source_offset)
        VALUES ('loja', %d, 'n%d', %s, '2026-01-01', '2026-01-05 10:00', 9, 'Ana', '{urgente}',
          '%s', %s, %s, %s, now(), 1000 + %d, now(), 0)
        """
            .formatted(id, id, situacao, payload, detailed, seen, fetched, id));
  }

  private static void change(long id, long sequence, String from, int to) throws SQLException {
    database.execute(
        """
        INSERT INTO os_status_history (account, os_id, sequence, id, from_situacao, to_situacao,
          seen_at, source)
        VALUES ('loja', %d, %d, gen_random_uuid(), %s, %d, '2026-02-0%dT00:00:00Z', 'header')
        """
            .formatted(id, sequence, from, to, sequence));
  }

  private static String column(UUID run, String column) {
    return text("SELECT " + column + " FROM sync_run WHERE id = '" + run + "'");
  }

  private static String text(String sql) {
    try {
      return database.text(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
