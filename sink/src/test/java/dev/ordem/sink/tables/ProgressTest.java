package dev.ordem.sink.tables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.LedgerReport;
import dev.ordem.contract.Topics;
import dev.ordem.sink.FreshDatabase;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProgressTest {
  private static final UUID RUN = UUID.fromString("00000000-0000-0000-0000-00000000000a");
  private static final UUID GENERATION = UUID.fromString("00000000-0000-0000-0000-00000000000b");
  @RegisterExtension private static final FreshDatabase fresh = new FreshDatabase();

  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private TestDatabase database;
  private Store store;

  @BeforeEach
  void begin() {
    database = fresh.database();
    store = new Store(fresh.pool(), letters, new SimpleMeterRegistry(), Clock.systemUTC());
  }

  @Test
  void runsAndAccountsOfOneTopicFillTheirOwnTables() throws Exception {
    write(
        List.of(
            record(0, Orders.progress(RUN, 2, 3)),
            record(1, Orders.certificate(2, GENERATION, 8))));

    assertThat(
            database.text(
                "SELECT concat_ws('|', run_id, partition, account, ended, seen, fresh, changed,"
                    + " unchanged, requested, settled, parked, ended_at = updated_at, reading,"
                    + " open, dropped, skipped, certificate_version, known, absent,"
                    + " absences_counted, suspects, refused) FROM sync_run_progress"))
        .isEqualTo(RUN + "|2|default|t|9|1|2|6|5|3|1|t|42|2|1|0|77|9|3|t|4|5");
    assertThat(
            database.text(
                "SELECT concat_ws('|', account, partition, generation, version, orders, orders_xor,"
                    + " changes, changes_xor, by_situacao, suspects, audited, missed)"
                    + " FROM account_certificate"))
        .isEqualTo("default|2|" + GENERATION + "|8|10|-5|20|6|{\"3\": 7, \"6\": 3}|1|2|0");
    assertThat(letters.history()).isEmpty();
  }

  @Test
  void aRecordOfTheFirstSchemaIsARun() throws Exception {
    String json =
        "{\"schema\":1,\"runId\":\"%s\",\"account\":\"default\",\"partition\":2,\"ended\":false,"
            + "\"seen\":1,\"fresh\":1,\"changed\":0,\"unchanged\":0,\"requested\":1,\"settled\":0,"
            + "\"parked\":0,\"updatedAt\":\"2026-03-01T12:00:00Z\"}";
    write(
        List.of(
            new ConsumerRecord<>(
                "sync-run-progress",
                2,
                0,
                (RUN + ":2").getBytes(java.nio.charset.StandardCharsets.UTF_8),
                json.formatted(RUN).getBytes(java.nio.charset.StandardCharsets.UTF_8))));

    assertThat(
            database.text(
                "SELECT concat_ws('|', open, dropped, skipped, absences_counted, suspects, refused)"
                    + " FROM sync_run_progress"))
        .isEqualTo("0|0|0|f|0|0");
  }

  @Test
  void whatComesLateIsNoNewsAndATombstoneDeletes() throws Exception {
    write(
        List.of(
            record(5, Orders.progress(RUN, 2, 3)),
            record(6, Orders.certificate(2, GENERATION, 8))));
    write(
        List.of(record(3, Orders.progress(RUN, 2, 1)), record(4, Orders.certificate(2, null, 7))));
    assertThat(database.text("SELECT settled FROM sync_run_progress")).isEqualTo("3");
    assertThat(database.text("SELECT version FROM account_certificate")).isEqualTo("8");

    write(List.of(record(7, RUN + ":2", null)));
    assertThat(database.texts("SELECT run_id FROM sync_run_progress")).isEmpty();
    assertThat(database.texts("SELECT account FROM account_certificate")).hasSize(1);

    write(List.of(record(8, "account:default:2", null)));
    assertThat(database.texts("SELECT account FROM account_certificate")).isEmpty();
    assertThat(letters.history()).isEmpty();
  }

  @Test
  void whatStandsUnderAKeyThatIsNotItsOwnIsADeadLetter() throws Exception {
    write(
        List.of(
            record(0, "account:default:2", Orders.progress(RUN, 2, 3)),
            record(1, RUN + ":2", Orders.certificate(2, GENERATION, 8)),
            record(2, RUN + ":1", Orders.progress(RUN, 2, 3)),
            record(3, "account:", null),
            record(4, "nonsense", null)));

    assertThat(database.texts("SELECT run_id FROM sync_run_progress")).isEmpty();
    assertThat(database.texts("SELECT account FROM account_certificate")).isEmpty();
    assertThat(letters.history()).hasSize(5);
  }

  private void write(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
    Batch batch = Batch.of(records, store.tables());
    assertThat(store.store(batch)).isInstanceOf(Store.Outcome.Stored.class);
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, LedgerReport progress) {
    return record(offset, progress.key(), progress);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      long offset, String key, @Nullable LedgerReport progress) {
    ConsumerRecord<byte[], byte[]> record =
        Orders.record(Topics.SYNC_RUN_PROGRESS, 2, offset, key, progress);
    return record;
  }
}
