package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Topics;
import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.HeadersTopic;
import dev.ordem.producer.reading.PageReader;
import dev.ordem.producer.runs.MigratedDatabase;
import dev.ordem.producer.verdict.Judgement;
import dev.ordem.tiny.Answer;
import dev.ordem.tiny.quota.WaitReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a real broker and database; the ledger and the judge are played by the test. */
class RunsOverKafkaTest {
  private static final Duration PATIENCE = HeadersTopic.PATIENCE;
  private static final RunDispatcher.Rhythm QUICK =
      new RunDispatcher.Rhythm(Duration.ofMillis(50), Duration.ofMillis(100));
  private static final RunWorker.Judging NEVER = run -> new Judgement.Waits(Duration.ofHours(1));

  @TempDir static Path directory;
  private static Producers producers;
  private static HeadersTopic topic;
  private static MigratedDatabase database;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    producers = new Producers(directory);
    topic = producers.topic();
    database = producers.database();
  }

  @AfterAll
  static void stop() throws Exception {
    producers.stop();
  }

  @BeforeEach
  void clear() throws Exception {
    database.clear();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void aRunIsReadToEveryPartitionAndThenJudgedUntilItIsOver() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    producing(
        FakeTiny.holding(23),
        run ->
            looks.incrementAndGet() < 3
                ? new Judgement.Waits(Duration.ofMillis(10))
                : new Judgement.Over());
    UUID run = database.run("'full', 'loja'");
    topic.awaitLast(run, HeaderEvent.EndOfHeaders.class);
    await().atMost(PATIENCE).until(() -> looks.get() >= 3);
    assertThat(topic.idsOf(run)).containsExactlyInAnyOrderElementsOf(ids(1, 23));
    assertThat(producers.column(run, "phase")).isEqualTo("SETTLING");
    await().atMost(PATIENCE).until(() -> looks.get() > 5);
  }

  @Test
  void aRunIsNoticedWithoutLooking() throws Exception {
    RunDispatcher.Rhythm sleepy =
        new RunDispatcher.Rhythm(Duration.ofHours(1), Duration.ofHours(1));
    opened.add(0, producers.start(FakeTiny.holding(3), NEVER, Duration.ofHours(1), sleepy));
    UUID first = database.run("'full', 'loja'");
    producers.awaitPhase(first, "SETTLING");
    UUID second = database.run("'incremental', 'loja'");
    producers.awaitPhase(second, "SETTLING");
  }

  @Test
  void aRunWhoseProducerDiedIsTakenOverAtItsCursor() throws Exception {
    FakeTiny tiny = FakeTiny.holding(60);
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    PageReader sleepy =
        (account, query) -> {
          if (query.offset() > 20) {
            reached.countDown();
            assertThat(held.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
          }
          return tiny.read(account, query);
        };
    // It never renews, as a process that is frozen or gone.
    RunDispatcher.Rhythm frozen =
        new RunDispatcher.Rhythm(Duration.ofMillis(50), Duration.ofHours(1));
    RunComponents zombie = producers.start(sleepy, NEVER, Duration.ofSeconds(2), frozen);
    UUID run = database.run("'full', 'loja'");
    assertThat(reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    long before = Long.parseLong(producers.column(run, "reading"));
    long offset = Long.parseLong(producers.column(run, "cursor->>'offset'"));
    assertThat(offset).isPositive();

    FakeTiny again = FakeTiny.holding(60);
    producing(again, NEVER);
    producers.awaitPhase(run, "SETTLING");
    assertThat(again.asked.get(0).offset()).isEqualTo(offset);
    long after = Long.parseLong(producers.column(run, "reading"));
    assertThat(after).isGreaterThan(before);
    String row = producers.column(run, "cursor || headers");
    held.countDown();
    zombie.close();
    assertThat(producers.column(run, "cursor || headers")).isEqualTo(row);
    assertThat(topic.idsOf(run)).containsExactlyInAnyOrderElementsOf(ids(1, 60));
    assertThat(topic.seenOf(run).map(HeaderEvent.Seen::reading)).containsOnly(before, after);
    assertThat(topic.markersOf(run, 1))
        .hasSize(1)
        .allMatch(end -> Objects.equals(end.reading(), after));
  }

  @Test
  void ofManyRunsAndTwoProducersEachIsReadOnceAndAnAccountOneAtATime() throws Exception {
    FakeTiny tiny = FakeTiny.holding(12);
    Map<String, AtomicInteger> reading = new ConcurrentHashMap<>();
    AtomicInteger most = new AtomicInteger();
    PageReader watched =
        (account, query) -> {
          AtomicInteger now = reading.computeIfAbsent(account, name -> new AtomicInteger());
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          try {
            return tiny.read(account, query);
          } finally {
            now.decrementAndGet();
          }
        };
    List<UUID> runs = new ArrayList<>();
    for (int account = 0; account < 6; account++) {
      database.execute("INSERT INTO tiny_account (account) VALUES ('a" + account + "')");
      for (String what : List.of("'full'", "'reconcile'", "'incremental'")) {
        runs.add(database.run(what + ", 'a" + account + "'"));
      }
    }
    producing(watched, NEVER);
    producing(watched, NEVER);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                producers
                    .text("SELECT count(*) FROM sync_run WHERE phase = 'READING'")
                    .equals("0"));
    assertThat(most).hasValue(1);
    assertThat(producers.text("SELECT max(lease_epoch) FROM sync_run")).isEqualTo("1");
    for (UUID run : runs) {
      assertThat(topic.markersOf(run, 0).stream().map(HeaderEvent.OfRun::reading).distinct())
          .hasSize(1);
    }
  }

  @Test
  void aCanceledRunStopsAtOnceAndIsReadFromTheBeginningWhenResumed() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    AtomicInteger pages = new AtomicInteger();
    producing(
        (account, query) ->
            pages.incrementAndGet() == 3
                ? new Answer.Later<>(Instant.now().plusSeconds(3600), WaitReason.QUOTA)
                : tiny.read(account, query),
        NEVER);
    UUID run = database.run("'full', 'loja'");
    await().atMost(PATIENCE).until(() -> pages.get() == 3);
    producers.text("SELECT ordem_cancel('" + run + "')");
    topic.awaitLast(run, HeaderEvent.Canceled.class);
    producers.awaitColumn(run, "owed = '{}' AND lease_holder IS NULL", "t");
    assertThat(pages).hasValue(3);
    List<Long> before = topic.idsOf(run);

    producers.text("SELECT ordem_resume('" + run + "')");
    topic.awaitLast(run, HeaderEvent.EndOfHeaders.class);
    List<Long> twice = new ArrayList<>(ids(1, 20));
    twice.addAll(before);
    assertThat(before).isNotEmpty();
    assertThat(topic.idsOf(run)).containsExactlyInAnyOrderElementsOf(twice);
    for (int partition = 0; partition < TestBroker.PARTITIONS; partition++) {
      List<HeaderEvent.OfRun> markers = topic.markersOf(run, partition);
      assertThat(markers)
          .extracting(marker -> marker.getClass().getSimpleName())
          .containsExactly("Canceled", "Resumed", "EndOfHeaders");
      long canceled = Objects.requireNonNull(markers.get(0).reading());
      assertThat(markers.get(1).reading()).isGreaterThan(canceled);
      assertThat(markers.get(2).reading()).isEqualTo(markers.get(1).reading());
    }
  }

  @Test
  void whatIsOwedIsSentInOrderWithReadingsThatGrow() throws Exception {
    UUID run = database.run("'full', 'loja'");
    database.execute(
        "UPDATE sync_run SET status = 'RUNNING', reading = 5000, mode = 'full', owed ="
            + " '{cancel,resume,cancel,resume}', phase = 'SETTLING', cursor ="
            + " '{\"pass\": 1, \"offset\": 0, \"ended\": true, \"seen\": 0, \"left\": 0}'");
    FakeTiny tiny = FakeTiny.holding(3);
    producing(tiny, NEVER);
    producers.awaitColumn(run, "owed = '{}'", "t");
    List<HeaderEvent.OfRun> markers = topic.markersOf(run, 2);
    assertThat(markers)
        .extracting(marker -> marker.getClass().getSimpleName() + " " + marker.reading())
        .containsExactly(
            "Canceled 4998",
            "Resumed 4999",
            "EndOfHeaders 4999",
            "Canceled 4999",
            "Resumed 5000",
            "EndOfHeaders 5000");
    assertThat(markers)
        .filteredOn(HeaderEvent.EndOfHeaders.class::isInstance)
        .noneMatch(end -> ((HeaderEvent.EndOfHeaders) end).whole());
    assertThat(tiny.asked).isEmpty();
  }

  @Test
  void anOldRunIsForgottenByTheLedgerBeforeItsRowGoes() throws Exception {
    UUID run = database.run("'full', 'loja'");
    database.execute(
        "UPDATE sync_run SET status = 'CANCELED', phase = 'ENDED', reading = 7, owed = '{forget}';"
            + "INSERT INTO sync_run_log (run_id, level, module, message)"
            + " SELECT id, 'INFO', 'run', 'x' FROM sync_run");
    producing(FakeTiny.holding(3), NEVER);
    await()
        .atMost(PATIENCE)
        .until(() -> producers.text("SELECT count(*) FROM sync_run").equals("0"));
    assertThat(producers.text("SELECT count(*) FROM sync_run_log")).isEqualTo("0");
    for (int partition = 0; partition < TestBroker.PARTITIONS; partition++) {
      assertThat(topic.markersOf(run, partition))
          .singleElement()
          .isInstanceOf(HeaderEvent.Forgotten.class);
    }
  }

  @Test
  void aRunThatIsToBeReadAgainBeginsAnew() throws Exception {
    FakeTiny tiny = FakeTiny.holding(23);
    AtomicInteger looks = new AtomicInteger();
    producing(
        tiny,
        run ->
            looks.incrementAndGet() == 1
                ? new Judgement.ReadAgain("headers were skipped")
                : new Judgement.Waits(Duration.ofHours(1)));
    UUID run = database.run("'full', 'loja'");
    await().atMost(PATIENCE).until(() -> looks.get() == 2);
    assertThat(topic.seenOf(run).map(HeaderEvent.Seen::reading).distinct()).hasSize(2);
    assertThat(topic.idsOf(run)).hasSize(46);
    assertThat(producers.column(run, "headers->>'done'")).isEqualTo("23");
  }

  @Test
  void aRunIsNotReadAgainBesideTheSameOneButAfterIt() throws Exception {
    UUID first = database.run("'full', 'loja', start_later => true");
    UUID second = database.run("'full', 'loja'");
    database.execute(
        "UPDATE sync_run SET status = 'RUNNING', phase = 'SETTLING', reading = 1, request = request"
            + " || '{\"startLater\": false}' WHERE id = '"
            + first
            + "'");
    CountDownLatch asked = new CountDownLatch(1);
    FakeTiny tiny = FakeTiny.holding(3);
    producing(
        (account, query) -> {
          assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
          return tiny.read(account, query);
        },
        run -> {
          if (!run.id().equals(first)) {
            return new Judgement.Waits(Duration.ofHours(1));
          }
          asked.countDown();
          return new Judgement.ReadAgain("of the test");
        });
    producers.awaitPhase(second, "SETTLING");
    topic.awaitLast(first, HeaderEvent.EndOfHeaders.class);
    assertThat(topic.idsOf(first)).contains(1L, 2L, 3L);
  }

  @Test
  void aSlowLookDelaysNoClaimAndNoLease() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    for (int account = 0; account < 8; account++) {
      database.execute("INSERT INTO tiny_account (account) VALUES ('a" + account + "')");
    }
    opened.add(
        0,
        producers.start(
            FakeTiny.holding(3),
            run -> {
              assertThat(held.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
              return new Judgement.Waits(Duration.ofHours(1));
            },
            Duration.ofSeconds(1),
            QUICK));
    List<UUID> runs = new ArrayList<>();
    for (int account = 0; account < 8; account++) {
      runs.add(database.run("'full', 'a" + account + "'"));
    }
    for (UUID run : runs) {
      producers.awaitPhase(run, "SETTLING");
    }
    UUID late = database.run("'full', 'loja'");
    producers.awaitPhase(late, "SETTLING");
    assertThat(producers.text("SELECT max(lease_epoch) FROM sync_run")).isEqualTo("1");
    held.countDown();
  }

  @Test
  void anItemThatIsTooLargeIsNamedAndTheRestIsRead() throws Exception {
    FakeTiny tiny = FakeTiny.holding(12);
    tiny.add(FakeTiny.large(13, 1_200_000));
    tiny.add(14, 3, LocalDate.of(2026, 2, 1));
    producing(tiny, NEVER);
    UUID run = database.run("'full', 'loja'");
    producers.awaitPhase(run, "SETTLING");
    assertThat(topic.idsOf(run)).containsExactlyInAnyOrderElementsOf(without(ids(1, 14), 13));
    assertThat(producers.column(run, "headers->>'status'")).isEqualTo("PARTIAL");
    assertThat(producers.column(run, "headers->>'error'")).contains("13 (too large)");
    assertThat(producers.column(run, "cursor->>'refusedByKafka'")).isEqualTo("[13]");
    UUID again = database.run("'reconcile', 'loja'");
    producers.awaitPhase(again, "SETTLING");
    assertThat(producers.column(again, "cursor->>'refusedByKafka'")).isEqualTo("[13]");
    assertThat(topic.read(Topics.DLQ))
        .filteredOn(letter -> "loja:13".equals(new String(letter.key(), StandardCharsets.UTF_8)))
        .singleElement()
        .matches(letter -> letter.value() == null);
  }

  @Test
  void runsGoOnOnceKafkaTakesWritesAgain() throws Exception {
    AtomicInteger pages = new AtomicInteger();
    FakeTiny tiny = FakeTiny.holding(12);
    producing(
        (account, query) -> {
          if (pages.incrementAndGet() == 2) {
            // As if the database had gone away in the middle of a page.
            throw new org.apache.kafka.common.errors.TimeoutException("of the test");
          }
          return tiny.read(account, query);
        },
        NEVER);
    UUID run = database.run("'full', 'loja'");
    producers.awaitPhase(run, "SETTLING");
    assertThat(topic.idsOf(run)).containsExactlyInAnyOrderElementsOf(ids(1, 12));
    assertThat(Long.parseLong(producers.column(run, "lease_epoch"))).isGreaterThan(1);
  }

  private RunComponents producing(PageReader tiny, RunWorker.Judging judge) {
    RunComponents parts = producers.start(tiny, judge, Duration.ofSeconds(5), QUICK);
    opened.add(0, parts);
    return parts;
  }

  private static List<Long> ids(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private static List<Long> without(List<Long> ids, long id) {
    return ids.stream().filter(one -> one != id).toList();
  }
}
