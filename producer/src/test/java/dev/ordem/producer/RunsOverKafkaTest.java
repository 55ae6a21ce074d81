package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.RunProgress;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunState.Module;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.runtime.Loop;
import dev.ordem.tiny.Answer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a real broker; the ledger and the sink are played by the test. */
class RunsOverKafkaTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
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

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    broker = new TestBroker(directory);
    kafka = broker.kafka();
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
  void aRunIsCompleteOnceEveryDetailIsSettledAndTheSinkHasCommittedIt() {
    CommandLoop producer = producing(FakeTiny.holding(23));
    UUID runId = ask(RunRequest.of("whole", Mode.FULL));
    awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 23));
    assertThat(markersOf(runId)).containsExactlyInAnyOrder(0, 1, 2);

    settle(runId, 1, 1);
    awaitState(runId, run -> run.details().done() == 1);
    assertThat(state(runId).status()).isEqualTo(RunStatus.RUNNING);

    settle(runId, 3, 3);
    awaitState(runId, run -> run.store().error() != null);
    assertThat(state(runId).status()).isEqualTo(RunStatus.RUNNING);
    assertThat(state(runId).store().error()).contains("is the sink running?");

    store();
    awaitState(runId, run -> run.status() == RunStatus.COMPLETE);
    RunState run = state(runId);
    assertThat(run.details()).isEqualTo(new Module(Module.Status.COMPLETE, 3, 3L, null));
    assertThat(run.error()).isNull();
    assertThat(producer.active().orElseThrow().book().history("whole").knownId()).contains(23L);
  }

  @Test
  void aParkedDetailMakesTheRunPartial() {
    producing(FakeTiny.holding(4));
    UUID runId = ask(RunRequest.of("parked", Mode.FULL));
    awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    report(runId, 2, 1, 1);
    store();
    awaitState(runId, run -> run.status().ended());
    assertThat(state(runId).status()).isEqualTo(RunStatus.PARTIAL);
    assertThat(state(runId).error()).contains("1 details could not be read");
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
    UUID runId = ask(RunRequest.of("killed", Mode.FULL));
    await().atMost(PATIENCE).until(() -> pages.get() > 6);
    first.close();
    RunState.Cursor cursor = Objects.requireNonNull(state(runId).cursor());
    assertThat(state(runId).status()).isEqualTo(RunStatus.RUNNING);
    tiny.asked.clear();

    producing(tiny);
    awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(tiny.asked.get(0).offset()).isEqualTo(cursor.offset()).isPositive();
    assertThat(idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 60));
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
    awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    await().atMost(PATIENCE).until(() -> zombie.failure().isPresent());
    assertThat(idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 30));
  }

  @Test
  void aCancelledRunStopsAtOnceAndCanBeResumed() {
    FakeTiny tiny = FakeTiny.holding(20);
    AtomicInteger pages = new AtomicInteger();
    producing(
        (account, query) ->
            pages.incrementAndGet() == 3
                ? new Answer.Later<>(Instant.now().plusSeconds(3600), "quota")
                : tiny.read(account, query));
    UUID runId = ask(RunRequest.of("canceled", Mode.FULL));
    await().atMost(PATIENCE).until(() -> pages.get() == 3);
    send(runId.toString(), new SyncCommand.Cancel("canceled", runId, Instant.now()));
    awaitState(runId, run -> run.status() == RunStatus.CANCELED);
    assertThat(cancelsOf(runId)).containsExactlyInAnyOrder(0, 1, 2);

    send(runId.toString(), new SyncCommand.Resume("canceled", runId, Instant.now()));
    awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(idsOf(runId)).containsExactlyInAnyOrderElementsOf(ids(1, 20));
  }

  @Test
  void aCommandThatCannotBeReadGoesToTheDeadLettersAndStopsNoOther() {
    producing(FakeTiny.holding(3));
    try (Producer<byte[], byte[]> raw = plain()) {
      raw.send(
          new org.apache.kafka.clients.producer.ProducerRecord<>(
              Topics.SYNC_COMMANDS.name(),
              "junk".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }
    UUID runId = ask(RunRequest.of("junk", Mode.FULL));
    awaitState(runId, run -> run.headers().status() == Module.Status.COMPLETE);
    assertThat(read(Topics.DLQ))
        .anyMatch(
            record ->
                new String(record.value(), java.nio.charset.StandardCharsets.UTF_8).equals("junk"));
  }

  private RunReader.Source source(PageReader tiny) {
    return new RunReader.Source(tiny, READING, TestBroker.PARTITIONS, Clock.systemUTC());
  }

  private CommandLoop producing(PageReader tiny) {
    CommandLoop commands =
        new CommandLoop(kafka, () -> new Active(kafka, source(tiny)), Duration.ofMillis(50));
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

  private UUID ask(RunRequest request) {
    UUID runId = UUID.randomUUID();
    send(runId.toString(), new SyncCommand.Run(request.account(), runId, request, Instant.now()));
    return runId;
  }

  private void send(String key, SyncCommand command) {
    try (Producer<byte[], byte[]> producer = plain()) {
      producer.send(Topics.SYNC_COMMANDS.record(key, command));
    }
  }

  /** As the ledger does: so many details wanted in each partition, so many dealt with. */
  private void settle(UUID runId, long requested, long settled) {
    RunState run = state(runId);
    for (int partition = 0; partition < TestBroker.PARTITIONS; partition++) {
      boolean here = partition == 0;
      report(run, partition, here ? requested : 0, here ? settled : 0, 0);
    }
  }

  private void report(UUID runId, long requested, long settled, long parked) {
    RunState run = state(runId);
    for (int partition = 0; partition < TestBroker.PARTITIONS; partition++) {
      boolean here = partition == 1;
      report(run, partition, here ? requested : 0, here ? settled : 0, here ? parked : 0);
    }
  }

  private void report(RunState run, int partition, long requested, long settled, long parked) {
    Instant endedAt = Objects.requireNonNull(run.cursor()).markedAt();
    boolean ended = endedAt != null && (requested != 1 || partition != 0);
    RunProgress progress =
        new RunProgress(
            run.runId(),
            run.account(),
            partition,
            ended,
            requested,
            requested,
            0,
            0,
            requested,
            settled,
            parked,
            Instant.now(),
            endedAt);
    Map<String, Object> properties = new HashMap<>(broker.properties());
    properties.put("transactional.id", "ledger-of-the-test");
    try (Producer<byte[], byte[]> ledger =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      ledger.initTransactions();
      ledger.beginTransaction();
      ledger.send(Topics.SYNC_RUN_PROGRESS.record(partition, progress.key(), progress));
      ledger.commitTransaction();
    }
  }

  /** As the sink does: commits behind the last record, before the marker of its transaction. */
  private void store() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : read(Topics.SYNC_RUN_PROGRESS)) {
      offsets.put(
          new TopicPartition(record.topic(), record.partition()),
          new OffsetAndMetadata(record.offset() + 1));
    }
    try (Admin admin = Admin.create(broker.properties())) {
      admin.alterConsumerGroupOffsets(StoreProof.GROUP, offsets).all().get();
    } catch (java.util.concurrent.ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Producer<byte[], byte[]> plain() {
    return new KafkaProducer<>(
        broker.properties(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private RunState state(UUID runId) {
    return find(runId).orElseThrow();
  }

  private Optional<RunState> find(UUID runId) {
    return read(Topics.SYNC_RUNS).stream()
        .filter(record -> Topics.SYNC_RUNS.key(record).equals(runId.toString()))
        .reduce((older, newer) -> newer)
        .map(record -> Objects.requireNonNull(Topics.SYNC_RUNS.value(record)));
  }

  private void awaitState(UUID runId, java.util.function.Predicate<RunState> wanted) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> find(runId).filter(wanted).isPresent());
  }

  private List<Long> idsOf(UUID runId) {
    return events()
        .filter(HeaderEvent.Seen.class::isInstance)
        .map(HeaderEvent.Seen.class::cast)
        .filter(seen -> seen.runId().equals(runId))
        .map(seen -> seen.header().id())
        .toList();
  }

  private List<Integer> markersOf(UUID runId) {
    return partitionsOf(runId, HeaderEvent.EndOfHeaders.class);
  }

  private List<Integer> cancelsOf(UUID runId) {
    return partitionsOf(runId, HeaderEvent.Canceled.class);
  }

  private List<Integer> partitionsOf(UUID runId, Class<? extends HeaderEvent.Marker> marker) {
    return read(Topics.OS_HEADERS).stream()
        .filter(
            record ->
                marker.isInstance(Topics.OS_HEADERS.value(record))
                    && Topics.OS_HEADERS.key(record).equals(runId.toString()))
        .map(ConsumerRecord::partition)
        .toList();
  }

  private java.util.stream.Stream<HeaderEvent> events() {
    return read(Topics.OS_HEADERS).stream()
        .map(record -> Objects.requireNonNull(Topics.OS_HEADERS.value(record)));
  }

  private List<ConsumerRecord<byte[], byte[]>> read(Topic<?> topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<TopicPartition> partitions =
        IntStream.range(0, topic.single() ? 1 : TestBroker.PARTITIONS)
            .mapToObj(number -> new TopicPartition(topic.name(), number))
            .toList();
    try (Consumer<byte[], byte[]> consumer = kafka.reader()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private static ConsumerRecord<byte[], byte[]> recordOf(SyncCommand.Run command) {
    byte[] value = Topics.SYNC_COMMANDS.record(command.runId().toString(), command).value();
    return new ConsumerRecord<>(Topics.SYNC_COMMANDS.name(), 0, 0, new byte[0], value);
  }

  private static List<Long> ids(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }
}
