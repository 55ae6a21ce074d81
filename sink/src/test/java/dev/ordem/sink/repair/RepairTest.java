package dev.ordem.sink.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.OrderKey;
import dev.ordem.contract.SyncState.Work;
import dev.ordem.contract.Topics;
import dev.ordem.sink.Broker;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairTest {
  private static EmbeddedPostgres server;
  private static Broker broker;
  private static KafkaProducer<byte[], byte[]> producer;

  private TestAccount account;

  @BeforeAll
  static void startServers(@TempDir Path directory) throws Exception {
    server = TestDatabase.server("logical");
    broker = Broker.start(directory);
    producer = TestAccount.producer(broker);
  }

  @AfterAll
  static void stopServers() throws Exception {
    producer.close();
    broker.close();
    server.close();
  }

  @BeforeEach
  void freshDatabase() throws Exception {
    account = new TestAccount(server, broker, producer);
  }

  @AfterEach
  void closePool() {
    account.close();
  }

  @Test
  void deletedRowsComeBack() throws Exception {
    account.orders(1, 40);
    List<String> before = account.fill();
    account.database().execute("DELETE FROM os WHERE id % 3 = 0");
    account.database().execute("DELETE FROM os_status_history WHERE os_id % 5 = 0");

    assertThat(account.repair()).isEqualTo("21 0");

    assertThat(account.everything()).isEqualTo(before);
  }

  @Test
  void anEmptiedTableIsFilledAgainAndASecondRepairFindsNothing() throws Exception {
    account.orders(1, 40);
    List<String> before = account.fill();
    account.database().execute("TRUNCATE os, os_status_history");

    assertThat(account.repair()).isEqualTo("80 0");
    assertThat(account.everything()).isEqualTo(before);
    assertThat(account.repair()).isEqualTo("0 0");
  }

  @Test
  void aRevisionThatWasRaisedOrLoweredByHandIsTheTopicsAgain() throws Exception {
    account.orders(1, 6);
    List<String> before = account.fill();
    account
        .database()
        .execute("UPDATE os SET revision = 1000, tecnico = 'by hand' WHERE id IN (1, 2)");
    account.database().execute("UPDATE os SET revision = 0, tecnico = 'by hand' WHERE id = 3");

    assertThat(account.repair()).isEqualTo("3 0");

    assertThat(account.everything()).isEqualTo(before);
  }

  /** Documented: it is found by {@code replay --verify}, as no certificate counts it. */
  @Test
  void aColumnThatWasChangedUnderTheSameRevisionIsNotSeen() throws Exception {
    account.orders(1, 3);
    account.fill();
    account.database().execute("UPDATE os SET tecnico = 'by hand' WHERE id = 1");

    assertThat(account.repair()).isEqualTo("0 0");

    assertThat(account.database().text("SELECT tecnico FROM os WHERE id = 1")).isEqualTo("by hand");
  }

  @Test
  void anOrderPutInByHandIsSetAsideUntilAPersonDeletesIt() throws Exception {
    account.orders(1, 6);
    List<String> before = account.fill();
    account.database().execute(TestAccount.copy("1001", "partition"));
    account.database().execute(TestAccount.copy("1002", "NULL"));

    assertThat(account.repair()).isEqualTo("0 2");
    assertThat(account.database().texts(TestAccount.REFUSED))
        .containsExactly("os 1001 0 EXTRA", "os 1002 0 EXTRA");
    assertThat(
            account
                .database()
                .texts(
                    "SELECT os_id || ' ' || state || ' ' || cause FROM import_failures ORDER BY 1"))
        .containsExactly("1001 EXTRA unknown-to-topics", "1002 EXTRA unknown-to-topics");
    assertThat(account.database().texts("SELECT id FROM os WHERE id > 1000"))
        .as("it stays")
        .hasSize(2);
    assertThat(
            account
                .database()
                .text(
                    "SELECT bool_and(o.partition = r.partition AND checksum IS NULL)"
                        + " FROM os_refused r JOIN os o ON o.id = r.os_id"))
        .isEqualTo("t");
    assertThat(account.repair()).isEqualTo("0 2");

    account.database().execute("DELETE FROM os WHERE id > 1000");
    assertThat(account.database().texts(TestAccount.REFUSED)).isEmpty();
    assertThat(account.everything()).isEqualTo(before);
  }

  @Test
  void anOrderThatTheTopicComesToKnowIsNotSetAsideAnyMore() throws Exception {
    account.orders(1, 2);
    account.fill();
    account.database().execute(TestAccount.copy("1001", "partition"));
    assertThat(account.repair()).isEqualTo("0 1");

    account.send(Topics.OS_ENRICHED, Orders.key(1001), Orders.order(1001, 1, 3, "t"));
    assertThat(account.repair()).isEqualTo("1 0");

    assertThat(account.database().texts(TestAccount.REFUSED)).isEmpty();
    assertThat(account.database().text("SELECT revision FROM os WHERE id = 1001")).isEqualTo("1");
  }

  @Test
  void extrasAreLeftAloneWhereNobodyAskedForThem() throws Exception {
    account.orders(1, 2);
    account.fill();
    account.database().execute(TestAccount.copy("1001", "partition"));

    account.ask("{0,1}", false);
    assertThat(account.repairs().turn()).isTrue();

    assertThat(account.database().text(TestAccount.DONE)).isEqualTo("0 0");
    assertThat(account.database().texts(TestAccount.REFUSED)).isEmpty();
  }

  @Test
  void aRowUnderTheWrongPartitionIsPutUnderItsOwn() throws Exception {
    account.orders(1, 8);
    List<String> before = account.fill();
    account.database().execute("UPDATE os SET partition = 1 - partition WHERE id IN (1, 2, 3)");
    account
        .database()
        .execute("UPDATE os_status_history SET partition = 1 - partition WHERE os_id = 1");

    account.repair();

    assertThat(account.everything()).isEqualTo(before);
    assertThat(account.database().texts(TestAccount.REFUSED)).isEmpty();
  }

  @Test
  void anOrderPutInByHandUnderAnothersPartitionIsSetAsideUnderItsOwn() throws Exception {
    account.orders(1, 8);
    account.fill();
    for (String partition : List.of("0", "1")) {
      account.database().execute(TestAccount.copy("1001", partition));

      account.ask("{" + partition + "}", true);
      assertThat(account.repairs().turn()).isTrue();

      assertThat(account.database().text(TestAccount.DONE)).isEqualTo("0 1");
      assertThat(account.database().texts(TestAccount.REFUSED)).containsExactly("os 1001 0 EXTRA");
      account.database().execute("DELETE FROM os WHERE id = 1001");
    }
  }

  @Test
  void historyThatWasPutInOrChangedByHandIsFound() throws Exception {
    account.orders(1, 4);
    account.send(Topics.OS_STATUS_CHANGES, Orders.key(1), Orders.change(1, 2, 6));
    List<String> before = account.fill();
    account.database().execute("UPDATE os_status_history SET to_situacao = 7 WHERE os_id = 2");
    account
        .database()
        .execute(
            "INSERT INTO os_status_history (account, os_id, sequence, id, to_situacao, seen_at, source,"
                + " partition) SELECT account, os_id, sequence + 10, gen_random_uuid(), 3, seen_at,"
                + " source, partition FROM os_status_history WHERE os_id = 3");

    assertThat(account.repair()).isEqualTo("1 1");

    assertThat(account.database().texts(TestAccount.REFUSED))
        .containsExactly("os_status_history 3 11 EXTRA");
    account.database().execute("DELETE FROM os_status_history WHERE sequence = 11");
    assertThat(account.database().texts(TestAccount.REFUSED)).isEmpty();
    assertThat(account.everything()).isEqualTo(before);
  }

  @Test
  void whatLiesBeforeTheTopicsFirstChangeOfAnOrderIsNotJudged() throws Exception {
    account.send(Topics.OS_ENRICHED, Orders.key(1), Orders.order(1, 1, 3, "t"));
    account.send(Topics.OS_STATUS_CHANGES, Orders.key(1), Orders.change(1, 5, 3));
    account.fill();
    account
        .database()
        .execute(
            "INSERT INTO os_status_history (account, os_id, sequence, id, to_situacao, seen_at, source,"
                + " partition) SELECT account, os_id, 4, gen_random_uuid(), 6, seen_at, source,"
                + " partition FROM os_status_history");

    assertThat(account.repair()).isEqualTo("0 0");
  }

  @Test
  void aTombstoneIsFollowedAndNeverUndone() throws Exception {
    account.orders(1, 4);
    account.send(Topics.OS_ENRICHED, Orders.key(1), null);
    account.send(Topics.OS_ENRICHED, Orders.key(2), null);
    List<String> before = account.fill();
    assertThat(before.toString()).contains("1 1 t true", "3 1 t false");
    account.database().execute("UPDATE os SET removed_at = NULL WHERE id = 1");
    account.database().execute("UPDATE os SET removed_at = now() WHERE id = 3");
    account.database().execute("DELETE FROM os WHERE id = 2");

    assertThat(account.repair()).isEqualTo("4 0");

    assertThat(account.everything()).isEqualTo(before);
  }

  @Test
  void aRefusedRowHealsOnceTheCauseIsGone() throws Exception {
    account.database().execute("ALTER TABLE os ADD CONSTRAINT person CHECK (tecnico <> 'bad')");
    account
        .database()
        .execute("ALTER TABLE os_sync_queue ADD CONSTRAINT person CHECK (attempts < 0)");
    account.orders(1, 3);
    account.send(Topics.OS_ENRICHED, Orders.key(1), Orders.order(1, 2, 3, "bad"));
    account
        .database()
        .execute(
            "INSERT INTO os_refused (table_name, account, os_id, state, partition, cause, error)"
                + " VALUES ('os_sync_queue', '"
                + account.name()
                + "', 3, 'REFUSED', "
                + TopicReader.partition(new OrderKey(account.name(), 3), TestAccount.PARTITIONS)
                + ", 'postgres-23514', 'x')");
    account.send(
        Topics.OS_SYNC_STATE, Orders.key(3), Orders.state(3, Work.SETTLED, null, Orders.T));
    account.fill();
    assertThat(account.database().texts(TestAccount.REFUSED))
        .containsExactly("os 1 0 REFUSED", "os_sync_queue 3 0 REFUSED");
    assertThat(account.database().text("SELECT revision FROM os WHERE id = 1")).isEqualTo("1");
    account.repair();
    assertThat(account.database().texts(TestAccount.REFUSED)).hasSize(2);

    account.database().execute("ALTER TABLE os DROP CONSTRAINT person");
    account.database().execute("ALTER TABLE os_sync_queue DROP CONSTRAINT person");
    account.repair();

    assertThat(account.database().texts(TestAccount.REFUSED)).isEmpty();
    assertThat(account.database().text("SELECT revision || ' ' || tecnico FROM os WHERE id = 1"))
        .isEqualTo("2 bad");
  }
}
