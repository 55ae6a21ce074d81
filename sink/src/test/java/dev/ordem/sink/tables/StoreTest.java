package dev.ordem.sink.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.DeadLetter;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Failure;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.contract.Topics;
import dev.ordem.sink.FreshDatabase;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoreTest {
  private static final String ROW =
      "SELECT revision || ' ' || situacao || ' ' || (removed_at IS NOT NULL) FROM os ORDER BY id";
  @RegisterExtension private static final FreshDatabase fresh = new FreshDatabase();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private TestDatabase database;
  private Store store;

  @BeforeEach
  void begin() {
    database = fresh.database();
    Clock clock = Clock.fixed(Orders.T, ZoneOffset.UTC);
    store = new Store(fresh.pool(), letters, meters, clock);
  }

  @Test
  void storesEveryColumn() throws Exception {
    write(List.of(enriched(0, Orders.order(7, 5, 6, "tab\there \\ and\nthere"))));

    assertThat(
            database.text(
                "SELECT concat_ws('|', account, id, numero, situacao, data, data_prevista,"
                    + " data_conclusao, cliente_id, cliente_nome, tecnico, equipamento,"
                    + " equipamento_serie, total_servicos, total_pecas, total, details_synced,"
                    + " header_seen_at = '2026-03-01T12:00:00.123Z',"
                    + " sync_attempted_at = detail_fetched_at, revision) FROM os"))
        .isEqualTo(
            "default|7|N7|6|2026-01-02|2026-01-09 18:30:00|2026-01-08|77|Oficina São José|"
                + "tab\there \\ and\nthere|Notebook|SN-1|99.90|10|109.90|t|t|t|5");
    assertThat(database.texts("SELECT unnest(marcadores) FROM os"))
        .containsExactly("urgente", "a\"b\\c, d");
    assertThat(database.text("SELECT payload->>'descricaoProblema' FROM os"))
        .isEqualTo("tab\there \\ and\nthere");
  }

  @Test
  void anOlderRevisionNeverOverwritesANewerOne() throws Exception {
    write(List.of(enriched(0, Orders.order(7, 5, 6, "new"))));
    write(List.of(enriched(1, Orders.order(7, 4, 1, "old"))));
    assertThat(database.texts(ROW)).containsExactly("5 6 false");
    assertThat(rows("os", "written")).isEqualTo(1);
    assertThat(rows("os", "unchanged")).isEqualTo(1);
  }

  @Test
  void theSameRevisionToldAgainIsTakenForWhereItNowStands() throws Exception {
    write(List.of(enriched(5, Orders.order(7, 5))));
    String place = "SELECT partition || ' ' || source_offset FROM os";

    write(List.of(enriched(2, Orders.order(7, 5))));
    assertThat(database.text(place)).isEqualTo("0 5");

    write(List.of(enriched(9, Orders.order(7, 5))));
    assertThat(database.text(place)).isEqualTo("0 9");

    write(List.of(Orders.record(Topics.OS_ENRICHED, 1, 3, Orders.key(7), Orders.order(7, 5))));
    assertThat(database.text(place)).isEqualTo("1 3");
  }

  @Test
  void aRecordThatComesLateDoesNotBringBackWhatItsTombstoneTook() throws Exception {
    write(List.of(enriched(0, Orders.order(7, 5))));
    write(List.of(gone(1, 7)));

    write(List.of(enriched(0, Orders.order(7, 5))));

    assertThat(database.texts(ROW)).containsExactly("5 3 true");
  }

  @Test
  void aTombstoneMarksAndALaterOrderUnmarks() throws Exception {
    write(List.of(enriched(0, Orders.order(7, 1)), gone(1, 7)));
    assertThat(database.text("SELECT removed_at FROM os"))
        .isEqualTo(database.text("SELECT '" + Orders.T.plusSeconds(1) + "'::timestamptz"));

    write(List.of(enriched(2, Orders.order(7, 2))));
    assertThat(database.texts(ROW)).containsExactly("2 3 false");
  }

  @Test
  void replayingFromAnywhereGivesTheSameRows() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> log =
        List.of(
            enriched(0, Orders.order(7, 1)),
            gone(1, 7),
            enriched(2, Orders.order(8, 1)),
            enriched(3, Orders.order(7, 2)),
            gone(4, 8),
            change(5, 7, 1, 6),
            change(6, 7, 2, 3),
            queue(7, 7, Work.REQUESTED),
            queue(8, 7, Work.SETTLED));
    write(log);
    String before = everything();

    for (int from = 0; from < log.size(); from++) {
      for (int to = from + 1; to <= log.size(); to++) {
        write(log.subList(from, to));
        assertThat(everything()).as("after replaying %s to %s", from, to).isEqualTo(before);
      }
    }
    assertThat(database.texts(ROW)).containsExactly("2 3 false", "1 3 true");
    assertThat(database.texts("SELECT sequence FROM os_status_history ORDER BY sequence"))
        .containsExactly("1", "2");
  }

  @Test
  void aNewTopicWhoseOffsetsBeganAgainIsNews() throws Exception {
    write(List.of(queue(500, 7, Work.REQUESTED)));
    write(
        List.of(
            Orders.record(
                Topics.OS_SYNC_STATE,
                0,
                0,
                Orders.key(7),
                Orders.state(7, Work.SETTLED, null, Orders.T.plusSeconds(501)))));

    assertThat(database.text("SELECT state FROM os_sync_queue")).isEqualTo("SETTLED");
  }

  @Test
  void refusedRowsAreFoundAndTheRestIsStored() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    for (int id = 1; id <= 100; id++) {
      batch.add(enriched(id, Orders.order(id, 1, id == 13 || id == 77 ? 70_000 : 3, "x")));
    }
    batch.add(change(200, 5, 1, 3));
    batch.add(new ConsumerRecord<>("os-enriched", 0, 201, bytes("default:1"), bytes("{}")));
    batch.add(new ConsumerRecord<>("os-enriched", 0, 202, bytes("nonsense"), null));
    batch.add(new ConsumerRecord<>("os-status-changes", 0, 203, bytes("default:1"), null));

    write(batch);

    assertThat(database.text("SELECT count(*) FROM os")).isEqualTo("98");
    assertThat(database.text("SELECT count(*) FROM os_status_history")).isEqualTo("1");
    assertThat(letters.history()).hasSize(5);
    assertThat(letters.history()).extracting(ProducerRecord::topic).containsOnly("ordem.dlq");
    assertThat(reasons())
        .filteredOn(reason -> reason.contains("situacao"))
        .hasSize(2)
        .allSatisfy(
            reason -> assertThat(reason).contains("os.situacao", "22003", "smallint", "70000"));
    assertThat(reasons()).filteredOn(reason -> reason.startsWith("cannot be read")).hasSize(3);
    assertThat(rows("os", "refused")).isEqualTo(2);
    assertThat(rows("os", "unreadable")).isEqualTo(2);
    assertThat(rows("os", "written")).isEqualTo(98);
  }

  @Test
  void anOlderGoodRevisionIsStoredWhenTheNewerOneOfItsBatchIsRefused() throws Exception {
    write(List.of(enriched(0, Orders.order(7, 1)), enriched(1, Orders.order(7, 2, 70_000, "x"))));

    assertThat(database.texts(ROW)).containsExactly("1 3 false");
    assertThat(letters.history()).hasSize(1);
  }

  @Test
  void textThatHoldsNulIsStoredWithoutIt() throws Exception {
    EnrichedOrder order = Orders.order(7, 1, 3, "a\0b \\u0000");

    write(List.of(enriched(0, order)));

    assertThat(database.text("SELECT tecnico FROM os")).isEqualTo("ab \\u0000");
    assertThat(database.text("SELECT payload->>'descricaoProblema' FROM os"))
        .isEqualTo("ab \\u0000");
    assertThat(letters.history()).isEmpty();
  }

  @Test
  void failuresShowInTheQueueTheViewAndTheOrderUntilTheyHeal() throws Exception {
    Failure failure = new Failure("http-500", "GET /ordem-servico/7: 500", "<html>");
    write(List.of(queue(1, 7, Work.RETRYING, failure), queue(2, 7, Work.RETRYING, failure)));
    write(List.of(enriched(3, Orders.order(7, 1))));
    write(List.of(queue(4, 7, Work.PARKED, failure)));

    assertThat(database.text("SELECT sync_error FROM os")).isEqualTo("GET /ordem-servico/7: 500");
    assertThat(
            database.text(
                "SELECT concat_ws('|', os_id, numero, state, cause, excerpt, attempts,"
                    + " last_attempt_at - first_attempt_at) FROM import_failures"))
        .isEqualTo("7|N7|PARKED|http-500|<html>|1|00:00:02");

    write(List.of(queue(5, 7, Work.SETTLED)));
    assertThat(database.text("SELECT coalesce(sync_error, 'none') FROM os")).isEqualTo("none");
    assertThat(database.texts("SELECT os_id FROM import_failures")).isEmpty();
  }

  @Test
  void tellsWhenOrdersWereFinishedAndHowLongTheyStayed() throws Exception {
    EnrichedOrder order = Orders.order(7, 1);
    write(List.of(enriched(0, order), change(1, 7, 1, 6), change(2, 7, 2, 3)));
    database.execute("UPDATE os SET data_conclusao = NULL");

    assertThat(database.text("SELECT fonte || ' ' || concluida_em FROM os_conclusao"))
        .isEqualTo("observada 2026-03-01");
    assertThat(
            database.texts(
                "SELECT concat_ws('|', situacao, tempo_minimo, atual) FROM os_tempo_em_situacao"
                    + " ORDER BY sequence"))
        .containsExactly("6|00:00:00|f", "3|00:00:00|t");
    assertThat(database.text("SELECT situacao || ' ' || ordens || ' ' || total FROM os_totais"))
        .isEqualTo("3 1 109.90");
    assertThat(database.text("SELECT tecnico || ' ' || ordens FROM tecnico"))
        .isEqualTo("Trocar o visor 1");
    assertThat(database.text("SELECT equipamento || ' ' || equipamento_serie FROM equipamento"))
        .isEqualTo("Notebook SN-1");
  }

  private String everything() throws SQLException {
    return database.texts("SELECT os::text FROM os ORDER BY id")
        + "\n"
        + database.texts("SELECT h::text FROM os_status_history h ORDER BY os_id, sequence")
        + "\n"
        + database.texts("SELECT q::text FROM os_sync_queue q ORDER BY os_id");
  }

  private List<String> reasons() {
    return letters.history().stream()
        .map(letter -> letter.headers().lastHeader(DeadLetter.REASON).value())
        .map(value -> new String(value, StandardCharsets.UTF_8))
        .toList();
  }

  private double rows(String table, String outcome) {
    return meters.get("ordem.sink.rows").tags("table", table, "outcome", outcome).counter().count();
  }

  private void write(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
    Batch batch = Batch.of(records, store.tables());
    assertThat(store.store(batch)).isInstanceOf(Store.Outcome.Stored.class);
    assertThat(batch.open()).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> enriched(long offset, EnrichedOrder order) {
    return Orders.record(Topics.OS_ENRICHED, 0, offset, Orders.key(order.osId()), order);
  }

  private static ConsumerRecord<byte[], byte[]> gone(long offset, long id) {
    return Orders.record(Topics.OS_ENRICHED, 0, offset, Orders.key(id), null);
  }

  private static ConsumerRecord<byte[], byte[]> change(long offset, long id, long seq, int to) {
    return Orders.record(
        Topics.OS_STATUS_CHANGES, 0, offset, Orders.key(id), Orders.change(id, seq, to));
  }

  private static ConsumerRecord<byte[], byte[]> queue(long offset, long id, Work work) {
    return queue(offset, id, work, null);
  }

  private static ConsumerRecord<byte[], byte[]> queue(
      long offset, long id, Work work, @Nullable Failure failure) {
    return Orders.record(
        Topics.OS_SYNC_STATE,
        0,
        offset,
        Orders.key(id),
        Orders.state(id, work, failure, Orders.T.plusSeconds(offset)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
