package dev.ordem.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import dev.ordem.runtime.Loop;
import dev.ordem.tiny.Answer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a real broker; the ledger and the sink are played by the test. */
class RunsOverKafkaTest {
  private static final Duration PATIENCE = OtherServices.PATIENCE;
  private static final Duration REST = Duration.ofMillis(50);
  private static final Reading READING =
      new Reading(
          5,
          7,
          Duration.ofHours(2),
          ZoneOffset.UTC,
          3,
          Duration.ofMillis(5),
          Duration.ofMillis(20));

  @TempDir static Path directory;
  static TestBroker broker;
  static Kafka kafka;
  static OtherServices others;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    broker = new TestBroker(directory);
    kafka = broker.kafka();
    others = new OtherServices(broker, kafka);
  }

  @AfterAll
  static void stop() {
    kafka.close();
    broker.close();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void aRunIsCompleteOnceEveryDetailIsSettledAndTheSinkHasCommittedIt() throws Exception {
    CommandLoop producer = producing(FakeTiny.holding(23));
    UUID runId = others.ask(RunRequest.of("whole", Mode.FULL));
    others.awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(others.idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 23));
    assertThat(others.markersOf(runId)).containsExactlyInAnyOrder(0, 1, 2);

    others.report(runId, 2, 1, 0);
    others.awaitState(runId, run -> run.details().done() == 1);
    assertThat(others.state(runId).status()).isEqualTo(RunStatus.RUNNING);

    others.report(runId, 3, 3, 0);
    others.awaitState(runId, run -> run.store().error() != null);
    assertThat(others.state(runId).status()).isEqualTo(RunStatus.RUNNING);
    assertThat(others.state(runId).store().error()).contains("is the sink running?");

    others.store();
    others.awaitState(runId, run -> run.status() == RunStatus.COMPLETE);
    RunState run = others.state(runId);
    assertThat(run.details()).isEqualTo(new Module(Module.Status.COMPLETE, 3, 3L, null));
    assertThat(run.error()).isNull();
    assertThat(producer.active().orElseThrow().book().history("whole").knownId()).contains(23L);
  }

  @Test
  void aParkedDetailMakesTheRunPartial() throws Exception {
    producing(FakeTiny.holding(4));
    UUID runId = others.ask(RunRequest.of("parked", Mode.FULL));
    others.awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    others.report(runId, 2, 1, 1);
    others.store();
    others.awaitState(runId, run -> run.status().ended());
    assertThat(others.state(runId).status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(others.state(runId).error()).contains("1 details could not be read");
  }

  @Test
  void aRunThatIsInterruptedGoesOnAtItsCursorAndMissesNothing() throws Exception {
    FakeTiny tiny = FakeTiny.holding(60);
    AtomicInteger pages = new AtomicInteger();
    PageReader stuck =
        (account, query) ->
            pages.incrementAndGet() <= 6
                ? tiny.read(account, query)
                : new Answer.Later<>(Instant.now().plusSeconds(3600), "quota");
    Loop first = loop(stuck);
    UUID runId = others.ask(RunRequest.of("killed", Mode.FULL));
    await().atMost(PATIENCE).until(() -> pages.get() > 6);
    first.close();
    RunState.Cursor cursor = Objects.requireNonNull(others.state(runId).cursor());
    assertThat(others.state(runId).status()).isEqualTo(RunStatus.RUNNING);
    tiny.asked.clear();

    producing(tiny);
    others.awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(tiny.asked.get(0).offset()).isEqualTo(cursor.offset()).isPositive();
    assertThat(others.idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 60));
  }

  @Test
  void aZombieIsFencedAndItsPageIsNotSeen() throws Exception {
    FakeTiny tiny = FakeTiny.holding(30);
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    PageReader sleepy =
        (account, query) -> {
          if (query.offset() > 10) {
            reached.countDown();
            assertThat(held.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
          }
          return tiny.read(account, query);
        };
    Active zombie = new Active(kafka, source(sleepy));
    opened.add(zombie);
    zombie.start();
    UUID runId = UUID.randomUUID();
    SyncCommand.Run command =
        new SyncCommand.Run("zombie", runId, RunRequest.of("zombie", Mode.FULL), Instant.now());
    try (Consumer<byte[], byte[]> none = kafka.commands()) {
      zombie.take(recordOf(command), none.groupMetadata());
    }
    assertThat(reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    Active successor = new Active(kafka, source(tiny));
    opened.add(successor);
    successor.start();
    held.countDown();
    others.awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    await().atMost(PATIENCE).until(() -> zombie.failure().isPresent());
    assertThat(others.idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 30));
  }

  @Test
  void ofTwoProducersOneStandsByUntilTheOtherIsGone() throws Exception {
    Loop first = loop(FakeTiny.holding(1));
    CommandLoop second = new CommandLoop(kafka, () -> active(FakeTiny.holding(9)), REST);
    Loop loop = new Loop("test-standby", PATIENCE, second::run);
    opened.add(0, loop);
    loop.start();
    UUID runId = others.ask(RunRequest.of("standby", Mode.FULL));
    others.awaitState(runId, run -> run.headers().done() == 1);
    assertThat(second.active()).isEmpty();
    first.close();
    await().atMost(PATIENCE).until(() -> second.active().isPresent());
    UUID next = others.ask(RunRequest.of("standby", Mode.FULL));
    others.awaitState(next, run -> run.headers().done() == 9);
  }

  @Test
  void aFencedProducerBeginsAnewAndGoesOn() throws Exception {
    CommandLoop producer = producing(FakeTiny.holding(6));
    Active fenced = producer.active().orElseThrow();
    try (Producer<byte[], byte[]> intruder = kafka.producer()) {
      intruder.initTransactions();
    }
    UUID runId = others.ask(RunRequest.of("fenced", Mode.FULL));
    others.awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(fenced.failure()).isPresent();
    assertThat(others.idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 6));
    await().atMost(PATIENCE).until(() -> producer.health().ready());
  }

  @Test
  void aCancelledRunStopsAtOnceAndCanBeResumed() throws Exception {
    FakeTiny tiny = FakeTiny.holding(20);
    AtomicInteger pages = new AtomicInteger();
    producing(
        (account, query) ->
            pages.incrementAndGet() == 3
                ? new Answer.Later<>(Instant.now().plusSeconds(3600), "quota")
                : tiny.read(account, query));
    UUID runId = others.ask(RunRequest.of("canceled", Mode.FULL));
    await().atMost(PATIENCE).until(() -> pages.get() == 3);
    others.send(new SyncCommand.Cancel("canceled", runId, Instant.now()));
    others.awaitState(runId, run -> run.status() == RunStatus.CANCELED);
    assertThat(others.cancelsOf(runId)).containsExactlyInAnyOrder(0, 1, 2);

    others.send(new SyncCommand.Resume("canceled", runId, Instant.now()));
    others.awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(others.idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 20));
  }

  @Test
  void aCommandThatCannotBeReadGoesToTheDeadLettersAndStopsNoOther() throws Exception {
    producing(FakeTiny.holding(3));
    byte[] junk = "junk".getBytes(UTF_8);
    others.send(new ProducerRecord<>(Topics.SYNC_COMMANDS.name(), junk));
    UUID runId = others.ask(RunRequest.of("junk", Mode.FULL));
    others.awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(others.read(Topics.DLQ)).anyMatch(record -> Arrays.equals(record.value(), junk));
  }

  private RunReader.Source source(PageReader tiny) {
    return new RunReader.Source(tiny, READING, TestBroker.PARTITIONS, Clock.systemUTC());
  }

  private Active active(PageReader tiny) {
    return new Active(kafka, source(tiny));
  }

  private CommandLoop producing(PageReader tiny) {
    CommandLoop commands = new CommandLoop(kafka, () -> active(tiny), REST);
    Loop loop = new Loop("test-commands", Duration.ofSeconds(10), commands::run);
    loop.start();
    opened.add(0, loop);
    await().atMost(PATIENCE).until(() -> commands.active().isPresent());
    return commands;
  }

  private Loop loop(PageReader tiny) {
    producing(tiny);
    return (Loop) opened.get(0);
  }

  private static ConsumerRecord<byte[], byte[]> recordOf(SyncCommand.Run command) {
    byte[] value = Topics.SYNC_COMMANDS.record(command.runId().toString(), command).value();
    return new ConsumerRecord<>(Topics.SYNC_COMMANDS.name(), 0, 0, new byte[0], value);
  }

  private static List<Long> ids(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }
}
