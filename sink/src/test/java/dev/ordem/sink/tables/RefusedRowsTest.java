package dev.ordem.sink.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Checksum;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Event;
import dev.ordem.contract.Failure;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.sink.FreshDatabase;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedRowsTest {
  private static final String CHECK =
      "ALTER TABLE os ADD CONSTRAINT person CHECK (tecnico <> 'bad')";
  private static final String ROWS =
      "SELECT concat_ws('|', table_name, os_id, sequence, state, revision, cause, attempts)"
          + " FROM os_refused ORDER BY table_name, os_id, sequence";
  private static final String RESOLVED =
      "SELECT concat_ws('|', os_id, state, cause, attempts, last_attempt_at >= first_attempt_at,"
          + " resolved_at >= last_attempt_at) FROM import_failures_resolved ORDER BY resolved_at";
  private static final UUID RUN = UUID.fromString("00000000-0000-0000-0000-00000000000a");
  @RegisterExtension private static final FreshDatabase fresh = new FreshDatabase();

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private TestDatabase database;
  private Store store;

  @BeforeEach
  void begin() {
    database = fresh.database();
    store = new Store(fresh.pool(), letters, meters, Clock.systemUTC());
  }

  @Test
  void aRefusedOrderStandsWithAllThatIsKnownOfIt() throws Exception {
    database.execute(CHECK);
    write(List.of(enriched(0, 7, 5, "good")));

    write(List.of(enriched(1, 7, 6, "bad", RUN), enriched(2, 8, 1, "good")));

    assertThat(database.texts("SELECT id || ' ' || revision FROM os ORDER BY id"))
        .containsExactly("7 5", "8 1");
    assertThat(database.texts(ROWS)).containsExactly("os|7|0|REFUSED|6|postgres-23514|1");
    assertThat(database.text("SELECT checksum FROM os_refused"))
        .isEqualTo(Long.toString(Checksum.ofOrder(7, 6)));
    assertThat(
            database.text(
                "SELECT concat_ws('|', account, os_id, numero, state, cause, error, attempts,"
                    + " next_attempt_at, run_id) FROM import_failures"))
        .isEqualTo(
            "default|7|N7|REFUSED|postgres-23514|os: 23514 new row for relation \"os\" violates"
                + " check constraint \"person\"|1|"
                + RUN);
    assertThat(database.text("SELECT excerpt FROM import_failures")).startsWith("{\"schema\":1");
    assertThat(letters.history()).hasSize(1);
    assertThat(
            meters
                .get("ordem.refused")
                .tags("table", "os", "cause", "postgres-23514")
                .counter()
                .count())
        .isEqualTo(1);
  }

  /** Of people's triggers, policies and domains: whatever is said of one row is that row's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SH001", "P0001", "P0002", "P0003", "P0004", "42501", "42703", "0A000", "08006", "25006",
        "26000", "28000", "40001", "40P01", "53100", "55P03", "57P01", "57P03", "58030"
      })
  void whateverIsRaisedAgainstOneRowIsThatRows(String state) throws Exception {
    database.execute(
        "CREATE FUNCTION person() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NEW.tecnico = 'bad' THEN RAISE EXCEPTION 'not so' USING ERRCODE = '"
            + state
            + "'; END IF; RETURN NEW; END $$");
    database.execute(
        "CREATE TRIGGER person BEFORE INSERT OR UPDATE ON os FOR EACH ROW EXECUTE FUNCTION person()");
    List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    for (long id = 1; id <= 20; id++) {
      batch.add(enriched(id, id, 1, id == 7 ? "bad" : "good"));
    }

    write(batch);

    assertThat(database.texts("SELECT id FROM os ORDER BY id")).hasSize(19).doesNotContain("7");
    assertThat(database.texts(ROWS)).containsExactly("os|7|0|REFUSED|1|postgres-" + state + "|1");
    assertThat(letters.history()).hasSize(1);
  }

  @Test
  void aRowThatARowPolicyForbidsIsRefused() throws Exception {
    String role = "clerk_" + database.name();
    database.execute("CREATE ROLE " + role + " LOGIN");
    database.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + role);
    database.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO " + role);
    database.execute("ALTER TABLE os ENABLE ROW LEVEL SECURITY");
    database.execute("CREATE POLICY person ON os USING (true) WITH CHECK (tecnico <> 'bad')");
    store = new Store(fresh.pool("SET ROLE " + role), letters, meters, Clock.systemUTC());

    write(List.of(enriched(1, 7, 1, "bad"), enriched(2, 8, 1, "good")));

    assertThat(database.texts("SELECT id FROM os")).containsExactly("8");
    assertThat(database.texts(ROWS)).containsExactly("os|7|0|REFUSED|1|postgres-42501|1");
  }

  @Test
  void aRowThatIsTriedAgainCountsAndSendsNoSecondLetter() throws Exception {
    database.execute(CHECK);
    UUID second = UUID.randomUUID();

    write(List.of(enriched(1, 7, 6, "bad", RUN)));
    String first = database.text("SELECT last_number FROM os_refused");
    write(List.of(enriched(1, 7, 6, "bad", RUN)));
    assertThat(database.text("SELECT last_number > " + first + " FROM os_refused")).isEqualTo("t");
    assertThat(letters.history()).hasSize(1);
    write(List.of(enriched(2, 7, 7, "bad", second)));

    assertThat(letters.history()).hasSize(2);
    assertThat(database.texts(ROWS)).containsExactly("os|7|0|REFUSED|7|postgres-23514|3");
    assertThat(database.text("SELECT run_ids FROM os_refused"))
        .isEqualTo("{" + RUN + "," + second + "}");
  }

  @Test
  void anOlderRevisionThatComesLateDoesNotReplaceTheRefusedOne() throws Exception {
    database.execute(CHECK);
    write(List.of(enriched(2, 7, 7, "bad")));

    write(List.of(enriched(1, 7, 6, "bad")));
    assertThat(database.text("SELECT revision FROM os_refused")).isEqualTo("7");

    write(List.of(enriched(3, 7, 8, "good")));
    write(List.of(enriched(2, 7, 7, "bad")));
    assertThat(database.texts(ROWS)).as("what is stored is not refused").isEmpty();
  }

  @Test
  void theSameOrANewerRevisionHealsAndIsKeptAsResolved() throws Exception {
    database.execute(CHECK);
    write(List.of(enriched(1, 7, 6, "bad"), enriched(1, 8, 6, "bad"), enriched(1, 9, 6, "bad")));

    write(List.of(enriched(0, 7, 5, "good")));
    assertThat(database.texts(ROWS)).as("an older one heals nothing").hasSize(3);
    write(List.of(enriched(2, 7, 7, "good")));
    write(List.of(record(Topics.OS_ENRICHED, 2, Orders.key(9), null)));
    database.execute("ALTER TABLE os DROP CONSTRAINT person");
    write(List.of(enriched(1, 8, 6, "bad")));

    assertThat(database.texts(ROWS)).isEmpty();
    assertThat(database.texts(RESOLVED))
        .containsExactly(
            "7|REFUSED|postgres-23514|1|t|t",
            "9|REFUSED|postgres-23514|1|t|t",
            "8|REFUSED|postgres-23514|1|t|t");
  }

  /**
   * As a repair reads the topic again: what stands there before the refused row comes once more.
   */
  @Test
  void whatStandsBeforeARefusedRowDoesNotHealIt() throws Exception {
    database.execute(CHECK);
    write(List.of(enriched(5, 7, 1, "bad")));
    write(List.of(record(Topics.OS_ENRICHED, 3, Orders.key(7), null)));
    assertThat(database.texts("SELECT os_id FROM os_refused")).containsExactly("7");
    assertThat(database.texts(RESOLVED)).isEmpty();

    write(List.of(record(Topics.OS_ENRICHED, 6, Orders.key(7), null)));
    assertThat(database.texts("SELECT os_id FROM os_refused")).isEmpty();

    database.execute("ALTER TABLE os_sync_queue ADD CONSTRAINT work CHECK (state <> 'PARKED')");
    write(List.of(state(5, 8, Work.PARKED, null)));
    write(List.of(state(3, 8, Work.QUEUED, null)));
    assertThat(database.texts("SELECT os_id FROM os_refused")).containsExactly("8");

    write(List.of(state(6, 8, Work.SETTLED, null)));
    assertThat(database.texts("SELECT os_id FROM os_refused")).isEmpty();
  }

  @Test
  void aRefusedTransitionStandsByItsSequence() throws Exception {
    StatusChange bad = Orders.change(7, 2, 70_000);
    write(List.of(change(0, Orders.change(7, 1, 3)), change(1, bad)));

    assertThat(database.texts(ROWS))
        .containsExactly("os_status_history|7|2|REFUSED|postgres-22003|1");
    assertThat(database.text("SELECT checksum FROM os_refused"))
        .isEqualTo(Long.toString(Checksum.ofChange(7, 2, 6, 70_000)));

    write(List.of(change(2, Orders.change(7, 3, 3))));
    assertThat(database.texts(ROWS)).hasSize(1);
    write(List.of(change(3, Orders.change(7, 2, 3))));
    assertThat(database.texts(ROWS)).isEmpty();
  }

  @Test
  void aRefusedWorkStateStandsWithoutAChecksum() throws Exception {
    database.execute(
        "ALTER TABLE os_sync_queue ADD CONSTRAINT person CHECK (state <> 'REQUESTED')");
    write(List.of(state(0, 7, Work.REQUESTED, null)));

    assertThat(database.texts(ROWS)).containsExactly("os_sync_queue|7|0|REFUSED|postgres-23514|1");
    assertThat(database.text("SELECT checksum FROM os_refused")).isEqualTo("null");

    write(List.of(state(1, 7, Work.SETTLED, null)));
    assertThat(database.texts(ROWS)).isEmpty();
  }

  @Test
  void aFailureThatIsSettledIsKeptAsResolvedHoweverItWentOn() throws Exception {
    Failure failure = new Failure("http-500", "GET /ordem-servico/7: 500", "<html>");
    write(List.of(state(1, 7, Work.RETRYING, failure)));
    write(List.of(state(2, 7, Work.PARKED, failure)));
    write(List.of(state(3, 7, Work.QUEUED, null)));
    write(List.of(state(4, 7, Work.REQUESTED, null)));
    assertThat(database.texts(RESOLVED)).isEmpty();
    write(List.of(state(5, 7, Work.SETTLED, null)));
    write(List.of(state(6, 8, Work.REQUESTED, null)));
    write(List.of(state(7, 8, Work.SETTLED, null)));
    write(List.of(state(8, 9, Work.PARKED, failure)));
    write(List.of(state(9, 9, Work.SETTLED, null)));

    assertThat(database.texts("SELECT os_id || ' ' || state FROM import_failures_resolved"))
        .containsExactly("7 RETRYING", "9 PARKED");
    assertThat(database.texts("SELECT error FROM import_failures_resolved WHERE os_id = 9"))
        .containsExactly("GET /ordem-servico/7: 500");
  }

  @Test
  void whatPostgresCannotHoldIsMadeStorableInsteadOfRefused() throws Exception {
    EnrichedOrder order =
        Orders.odd(7, 1, "9".repeat(3_000) + "\0" + UUID.randomUUID().toString().repeat(200));
    Failure nul = new Failure("http-500", "a\0b", "c\0d");

    write(
        List.of(
            record(Topics.OS_ENRICHED, 0, Orders.key(7), order), state(1, 7, Work.PARKED, nul)));

    assertThat(database.texts(ROWS)).isEmpty();
    assertThat(letters.history()).isEmpty();
    assertThat(
            database.text(
                "SELECT concat_ws('|', data IS NULL, data_prevista IS NULL, data_conclusao IS NULL,"
                    + " total IS NULL, total_pecas = 0, total_servicos,"
                    + " length(numero), length(marcadores[1]), payload->'valor',"
                    + " updated_at < '9999-12-31 23:59:01Z', header_seen_at IS NULL, sync_error)"
                    + " FROM os"))
        .isEqualTo("t|t|t|t|t|99.90|10200|500|\"1E+200000\"|t|t|ab");
    assertThat(database.text("SELECT excerpt FROM import_failures")).isEqualTo("cd");
    assertThat(database.texts("SELECT id FROM os WHERE numero = '" + "9".repeat(3_000) + "'"))
        .isEmpty();
  }

  @Test
  void aTextThatIsAnEntryOfAnIndexIsFoundThroughIt() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> many = new ArrayList<>();
    for (long id = 1; id <= 2_000; id++) {
      many.add(enriched(id, id, 1, "good"));
    }
    write(many);
    database.execute("ANALYZE os");

    assertThat(
            database.texts("EXPLAIN SELECT id FROM os WHERE account = 'default' AND numero = 'N7'"))
        .anySatisfy(line -> assertThat(line).contains("os_numero"));
  }

  private void write(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
    Batch batch = Batch.of(records, store.tables());
    assertThat(store.store(batch)).isInstanceOf(Store.Outcome.Stored.class);
    assertThat(batch.open()).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> enriched(
      long offset, long id, long revision, String tecnico) {
    return enriched(offset, id, revision, tecnico, null);
  }

  private static ConsumerRecord<byte[], byte[]> enriched(
      long offset, long id, long revision, String tecnico, @Nullable UUID run) {
    EnrichedOrder order = Orders.order(id, revision, 3, tecnico, run);
    return record(Topics.OS_ENRICHED, offset, Orders.key(id), order);
  }

  private static ConsumerRecord<byte[], byte[]> change(long offset, StatusChange change) {
    return record(Topics.OS_STATUS_CHANGES, offset, change.key().toString(), change);
  }

  private static ConsumerRecord<byte[], byte[]> state(
      long offset, long id, Work work, @Nullable Failure failure) {
    return record(
        Topics.OS_SYNC_STATE,
        offset,
        Orders.key(id),
        Orders.state(id, work, failure, Orders.T.plusSeconds(offset)));
  }

  private static <V extends Event> ConsumerRecord<byte[], byte[]> record(
      Topic<V> topic, long offset, String key, @Nullable V value) {
    return Orders.record(topic, 0, offset, key, value);
  }
}
