package dev.ordem.sink.tables;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.Topics;
import dev.ordem.sink.Orders;
import dev.ordem.sink.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class AnyOrderTest {
  private static final EmbeddedPostgres SERVER = server();
  private static final TestDatabase DATABASE = database();
  private static final HikariDataSource POOL = DATABASE.pool();

  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Store store =
      new Store(POOL, letters, new SimpleMeterRegistry(), Clock.systemUTC());

  @AfterContainer
  static void stop() throws Exception {
    POOL.close();
    SERVER.close();
  }

  @BeforeTry
  void empty() throws Exception {
    DATABASE.execute("DELETE FROM os");
  }

  @Property(tries = 100)
  void anyOrderAndRepetitionOfRevisionsInAnyBatchesEndsInTheNewest(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 9) Integer> revisions,
      @ForAll @IntRange(min = 1, max = 7) int batch)
      throws Exception {
    for (int from = 0; from < revisions.size(); from += batch) {
      int to = Math.min(revisions.size(), from + batch);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      for (int i = from; i < to; i++) {
        int revision = revisions.get(i);
        records.add(record(i, Orders.order(7, revision, revision % 8, "r" + revision)));
      }
      write(records);
    }

    int newest = Collections.max(revisions);
    assertThat(DATABASE.text("SELECT revision || ' ' || situacao || ' ' || tecnico FROM os"))
        .isEqualTo(newest + " " + newest % 8 + " r" + newest);
  }

  @Property(tries = 100)
  void anyTextIsStoredAsItIsButForNul(@ForAll("texts") @StringLength(max = 30) String text)
      throws Exception {
    write(List.of(record(0, Orders.order(7, 1, 3, text))));

    String expected = text.replace("\0", "");
    assertThat(letters.history()).isEmpty();
    assertThat(DATABASE.text("SELECT tecnico FROM os")).isEqualTo(expected);
    assertThat(DATABASE.text("SELECT payload->>'descricaoProblema' FROM os")).isEqualTo(expected);
  }

  @Property(tries = 50)
  void anyNameInAPayloadIsStoredAsItIsButForNul(@ForAll("texts") String name) throws Exception {
    assertThat(
            PostgresValues.json(JsonNodeFactory.instance.objectNode().put(name, name)).fieldNames())
        .toIterable()
        .containsExactly(name.replace("\0", ""));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars('\0', '\\', '\n', '\r', '\t', '"', '{', ',', '\'', 'u', '0', 'N', 'ã', '\u2028')
        .withCharRange('\u0001', '\u00ff');
  }

  private void write(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
    Batch batch = Batch.of(records, store.tables());
    assertThat(store.store(batch)).isInstanceOf(Store.Outcome.Stored.class);
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, EnrichedOrder order) {
    return Orders.record(Topics.OS_ENRICHED, 0, offset, Orders.key(7), order);
  }

  private static EmbeddedPostgres server() {
    try {
      return TestDatabase.server("logical");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TestDatabase database() {
    try {
      return TestDatabase.migrated(SERVER);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
