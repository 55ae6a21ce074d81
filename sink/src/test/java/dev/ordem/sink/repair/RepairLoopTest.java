package dev.ordem.sink.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.contract.Topics;
import dev.ordem.sink.Broker;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import dev.ordem.sink.tables.Store;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepairLoopTest {
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
  void recordsThatArriveInTheMiddleAreNeitherExtraNorLost() throws Exception {
    account.orders(1, 4);
    account.fill();
    Store storing = account.newStore();
    account.database().execute("UPDATE os SET revision = 1000 WHERE id = 1");
    RepairLoop busy =
        account.sink(
            () ->
                TestAccount.afterFirstPoll(
                    account.consumer(),
                    () -> {
                      // the store loop takes a new order, a new change, and, as it must, skips
                      // the newer revision of an order whose row was raised by hand
                      account.store(
                          storing, Topics.OS_ENRICHED, Orders.key(1), Orders.order(1, 2, 3, "n"));
                      account.store(
                          storing, Topics.OS_ENRICHED, Orders.key(9), Orders.order(9, 1, 3, "n"));
                      account.store(
                          storing, Topics.OS_STATUS_CHANGES, Orders.key(1), Orders.change(1, 2, 6));
                      return null;
                    }));

    account.repair(busy);

    assertThat(account.database().texts(TestAccount.REFUSED)).isEmpty();
    assertThat(
            account
                .database()
                .texts("SELECT id || ' ' || revision FROM os WHERE id IN (1, 9) ORDER BY 1"))
        .containsExactly("1 2", "9 1");
    assertThat(account.database().texts(TestAccount.HISTORY)).contains("1 2 6");
  }

  @Test
  void ofTwoSinksOneRepairs() throws Exception {
    account.orders(1, 40);
    List<String> before = account.fill();
    account.database().execute("TRUNCATE os, os_status_history");
    account.ask("{0,1}", true);
    RepairLoop other = account.sink(account::consumer);

    CompletableFuture<Boolean> second =
        CompletableFuture.supplyAsync(() -> TestAccount.turn(other));
    boolean first = TestAccount.turn(account.repairs());

    assertThat(List.of(first, second.get())).containsExactlyInAnyOrder(true, false);
    assertThat(account.database().text(TestAccount.DONE)).isEqualTo("80 0");
    assertThat(account.everything()).isEqualTo(before);
  }

  @Test
  void whatASinkThatDiedLeftBehindIsTakenOverWhenItsLeaseEnds() throws Exception {
    account.orders(1, 40);
    List<String> before = account.fill();
    account.database().execute("TRUNCATE os, os_status_history");
    account.ask("{0,1}", true);
    RepairLoop dying =
        account.sink(
            () ->
                TestAccount.afterFirstPoll(
                    account.consumer(),
                    () -> {
                      throw new IllegalStateException("killed");
                    }));
    assertThatThrownBy(dying::turn).hasMessage("killed");

    assertThat(account.repairs().turn()).as("its lease still runs").isFalse();
    account.database().execute("UPDATE repair SET taken_until = now() - interval '1 second'");
    assertThat(account.repairs().turn()).isTrue();

    assertThat(account.everything()).isEqualTo(before);
    assertThat(
            account
                .database()
                .text("SELECT bool_and(done_at IS NOT NULL AND error IS NULL) FROM repair"))
        .isEqualTo("t");
  }

  @Test
  void aSinkThatLostItsLeaseStopsAndSaysNothing() throws Exception {
    account.orders(1, 4);
    account.fill();
    RepairQueue queue = new RepairQueue(account.pool(), UUID.randomUUID());
    account.ask("{0,1}", true);
    Repair mine = queue.take().orElseThrow();
    assertThat(queue.renew(mine)).isTrue();
    account.database().execute("UPDATE repair SET taken_until = now() - interval '1 second'");
    assertThat(account.repairs().turn()).isTrue();

    assertThat(queue.renew(mine)).isFalse();
    queue.done(mine, 77, 77);
    queue.failed(mine, "late");
    assertThat(account.database().text(TestAccount.DONE)).isEqualTo("0 0");
  }

  @Test
  void aRepairThatCannotBeCarriedOutSaysWhyAndTheNextGoesOn() throws Exception {
    account.ask("{0,7}", true);
    account.ask("{0,1}", true);

    assertThat(account.repairs().turn()).isFalse();
    assertThat(account.database().text("SELECT error FROM repair WHERE id = 1"))
        .isEqualTo("partition 7: os-enriched has 2 partitions");
    assertThat(account.repairs().turn()).isTrue();
  }

  @Test
  void aRepairThatCannotBeCarriedOutJustNowLetsTheNextGoFirst() throws Exception {
    account.ask("{0,1}", true);
    account.ask("{0,1}", true);
    RepairLoop away =
        account.sink(
            () -> {
              throw new TimeoutException("a partition has no leader");
            });

    assertThat(away.turn()).isFalse();
    assertThat(account.repairs().turn()).isTrue();
    assertThat(account.database().texts("SELECT id FROM repair WHERE done_at IS NULL"))
        .containsExactly("1");
    account.database().execute("UPDATE repair SET taken_until = now() - interval '1 second'");
    assertThat(account.repairs().turn()).as("its rest is over").isTrue();
    assertThat(account.database().texts("SELECT error FROM repair ORDER BY id"))
        .containsExactly("null", "null");
  }

  @Test
  void anotherAccountAndAnotherPartitionAreLeftAlone() throws Exception {
    account.orders(1, 8);
    account.fill();
    account.database().execute("DELETE FROM os");
    account
        .database()
        .execute(
            "INSERT INTO repair (account, partitions, requested_by) VALUES ('loja', '{0,1}', 'test')");
    assertThat(account.repairs().turn()).isTrue();
    assertThat(account.database().texts(TestAccount.ORDERS)).isEmpty();

    account.ask("{1}", true);
    assertThat(account.repairs().turn()).isTrue();
    assertThat(account.database().texts("SELECT DISTINCT partition FROM os")).containsExactly("1");
  }

  @Test
  void failuresThatWereResolvedLongAgoAreForgotten() throws Exception {
    account
        .database()
        .execute(
            "INSERT INTO import_failures_resolved (account, os_id, state, attempts, resolved_at)"
                + " SELECT 'default', n, 'PARKED', 1, now() - interval '1 day' * n"
                + " FROM unnest('{1,89,91,400}'::int[]) n");

    account.repairs().turn();

    assertThat(account.database().texts("SELECT os_id FROM import_failures_resolved ORDER BY 1"))
        .containsExactly("1", "89");
  }
}
