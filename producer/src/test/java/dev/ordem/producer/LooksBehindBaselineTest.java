package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Topics;
import dev.ordem.producer.baseline.Baselines;
import dev.ordem.producer.baseline.GenerationWatch;
import dev.ordem.producer.looking.Watches;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.runtime.Loop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watching beside generations, on a real broker and database. */
class LooksBehindBaselineTest {
  private static final String ACCOUNT = "loja";

  @TempDir Path directory;
  private final FakeTiny tiny = new FakeTiny();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private HeadersTopic topic;
  private MigratedDatabase database;
  private HeaderWriter writer;
  private GenerationWatch generations;

  @BeforeEach
  void start() throws Exception {
    TestBroker broker = opening(new TestBroker(directory));
    KafkaClients kafka = opening(broker.kafka());
    topic = new HeadersTopic(broker);
    database = opening(new MigratedDatabase());
    database.clear();
    HikariDataSource pool = opening(database.pool(10));
    writer = opening(new HeaderWriter(kafka::producer, TestBroker.PARTITIONS));
    Baselines.Clients clients = new Baselines.Clients(kafka::admin, kafka::consumer);
    Clock clock = Clock.systemUTC();
    Baselines baselines = new Baselines(pool, clients, writer::write, clock);
    generations = new GenerationWatch(baselines, () -> List.of(ACCOUNT), System::nanoTime);
    for (int id = 1; id <= 9; id++) {
      order(id);
      tiny.add(id, 6, LocalDate.of(2026, 1, 1));
    }
    database.execute("SELECT tiny_quota_configure('loja', 0, 6000, 60000, 0)");
    Watches.Outside outside =
        new Watches.Outside(pool, pool, tiny, writer, generations::isPresent, clock);
    opening(new Watches(outside, 0.8, new SimpleMeterRegistry())).start();
  }

  @AfterEach
  void stop() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  void ofANewKafkaNoLookIsWrittenBeforeItsBaseline() throws Exception {
    awaitWaiting();
    assertThat(tiny.asked).as("nobody wrote the baseline yet").isEmpty();
    assertThat(topic.read(Topics.OS_HEADERS)).isEmpty();
    follow();
    awaitLookAt(9);
    looksAreBehindTheLastBaseline(new long[TestBroker.PARTITIONS]);
  }

  @Test
  void norIfKafkaBecomesAnotherOneMeanwhile() throws Exception {
    follow();
    awaitLookAt(9);
    assertThat(
            writer.write(
                List.of(new ProducerRecord<>(Topics.OS_ENRICHED.name(), 0, new byte[] {1}, null))))
        .isEmpty(); // so that a sink is waited for
    database.execute("UPDATE generation SET kafka_cluster = 'another'");
    awaitWaiting();
    long[] before = ends();
    int calls = tiny.asked.size();
    tiny.add(10, 6, LocalDate.of(2026, 1, 1));
    await().until(() -> !database.texts("SELECT id FROM repair WHERE done_at IS NULL").isEmpty());
    assertThat(tiny.asked).as("while a sink compares").hasSize(calls);
    database.execute("UPDATE repair SET done_at = now()");
    awaitLookAt(10);
    looksAreBehindTheLastBaseline(before);
  }

  /** Begins generations where there are none. */
  private void follow() {
    opening(new Loop("generations", Duration.ofSeconds(5), generations::run)).start();
  }

  private void awaitWaiting() {
    await()
        .atMost(HeadersTopic.PATIENCE)
        .until(
            () ->
                database
                    .texts("SELECT waits_for FROM watch WHERE account = 'loja'")
                    .toString()
                    .contains("ledger"));
  }

  private void awaitLookAt(long id) {
    await()
        .atMost(HeadersTopic.PATIENCE)
        .until(() -> topic.events().anyMatch(event -> ofALook(event, id)));
  }

  private static boolean ofALook(HeaderEvent event, long id) {
    return event instanceof HeaderEvent.Seen seen && seen.header().id() == id;
  }

  /**
   * In each partition.
   *
   * @param from offsets to begin with, by partition
   */
  private void looksAreBehindTheLastBaseline(long[] from) {
    List<ConsumerRecord<byte[], byte[]>> records = topic.read(Topics.OS_HEADERS);
    for (int partition = 0; partition < TestBroker.PARTITIONS; partition++) {
      int here = partition;
      List<HeaderEvent> events =
          records.stream()
              .filter(record -> record.partition() == here && record.offset() >= from[here])
              .map(HeadersTopic::event)
              .toList();
      List<HeaderEvent> marker =
          events.stream().filter(HeaderEvent.Baselined.class::isInstance).toList();
      assertThat(marker).as("partition %d", partition).hasSize(1);
      assertThat(events.subList(0, events.indexOf(marker.get(0))))
          .as("before the baseline of partition %d", partition)
          .allMatch(HeaderEvent.BaselineOrder.class::isInstance);
    }
  }

  private long[] ends() {
    long[] ends = new long[TestBroker.PARTITIONS];
    for (ConsumerRecord<byte[], byte[]> record : topic.read(Topics.OS_HEADERS)) {
      ends[record.partition()] = Math.max(ends[record.partition()], record.offset() + 1);
    }
    return ends;
  }

  private void order(long id) throws SQLException {
    database.execute(
        """
        INSERT INTO os (account, id, situacao, cliente_nome, marcadores, payload, details_synced,
          updated_at, revision, source_at, source_offset)
        VALUES ('loja', %d, 6, 'Cliente %d', '{}', '{"id": %d}', true, now(), 5, now(), 0)
        """
            .formatted(id, id, id));
  }

  private <T extends AutoCloseable> T opening(T part) {
    opened.push(part);
    return part;
  }
}
