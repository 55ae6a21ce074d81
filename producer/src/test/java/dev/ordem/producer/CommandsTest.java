package dev.ordem.producer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.HeaderEvent;
import dev.ordem.contract.Mode;
import dev.ordem.contract.OrderKey;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.RunState;
import dev.ordem.contract.RunStatus;
import dev.ordem.contract.SyncCommand;
import dev.ordem.contract.Topics;
import dev.ordem.producer.RunBook.Taken;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CommandsTest {
  private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");
  private static final UUID RUN = UUID.fromString("11111111-2222-3333-4444-555555555555");

  private final Commands commands = new Commands(3);
  private final RunBook book =
      new RunBook(
          new Transactions(
              new MockProducer<>(
                  true, null, new ByteArraySerializer(), new ByteArraySerializer())));

  @Test
  void aNewRunIsQueuedAndAskedAgainItIsLeftAlone() {
    RunRequest request = RunRequest.of("loja", Mode.FULL);
    Taken first = take(new SyncCommand.Run("loja", RUN, request, NOW));
    RunState queued = first.state().orElseThrow();
    assertThat(queued.status()).isEqualTo(RunStatus.QUEUED);
    assertThat(Runs.toRead(queued)).isTrue();
    book.load(RUN, queued);
    assertThat(take(new SyncCommand.Run("loja", RUN, request, NOW))).isEqualTo(Taken.NOTHING);
  }

  @Test
  void aRunThatIsToWaitIsReadOnceStarted() {
    RunRequest later = new RunRequest("loja", Mode.FULL, null, null, null, false, true);
    book.load(RUN, take(new SyncCommand.Run("loja", RUN, later, NOW)).state().orElseThrow());
    assertThat(book.toRead()).isEmpty();
    book.load(RUN, take(new SyncCommand.Start("loja", RUN, NOW)).state().orElseThrow());
    assertThat(book.toRead()).hasSize(1);
    assertThat(take(new SyncCommand.Start("loja", RUN, NOW))).isEqualTo(Taken.NOTHING);
  }

  @Test
  void cancellingTellsEveryPartition() {
    book.load(RUN, state(RunStatus.RUNNING));
    Taken canceled = take(new SyncCommand.Cancel("loja", RUN, NOW));
    assertThat(canceled.state().map(RunState::status)).contains(RunStatus.CANCELED);
    assertThat(canceled.records())
        .extracting(record -> record.partition())
        .containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {"COMPLETE", "PARTIAL", "FAILED", "CANCELED"})
  void whatHasEndedCannotBeCancelled(RunStatus ended) {
    book.load(RUN, state(ended));
    assertThat(take(new SyncCommand.Cancel("loja", RUN, NOW))).isEqualTo(Taken.NOTHING);
  }

  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {"PARTIAL", "FAILED", "CANCELED"})
  void aResumedRunGoesOnAtItsCursor(RunStatus ended) {
    RunState before = state(ended);
    book.load(RUN, before);
    RunState resumed = take(new SyncCommand.Resume("loja", RUN, NOW)).state().orElseThrow();
    assertThat(Runs.toRead(resumed)).isTrue();
    assertThat(resumed.finishedAt()).isNull();
    assertThat(Objects.requireNonNull(resumed.cursor()).offset()).isEqualTo(99);
    assertThat(Objects.requireNonNull(resumed.cursor()).markedAt()).isNull();
  }

  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {"QUEUED", "RUNNING", "COMPLETE"})
  void nothingElseCanBeResumed(RunStatus status) {
    book.load(RUN, state(status));
    assertThat(take(new SyncCommand.Resume("loja", RUN, NOW))).isEqualTo(Taken.NOTHING);
  }

  @Test
  void aCommandForAnUnknownRunIsIgnored() {
    assertThat(take(new SyncCommand.Cancel("loja", RUN, NOW))).isEqualTo(Taken.NOTHING);
  }

  @Test
  void aRefreshGoesToTheOrdersPartition() {
    Taken taken = take(new SyncCommand.Refresh("loja", 7, NOW));
    assertThat(taken.records())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.key())
                  .isEqualTo(new OrderKey("loja", 7).toString().getBytes(UTF_8));
              assertThat(
                      Topics.OS_HEADERS.value(
                          new ConsumerRecord<>("os-headers", 0, 0, record.key(), record.value())))
                  .isEqualTo(new HeaderEvent.RefreshWanted("loja", 7, NOW));
            });
  }

  @Test
  void anAccountThatCannotBeAKeyGoesToTheDeadLetters() {
    RunRequest request = RunRequest.of("Loja:1", Mode.FULL);
    Taken taken = take(new SyncCommand.Run("Loja:1", RUN, request, NOW));
    assertThat(taken.state()).isEmpty();
    assertThat(taken.records()).extracting(record -> record.topic()).containsExactly("ordem.dlq");
  }

  private Taken take(SyncCommand command) {
    byte[] value = Topics.SYNC_COMMANDS.record("key", command).value();
    return commands.take(
        new ConsumerRecord<>("sync-commands", 0, 0, "key".getBytes(UTF_8), value), book, NOW);
  }

  private static RunState state(RunStatus status) {
    RunState queued =
        Draft.queued(new SyncCommand.Run("loja", RUN, RunRequest.of("loja", Mode.FULL), NOW), NOW);
    if (status == RunStatus.QUEUED) {
      return queued;
    }
    Draft draft = Draft.of(queued).cursor(new RunState.Cursor(0, 99, 120L, false, 120L, null, NOW));
    return Optional.of(status)
        .filter(RunStatus::ended)
        .map(ended -> draft.ended(ended, "why", NOW))
        .orElseGet(() -> draft.running(NOW))
        .at(NOW);
  }
}
