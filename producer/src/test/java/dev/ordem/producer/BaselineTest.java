package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Checksum;
import dev.ordem.contract.Detail;
import dev.ordem.contract.Header;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.HeaderEvent.BaselineOrder;
import dev.ordem.contract.HeaderEvent.Baselined;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topics;
import dev.ordem.producer.baseline.OrderPartitioner;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.runs.MigratedDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations and their baselines, on a real broker and database. */
class BaselineTest {
  private static final String ACCOUNT = "loja";

  @TempDir static Path directory;
  private static HeadersTopic topic;
  private static MigratedDatabase database;
  private static HeaderWriter writer;
  private static TestBaselines baselines;

  @BeforeAll
  static void start() throws Exception {
    baselines = TestBaselines.start(directory);
    database = baselines.database();
    writer = baselines.writer();
    topic = new HeadersTopic(baselines.broker());
  }

  @AfterAll
  static void stop() throws Exception {
    baselines.close();
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
    UUID generation = baselines.ensure(ACCOUNT);

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

  /**
   * Times ahead of the clock, as they are told after a step back; the row that knew of them is old.
   */
  @Test
  void whatIsToldFromThenOnIsLaterThanWhatTheRowsShow() throws Exception {
    database.execute("SELECT tiny_quota_configure('loja', 0, 60, 60000, 0)");
    order(1, "3", true, "now() + interval '40 seconds'", "now() + interval '50 seconds'", "{}");
    baselines.ensure(ACCOUNT);
    assertThat(
            database.text(
                "SELECT tiny_asked('loja') > max(detail_fetched_at) FROM os GROUP BY account"))
        .isEqualTo("t");
  }

  /** Order 5 by its row and its transitions, 6 by the newer of both. */
  @Test
  void whatPostgresRefusedWholeIsToldSoThatNothingIsNumberedTwice() throws Exception {
    order(6, "3", false, "'2026-01-02T03:04:05Z'", "NULL", "{\"id\": 6, \"situacao\": \"3\"}");
    change(6, 1, "NULL", 3);
    for (long id : new long[] {5, 6}) {
      setAside("os", id, 0, "REFUSED", "2000", Checksum.ofOrder(id, 2000), "{}");
      refused(id, 2, 3, 9);
    }
    refused(5, 1, null, 3);
    UUID generation = baselines.ensure(ACCOUNT);

    Map<Long, BaselineOrder> orders = orders(generation);
    assertThat(orders).containsOnlyKeys(5L, 6L);
    BaselineOrder whole = at(orders, 5);
    assertThat(whole.removed()).as("the ledger counted it").isFalse();
    assertThat(whole.header()).isNull();
    assertThat(whole.changesXor())
        .isEqualTo(Checksum.ofChange(5, 1, null, 3) ^ Checksum.ofChange(5, 2, 3, 9));
    for (BaselineOrder order : orders.values()) {
      assertThat(order.revision()).isEqualTo(2000);
      assertThat(order.sequence()).isEqualTo(2);
      assertThat(order.changes()).isEqualTo(2);
      assertThat(order.situacao()).as("what the refused change led to").isEqualTo(9);
    }
    assertThat(at(orders, 6).header()).isNotNull();
    assertThat(text("SELECT DISTINCT partition FROM os_refused WHERE os_id = 5"))
        .isEqualTo(OrderPartitioner.of(new OrderKey(ACCOUNT, 5), TestBroker.PARTITIONS) + "");
  }

  @Test
  void whatTheTopicsDoNotKnowIsNotToldForThem() throws Exception {
    order(7, "3", false, "'2026-01-02T03:04:05Z'", "NULL", "{\"id\": 7, \"situacao\": \"3\"}");
    order(8, "3", false, "'2026-01-02T03:04:05Z'", "NULL", "{\"id\": 8, \"situacao\": \"3\"}");
    change(8, 1, "NULL", 3);
    change(8, 2, "3", 7);
    setAside("os", 7, 0, "EXTRA", "1007", null, "");
    setAside("os_status_history", 8, 2, "EXTRA", "NULL", null, "");
    UUID generation = baselines.ensure(ACCOUNT);

    Map<Long, BaselineOrder> orders = orders(generation);
    assertThat(orders).containsOnlyKeys(8L);
    BaselineOrder known = at(orders, 8);
    assertThat(known.situacao()).isEqualTo(3);
    assertThat(known.changes()).isEqualTo(1);
    assertThat(known.statusSeenAt()).isEqualTo(Instant.parse("2026-02-01T00:00:00Z"));
    assertThat(known.sequence()).as("no other change is told under its number").isEqualTo(2);
  }

  private static void refused(long id, long sequence, @Nullable Integer from, int to)
      throws SQLException {
    OrderKey key = new OrderKey(ACCOUNT, id);
    StatusChange change =
        new StatusChange(
            StatusChange.idOf(key, sequence, from, to),
            ACCOUNT,
            id,
            sequence,
            null,
            from,
            to,
            null,
            Instant.EPOCH,
            StatusChange.Source.HEADER,
            null);
    String excerpt =
        new String(
            Topics.OS_STATUS_CHANGES.record(key.toString(), change).value(),
            StandardCharsets.UTF_8);
    long checksum = Checksum.ofChange(id, sequence, from, to);
    setAside("os_status_history", id, sequence, "REFUSED", "NULL", checksum, excerpt);
  }

  private static void setAside(
      String table,
      long id,
      long sequence,
      String state,
      String revision,
      @Nullable Number checksum,
      String excerpt)
      throws SQLException {
    database.execute(
        "INSERT INTO os_refused (table_name, account, os_id, sequence, state, partition, revision,"
            + " checksum, cause, error, excerpt) VALUES ('%s', 'loja', %d, %d, '%s', 17, %s, %s,"
                .formatted(table, id, sequence, state, revision, checksum)
            + " 'c', 'e', '"
            + excerpt
            + "')");
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
    baselines.ensure(ACCOUNT);
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
    baselines.ensure(ACCOUNT);
    assertThat(text("SELECT string_agg(state, ',') FROM os_sync_queue")).isEqualTo("SETTLED");
  }

  @Test
  void aSinkBringsPostgresUpToTheTopicsFirst() throws Exception {
    List<ProducerRecord<byte[], byte[]>> known =
        List.of(new ProducerRecord<>(Topics.OS_ENRICHED.name(), 0, new byte[] {1}, null));
    assertThat(writer.write(known)).isEmpty();
    UUID generation =
        baselines.ensure(
            ACCOUNT,
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
              baselines.finishRepairs();
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
                baselines.ensure(
                    ACCOUNT,
                    () ->
                        database.execute(
                            "UPDATE repair SET done_at = now(), error = 'no such partition'")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("its row in the table repair says why")
        .message()
        .as("health tells it without a token")
        .doesNotContain("no such partition");
    assertThat(text("SELECT count(*) FROM generation")).isEqualTo("0");
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

  private static String text(String sql) {
    try {
      return database.text(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
