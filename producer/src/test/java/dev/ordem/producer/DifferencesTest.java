package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ordem.contract.EnrichedOrder;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.StatusChange;
import dev.ordem.contract.Topics;
import dev.ordem.producer.baseline.OrderPartitioner;
import dev.ordem.producer.certificate.Differences;
import dev.ordem.producer.certificate.Differences.Kind;
import dev.ordem.producer.reading.HeaderWriter;
import dev.ordem.producer.runs.MigratedDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What differs between topics and Postgres is named: a real broker, a real database. */
class DifferencesTest {
  private static final String ACCOUNT = "loja";
  private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");
  private static final UUID RUN = new UUID(0, 1);
  private static final UUID FORGOTTEN = new UUID(0, 2);
  private static final long LAST = 40;

  @TempDir static Path directory;
  private static TestBroker broker;
  private static KafkaClients kafka;
  private static MigratedDatabase database;

  @BeforeAll
  static void start() throws Exception {
    broker = new TestBroker(directory);
    kafka = broker.kafka();
    database = new MigratedDatabase();
    List<ProducerRecord<byte[], byte[]>> told = new ArrayList<>();
    for (long id = 1; id <= LAST; id++) {
      told.add(order(id, 7));
      told.add(order(id, 1000 + id));
      told.add(change(id, 1, null, 0));
      told.add(change(id, 2, 0, 3));
    }
    told.add(order(99, 1));
    told.add(Topics.OS_ENRICHED.record(new OrderKey(ACCOUNT, 99).toString(), null));
    told.add(Topics.OS_ENRICHED.record(new OrderKey("outra", 1).toString(), null));
    for (UUID run : List.of(RUN, FORGOTTEN)) {
      told.add(Topics.SYNC_RUN_PROGRESS.record(1, RunProgress.key(run, 1), progress(run)));
    }
    told.add(Topics.SYNC_RUN_PROGRESS.record(1, RunProgress.key(FORGOTTEN, 1), null));
    try (HeaderWriter writer = new HeaderWriter(kafka::producer, TestBroker.PARTITIONS)) {
      assertThat(writer.write(told)).isEmpty();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
    kafka.close();
    broker.close();
  }

  @BeforeEach
  void fill() throws Exception {
    database.clear();
    for (long id = 1; id <= LAST; id++) {
      int partition = OrderPartitioner.of(new OrderKey(ACCOUNT, id), TestBroker.PARTITIONS);
      database.execute(
          """
          INSERT INTO os (account, id, situacao, marcadores, payload, details_synced, updated_at,
            revision, source_at, source_offset, partition)
          VALUES ('loja', %1$d, 3, '{}', '{}', true, now(), 1000 + %1$d, now(), 0, %2$d);
          INSERT INTO os_status_history (account, os_id, sequence, id, from_situacao,
            to_situacao, seen_at, source, partition)
          VALUES ('loja', %1$d, 1, gen_random_uuid(), NULL, 0, now(), 'header', %2$d),
            ('loja', %1$d, 2, gen_random_uuid(), 0, 3, now(), 'header', %2$d)
          """
              .formatted(id, partition));
    }
    database.execute(
        """
        INSERT INTO sync_run_progress (run_id, partition, account, ended, seen, fresh, changed,
          unchanged, requested, settled, parked, updated_at, source_offset)
        VALUES ('%s', 1, 'loja', true, 0, 0, 0, 0, 0, 0, 0, now(), 100)
        """
            .formatted(RUN));
  }

  @Test
  void whereNothingDiffersNothingIsNamed() throws Exception {
    assertThat(found()).isEmpty();
  }

  @Test
  void ordersAreNamed() throws Exception {
    database.execute("DELETE FROM os WHERE id = 4");
    database.execute("UPDATE os SET removed_at = now() WHERE id = 5");
    database.execute("UPDATE os SET revision = 7 WHERE id = 6");
    database.execute("UPDATE os SET id = 99 WHERE id = 7");

    assertThat(found())
        .containsExactly(
            new Kind("os", "DIFFERENT", 1, List.of("6")),
            new Kind("os", "MISSING", 3, List.of("4", "5", "7")),
            new Kind("os", "UNKNOWN", 1, List.of("99")));
  }

  @Test
  void changesAreNamed() throws Exception {
    database.execute("DELETE FROM os_status_history WHERE os_id = 4");
    database.execute("UPDATE os_status_history SET to_situacao = 1 WHERE os_id = 5 AND sequence=1");
    database.execute("UPDATE os_status_history SET sequence = 3 WHERE os_id = 6 AND sequence = 2");

    assertThat(found())
        .containsExactly(
            new Kind("os_status_history", "DIFFERENT", 1, List.of("5:1")),
            new Kind("os_status_history", "MISSING", 3, List.of("4:1", "4:2", "6:2")),
            new Kind("os_status_history", "UNKNOWN", 1, List.of("6:3")));
  }

  @Test
  void progressIsNamed() throws Exception {
    database.execute("UPDATE sync_run_progress SET source_offset = -1");
    assertThat(found())
        .containsExactly(new Kind("sync_run_progress", "DIFFERENT", 1, List.of(RUN + ":1")));
    database.execute("DELETE FROM sync_run_progress");
    assertThat(found())
        .containsExactly(new Kind("sync_run_progress", "MISSING", 1, List.of(RUN + ":1")));
  }

  @Test
  void noMoreThanTwentyOfAKindAreNamed() throws Exception {
    database.execute("DELETE FROM os");

    assertThat(found())
        .containsExactly(
            new Kind(
                "os",
                "MISSING",
                LAST,
                LongStream.rangeClosed(1, 20).mapToObj(id -> id + "").toList()));
  }

  @Test
  void onlyPartitionsThatAreAskedForAreLookedAt() throws Exception {
    database.execute("DELETE FROM os");
    int partition = OrderPartitioner.of(new OrderKey(ACCOUNT, 4), TestBroker.PARTITIONS);

    List<Kind> found = differences().of(ACCOUNT, new TreeSet<>(List.of(partition))).kinds();

    assertThat(found).hasSize(1);
    assertThat(found.get(0).count()).isPositive().isLessThan(LAST);
    assertThat(found.get(0).ids()).contains("4");
  }

  @Test
  void whatTakesTooLongIsGivenUpAndSaysSo() throws Exception {
    Differences hasty = new Differences(database.source(), kafka::consumer, Duration.ZERO);

    assertThat(hasty.of(ACCOUNT, all()).trouble()).contains("takes more than");
  }

  private static List<Kind> found() throws SQLException, InterruptedException {
    Differences.Found found = differences().of(ACCOUNT, all());
    assertThat(found.trouble()).isNull();
    return found.kinds();
  }

  private static Differences differences() {
    return new Differences(database.source(), kafka::consumer, Duration.ofMinutes(1));
  }

  private static SortedSet<Integer> all() {
    return new TreeSet<>(List.of(0, 1, 2));
  }

  private static ProducerRecord<byte[], byte[]> order(long id, long revision) {
    EnrichedOrder order =
        new EnrichedOrder(
            ACCOUNT,
            id,
            revision,
            3,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            JsonNodeFactory.instance.objectNode(),
            true,
            null,
            null,
            null,
            NOW);
    return Topics.OS_ENRICHED.record(order.key().toString(), order);
  }

  private static ProducerRecord<byte[], byte[]> change(
      long id, long sequence, @Nullable Integer from, int to) {
    StatusChange change =
        new StatusChange(
            StatusChange.idOf(new OrderKey(ACCOUNT, id), sequence, from, to),
            ACCOUNT,
            id,
            sequence,
            null,
            from,
            to,
            null,
            NOW,
            StatusChange.Source.HEADER,
            null);
    return Topics.OS_STATUS_CHANGES.record(change.key().toString(), change);
  }

  private static RunProgress progress(UUID run) {
    return new RunProgress(
        run, ACCOUNT, 1, true, 0, 0, 0, 0, 0, 0, 0, NOW, null, null, null, null, null, null, null,
        null, null, null, null, null);
  }
}
