package dev.ordem.producer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import dev.ordem.contract.RunRequest;
import dev.ordem.contract.SyncCommand;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");
  private static final Instant NOW = Instant.parse("2026-02-10T12:01:00Z");

  private final List<String> problems = new ArrayList<>();

  @Test
  void theNextOfAllExpressionsIsDueInTheZoneOfTheAccount() {
    Schedule schedule = parse("*/30 * * * *; full 15 9 * * *");
    assertThat(schedule.next(NOW)).contains(due(Mode.FULL, "2026-02-10T12:15:00Z"));
    assertThat(schedule.next(Instant.parse("2026-02-10T12:15:00Z")))
        .contains(due(Mode.INCREMENTAL, "2026-02-10T12:30:00Z"));
    assertThat(problems).isEmpty();
  }

  @Test
  void offIsNever() {
    assertThat(parse("off").next(NOW)).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void theDefaultIsEveryFiveMinutes() {
    assertThat(parse(Schedule.DEFAULT).next(NOW))
        .contains(due(Mode.INCREMENTAL, "2026-02-10T12:05:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "often", "61 * * * *", "period 0 1 * * *", "0 1 * * *;", "full"})
  void whatCannotBeReadIsToldWithWhatWouldBeRight(String text) {
    Schedule schedule = parse(text);
    assertThat(problems).isNotEmpty().allMatch(problem -> problem.startsWith("SYNC_SCHEDULE: "));
    assertThat(problems.get(0)).contains("cron expressions of five fields");
    assertThat(schedule).isNotNull();
  }

  @Test
  void anAccountThatIsStillBeingReadIsLeftOutAndNoRunIsAskedForTwice() {
    RunBook book =
        new RunBook(
            new Transactions(
                new MockProducer<>(
                    true, null, new ByteArraySerializer(), new ByteArraySerializer())));
    UUID busy = UUID.randomUUID();
    book.load(
        busy,
        Draft.queued(
            new SyncCommand.Run("busy", busy, RunRequest.of("busy", Mode.FULL), NOW), NOW));
    List<SyncCommand.Run> asked = new ArrayList<>();
    try (Scheduler scheduler =
        new Scheduler(
            new Scheduler.What(parse("off"), 9L),
            () -> Optional.of(book),
            () -> List.of("busy", "idle"),
            asked::add,
            Clock.fixed(NOW, ZoneOffset.UTC))) {
      scheduler.fire(due(Mode.INCREMENTAL, "2026-02-10T12:05:00Z"));
      scheduler.fire(due(Mode.INCREMENTAL, "2026-02-10T12:05:00Z"));
    }
    assertThat(asked).hasSize(2).extracting(SyncCommand.Run::account).containsOnly("idle");
    assertThat(asked).extracting(SyncCommand.Run::runId).containsOnly(asked.get(0).runId());
    assertThat(asked.get(0).request().max()).isEqualTo(9);
  }

  @Test
  void whoStandsByAsksForNothing() {
    List<SyncCommand.Run> asked = new ArrayList<>();
    try (Scheduler scheduler =
        new Scheduler(
            new Scheduler.What(parse("off"), null),
            Optional::empty,
            () -> List.of("idle"),
            asked::add,
            Clock.fixed(NOW, ZoneOffset.UTC))) {
      scheduler.fire(due(Mode.INCREMENTAL, "2026-02-10T12:05:00Z"));
    }
    assertThat(asked).isEmpty();
  }

  private Schedule parse(String text) {
    return Schedule.parse(text, ZONE, problems::add);
  }

  private static Schedule.Due due(Mode mode, String at) {
    return new Schedule.Due(mode, Instant.parse(at));
  }
}
