package dev.ordem.sink.tables;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.Topics;
import dev.ordem.sink.FreshDatabase;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that Postgres does not refuse in so many words: it waits for them, or seems to be away. */
class RowsInTheWayTest {
  private static final String ROWS =
      "SELECT concat_ws('|', table_name, os_id, sequence, state, revision, cause, attempts)"
          + " FROM os_refused ORDER BY table_name, os_id, sequence";
  @RegisterExtension private static final FreshDatabase fresh = new FreshDatabase();

  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private TestDatabase database;
  private Store store;

  @BeforeEach
  void begin() {
    database = fresh.database();
    use(fresh.pool());
  }

  private void use(HikariDataSource connections) {
    store = new Store(connections, letters, new SimpleMeterRegistry(), Clock.systemUTC());
  }

  /** Somebody has left a transaction open. */
  @Test
  void aRowThatStaysLockedKeepsNoOtherWaiting() throws Exception {
    assertThat(stored(Batch.of(List.of(enriched(0, 7, 1, "good")), store.tables()))).isZero();
    use(fresh.pool("SET lock_timeout = '20ms'"));
    try (Connection person = database.source().getConnection();
        Statement statement = person.createStatement()) {
      person.setAutoCommit(false);
      statement.execute("SELECT FROM os WHERE id = 7 FOR UPDATE");
      Batch batch =
          Batch.of(List.of(enriched(1, 7, 2, "good"), enriched(2, 8, 1, "good")), store.tables());
      int tries = 0;
      while (!(store.store(batch) instanceof Store.Outcome.Stored)) {
        assertThat(database.texts("SELECT id FROM os WHERE id = 8")).isEmpty();
        assertThat(++tries).isLessThanOrEqualTo(5);
      }
    }
    assertThat(database.texts("SELECT id || ' ' || revision FROM os ORDER BY id"))
        .containsExactly("7 1", "8 1");
    assertThat(database.texts(ROWS)).containsExactly("os|7|0|REFUSED|2|postgres-55P03|1");
  }

  /** What a trigger does to the transaction itself, Postgres tells as if it were away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "57014|0|PERFORM pg_sleep(600)",
        "25006|5|SET TRANSACTION READ ONLY; UPDATE os SET numero = numero WHERE false",
        "57P01|5|PERFORM pg_terminate_backend(pg_backend_pid())"
      })
  void aTriggerThatHangsOrEndsItsTransactionCostsItsRowAlone(String state, int tries, String does)
      throws Exception {
    database.execute(
        "CREATE FUNCTION person() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " IF NEW.tecnico = 'bad' THEN "
            + does
            + "; END IF; RETURN NEW; END $$");
    database.execute(
        "CREATE TRIGGER person BEFORE INSERT OR UPDATE ON os FOR EACH ROW EXECUTE FUNCTION person()");
    use(fresh.pool("SET statement_timeout = '1s'"));
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long id = 1; id <= 20; id++) {
      records.add(enriched(id, id, 1, id == 7 ? "bad" : "good"));
    }

    assertThat(stored(Batch.of(records, store.tables()))).isEqualTo(tries);

    assertThat(database.texts("SELECT id FROM os ORDER BY id")).hasSize(19).doesNotContain("7");
    assertThat(database.texts(ROWS)).containsExactly("os|7|0|REFUSED|1|postgres-" + state + "|1");
  }

  /** Of which the next batch brings more. */
  @Test
  void rowsThatStayLockedAreSetAsideSoonerTheNextTime() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> first = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> second = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> third = new ArrayList<>();
    for (long id = 1; id <= 40; id++) {
      first.add(enriched(id, id, 1, "good"));
      second.add(enriched(40 + id, id, 2, "good"));
      third.add(enriched(80 + id, id, 3, "good"));
    }
    assertThat(stored(Batch.of(first, store.tables()))).isZero();
    try (Connection person = database.source().getConnection();
        Statement statement = person.createStatement()) {
      person.setAutoCommit(false);
      statement.execute("SELECT FROM os WHERE id IN (7, 8, 30) FOR UPDATE");
      assertThat(stored(Batch.of(second, store.tables()))).isEqualTo(5);
      assertThat(stored(Batch.of(third, store.tables()))).isEqualTo(2);
    }
    assertThat(database.texts("SELECT revision || '' FROM os GROUP BY 1 ORDER BY 1"))
        .containsExactly("1", "3");
    assertThat(database.texts("SELECT os_id FROM os_refused ORDER BY os_id"))
        .containsExactly("7", "8", "30");
  }

  /** How often it had to be tried again. */
  private int stored(Batch batch) throws InterruptedException {
    int again = 0;
    while (!(store.store(batch) instanceof Store.Outcome.Stored)) {
      assertThat(++again).as("it goes on for ever").isLessThan(10);
    }
    return again;
  }

  private static ConsumerRecord<byte[], byte[]> enriched(
      long offset, long id, long revision, String tecnico) {
    return Orders.record(
        Topics.OS_ENRICHED,
        0,
        offset,
        Orders.key(id),
        Orders.order(id, revision, 3, tecnico, null));
  }
}
