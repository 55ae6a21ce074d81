package dev.ordem.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.ordem.contract.Topics;
import dev.ordem.producer.baseline.Baselines;
import dev.ordem.producer.baseline.GenerationWatch;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.runtime.Loop;
import dev.ordem.runtime.Workers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a generation begins, and what it ends, on a real broker and database. */
class GenerationsTest {
  private static final String ACCOUNT = "loja";

  @TempDir static Path directory;
  private static MigratedDatabase database;
  private static TestBaselines baselines;

  @BeforeAll
  static void start() throws Exception {
    baselines = TestBaselines.start(directory);
    database = baselines.database();
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
  void aGenerationLastsUntilKafkaOrPostgresIsAnother() throws Exception {
    UUID first = baselines.ensure(ACCOUNT);
    assertThat(baselines.ensure(ACCOUNT)).isEqualTo(first);
    for (String column :
        List.of("kafka_cluster", "headers_topic", "enriched_topic", "postgres_system")) {
      // The clock was set back since: the newest is the one that began last, whatever it shows.
      database.execute(
          "UPDATE generation SET created_at = now() + interval '1 hour', "
              + column
              + " = 'another'");
      UUID next = baselines.ensure(ACCOUNT);
      assertThat(next).isNotEqualTo(first);
      assertThat(baselines.ensure(ACCOUNT)).isEqualTo(next);
      database.execute("DELETE FROM generation WHERE id = '" + first + "'");
      first = next;
    }
  }

  /** What the topic tells of work would come back after it was forgotten, and stay for ever. */
  @Test
  void noneBeginsBeforeASinkHasStoredWhatTheTopicTellsOfWork() throws Exception {
    String topic = Topics.OS_SYNC_STATE.name();
    try (Producer<byte[], byte[]> writer = baselines.kafka().producer()) {
      writer.send(new ProducerRecord<>(topic, 1, "loja:1".getBytes(UTF_8), null)).get();
    }
    List<String> begun = new ArrayList<>();
    baselines.ensure(
        ACCOUNT,
        () -> {
          begun.add(text("SELECT count(*) FROM generation"));
          database.execute("UPDATE repair SET done_at = now() WHERE done_at IS NULL");
          switch (begun.size()) {
            case 1 -> baselines.storeWork(1, 0);
            case 2 -> baselines.storeWork(1, "of a Kafka before", 5_000);
            default -> baselines.storeWork(1, 1_000);
          }
        });
    assertThat(begun).startsWith("0", "0", "0").doesNotContain("1");
    assertThat(generations()).isEqualTo(1);
  }

  @Test
  void runsOfAnOlderGenerationAreReadAgain() throws Exception {
    UUID old = baselines.ensure(ACCOUNT);
    UUID settling = database.run("'full', 'loja'");
    String state =
        "UPDATE sync_run SET status = '%s', phase = '%s', reading = 1, cursor = '{}',"
            + " generation = '%s', lease_holder = gen_random_uuid(), lease_until = now() + '1 hour'"
            + " WHERE id = '%s'";
    database.execute(state.formatted("RUNNING", "SETTLING", old, settling));
    UUID same = database.run("'full', 'loja'");
    database.execute(state.formatted("RUNNING", "SETTLING", old, same));
    UUID reading = database.run("'incremental', 'loja'");
    database.execute(state.formatted("RUNNING", "READING", old, reading));
    UUID ended = database.run("'reconcile', 'loja'");
    database.execute(state.formatted("COMPLETE", "ENDED", old, ended));
    database.execute("UPDATE generation SET kafka_cluster = 'another'");
    baselines.ensure(ACCOUNT);
    String again = "status || phase || (cursor IS NULL) || (lease_holder IS NULL) || lease_epoch";
    assertThat(column(settling, again)).isEqualTo("RUNNINGREADINGtruetrue1");
    assertThat(column(reading, again)).isEqualTo("RUNNINGREADINGtruetrue1");
    assertThat(column(same, again)).isEqualTo("RUNNINGSETTLINGfalsefalse0");
    assertThat(column(ended, "phase")).isEqualTo("ENDED");
    assertThat(text("SELECT count(*) FROM sync_run_log WHERE level = 'WARN'")).isEqualTo("2");
  }

  /** Kafka is another one, with fewer partitions, and its ledger did not begin yet. */
  @Test
  void certificatesOfAKafkaThatIsGoneBeginNoGenerationAfterTheNext() throws Exception {
    certificate(1, "gen_random_uuid()", 7, 52_000);
    certificate(17, "gen_random_uuid()", 7, 52_000);
    database.execute("INSERT INTO sink_position VALUES ('sync-run-progress', 1, 'gone', 52001)");
    Baselines producer = baselines.ofAProducer();
    baselines.ensure(producer, ACCOUNT);
    AtomicLong seconds = new AtomicLong();
    GenerationWatch watch =
        new GenerationWatch(
            producer, () -> List.of(ACCOUNT), () -> TimeUnit.SECONDS.toNanos(seconds.addAndGet(3)));

    look(watch);
    look(watch);

    assertThat(watch.isPresent(ACCOUNT)).isTrue();
    assertThat(generations()).isEqualTo(1);
    assertThat(text("SELECT count(*) FROM sink_position WHERE topic = 'sync-run-progress'"))
        .as("nothing is read again")
        .isEqualTo("1");
  }

  /** Offsets of what it lost are given to others now: what rows have of them counts no more. */
  @Test
  void ofAKafkaThatIsAnOlderCopyTheTopicsCountAsOthers() throws Exception {
    UUID first = baselines.ensure(ACCOUNT);
    database.execute("INSERT INTO sink_topic VALUES ('sync-run-progress', 'id', 4)");
    database.execute("UPDATE generation SET topic_ends[1] = 1000000");

    UUID second = baselines.ensure(ACCOUNT);

    assertThat(second).isNotEqualTo(first);
    assertThat(baselines.ensure(ACCOUNT)).isEqualTo(second);
    assertThat(text("SELECT number FROM sink_topic")).isEqualTo("5");
  }

  @Test
  void ofSeveralProducersThatFindALedgerLostOneBeginsAGeneration() throws Exception {
    UUID first = baselines.ensure(ACCOUNT);
    Baselines one = baselines.ofAProducer();
    Baselines other = baselines.ofAProducer();
    AtomicLong seconds = new AtomicLong();
    for (Baselines each : List.of(one, other)) {
      certificate(0, "NULL", 1, 1_000_000);
      GenerationWatch watch =
          new GenerationWatch(
              each, () -> List.of(), () -> TimeUnit.SECONDS.toNanos(seconds.addAndGet(3)));
      look(watch);
      look(watch);
      database.execute("DELETE FROM account_certificate");
    }

    UUID second = baselines.ensure(one, ACCOUNT);
    UUID third = baselines.ensure(other, ACCOUNT);

    assertThat(second).isNotEqualTo(first).isEqualTo(third);
    assertThat(generations()).isEqualTo(2);
  }

  /** No sink repairs yet, and there are fewer connections than accounts. */
  @Test
  void ofManyAccountsThatBeginTogetherNoneHoldsAConnectionWhileItWaits() throws Exception {
    baselines
        .writer()
        .write(
            List.of(
                new ProducerRecord<>(Topics.OS_ENRICHED.name(), 0, "x:1".getBytes(UTF_8), null)));
    int accounts = 12;
    TestBaselines.Sink noSink = () -> {};
    try (HikariDataSource few = database.pool(7);
        Workers threads = new Workers("accounts", accounts, Duration.ofSeconds(20))) {
      Baselines producer = baselines.ofAProducer(few);
      List<Future<Optional<UUID>>> begun = new ArrayList<>();
      for (int i = 0; i < accounts; i++) {
        String account = "conta" + i;
        begun.add(threads.submit(() -> producer.ensure(account, noSink)));
      }
      await()
          .atMost(HeadersTopic.PATIENCE)
          .until(() -> text("SELECT count(*) FROM repair").equals("" + accounts));
      await()
          .atMost(HeadersTopic.PATIENCE)
          .until(
              () -> {
                baselines.finishRepairs();
                return begun.stream().allMatch(Future::isDone);
              });
      for (Future<Optional<UUID>> each : begun) {
        assertThat(each.get()).isPresent();
      }
      assertThat(text("SELECT count(*) FROM repair")).isEqualTo("" + accounts);
    }
  }

  /** Once. */
  private static void look(GenerationWatch watch) throws InterruptedException {
    AtomicBoolean first = new AtomicBoolean(true);
    watch.run(() -> first.getAndSet(false));
  }

  @Test
  void certificatesThatStayForeignBeginAGeneration() throws Exception {
    Baselines producer = baselines.ofAProducer();
    GenerationWatch watch = new GenerationWatch(producer, () -> List.of(ACCOUNT), System::nanoTime);
    try (Loop loop = new Loop("watch", Duration.ofSeconds(5), watch::run)) {
      loop.start();
      await().atMost(HeadersTopic.PATIENCE).until(() -> generations() == 1);
      await().atMost(HeadersTopic.PATIENCE).until(() -> watch.isPresent(ACCOUNT));
      baselines.finishRepairs();
      database.execute("UPDATE generation SET progress_ends = '{10,10,10}'");
      // From before the generation began: it says nothing.
      certificate(0, "NULL", 1, 9);
      await()
          .during(Duration.ofSeconds(4))
          .atMost(Duration.ofSeconds(6))
          .until(() -> generations() == 1);
      certificate(1, "gen_random_uuid()", 1, 10);
      await().atMost(HeadersTopic.PATIENCE).until(() -> generations() > 1);
    }
  }

  private static int generations() throws SQLException {
    baselines.finishRepairs();
    return Integer.parseInt(text("SELECT count(*) FROM generation"));
  }

  private static void certificate(int partition, String generation, int version, long offset)
      throws SQLException {
    database.execute(
        "INSERT INTO account_certificate VALUES ('loja', %d, %s, %d, 0, 0, 0, 0, '{}', 0, 0, 0,"
                .formatted(partition, generation, version)
            + " now(), "
            + offset
            + ")");
  }

  private static String column(UUID run, String column) {
    return text("SELECT " + column + " FROM sync_run WHERE id = '" + run + "'");
  }

  private static String text(String sql) {
    try {
      return database.text(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
