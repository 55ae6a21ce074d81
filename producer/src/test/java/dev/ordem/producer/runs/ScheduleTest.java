package dev.ordem.producer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.Mode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  private final List<String> problems = new ArrayList<>();

  @Test
  void theDefaultIsToWatchAndAProofEachNight() {
    Schedule schedule = parse(Schedule.DEFAULT, SAO_PAULO);
    assertThat(schedule.watches()).isTrue();
    assertThat(schedule.entries()).extracting(Schedule.Entry::mode).containsExactly(Mode.RECONCILE);
    assertThat(between(schedule.entries().get(0), "2026-02-10T12:01:00Z", Duration.ofDays(1)))
        .containsExactly("2026-02-11T06:00:00Z");
    assertThat(problems).isEmpty();
  }

  @Test
  void everyFiveMinutesIsEveryFiveMinutes() {
    Schedule schedule = parse("incremental */5 * * * *; Watch", SAO_PAULO);
    assertThat(schedule.watches()).isTrue();
    assertThat(between(schedule.entries().get(0), "2026-02-10T12:01:00Z", Duration.ofMinutes(15)))
        .containsExactly("2026-02-10T12:05:00Z", "2026-02-10T12:10:00Z", "2026-02-10T12:15:00Z");
    assertThat(parse("*/5 * * * *", SAO_PAULO).watches()).isFalse();
    assertThat(problems).isEmpty();
  }

  @Test
  void noEntryHidesAnotherThatIsDueAtTheSameTime() {
    Schedule schedule = parse("incremental */5 * * * *; full 0 4 * * 0", SAO_PAULO);
    assertThat(schedule.entries())
        .extracting(entry -> between(entry, "2026-02-10T12:00:00Z", Duration.ofDays(35)).size())
        .containsExactly(35 * 24 * 12, 5);
  }

  @Test
  void offIsNeverAndMeantToBe() {
    assertThat(parse("off", SAO_PAULO).entries()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void aDayThatDoesNotExistCannotBeMeant() {
    parse("watch; full 0 4 30 2 *; full 0 4 29 2 *", SAO_PAULO);
    assertThat(problems)
        .singleElement()
        .asString()
        .contains("SYNC_SCHEDULE: \"full 0 4 30 2 *\" is never due");
  }

  @Test
  void whatIsWrittenTwiceIsMeantOnce() {
    assertThat(parse("*/5 * * * *; incremental */5 * * * *", SAO_PAULO).entries()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "often", "61 * * * *", "period 0 1 * * *", "0 1 * * *;", "full", "* *"})
  void whatCannotBeReadIsToldWithWhatWouldBeRight(String text) {
    parse(text, SAO_PAULO);
    assertThat(problems).isNotEmpty().allMatch(problem -> problem.startsWith("SYNC_SCHEDULE: "));
    assertThat(problems.get(0)).contains("cron expressions of five fields");
  }

  /** In New York clocks went from 2 to 3 on 2026-03-08 at 07:00Z, in Brazil from 0 to 1 in 2017. */
  @ParameterizedTest
  @CsvSource({
    "30 2 * * *,America/New_York,2026-03-07T12:00:00Z,2026-03-08T07:00:00Z,2026-03-09T06:30:00Z",
    "0 2 * * *,America/New_York,2026-03-07T12:00:00Z,2026-03-08T07:00:00Z,2026-03-09T06:00:00Z",
    "*/20 2 * * *,America/New_York,2026-03-08T05:00:00Z,2026-03-08T07:00:00Z,2026-03-09T06:00:00Z",
    "0 0 * * *,America/Sao_Paulo,2017-10-14T12:00:00Z,2017-10-15T03:00:00Z,2017-10-16T02:00:00Z",
    "30 0 * * *,America/Sao_Paulo,2017-10-14T12:00:00Z,2017-10-15T03:00:00Z,2017-10-16T02:30:00Z",
  })
  void whatLiesInAGapIsDueRightAfterIt(
      String cron, ZoneId zone, Instant from, String first, String second) {
    assertThat(between(entry(cron, zone), from.toString(), Duration.ofDays(2)))
        .startsWith(first, second);
  }

  /** In New York 1 to 2 came twice on 2026-11-01 from 05:00Z, in Brazil 23 to 24 in 2018. */
  @ParameterizedTest
  @CsvSource({
    "30 1 * * *,America/New_York,2026-10-31T12:00:00Z,2026-11-01T05:30:00Z,2026-11-02T06:30:00Z",
    "0 1 * * *,America/New_York,2026-11-01T05:00:00Z,2026-11-02T06:00:00Z,2026-11-03T06:00:00Z",
    "30 23 * * *,America/Sao_Paulo,2018-02-17T12:00:00Z,2018-02-18T01:30:00Z,2018-02-19T02:30:00Z",
    "0 0 * * *,America/Sao_Paulo,2018-02-17T12:00:00Z,2018-02-18T03:00:00Z,2018-02-19T03:00:00Z",
  })
  void whatComesTwiceIsDueOnce(
      String cron, ZoneId zone, Instant from, String first, String second) {
    assertThat(between(entry(cron, zone), from.toString(), Duration.ofDays(3)))
        .startsWith(first, second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-03-08T00:00:00Z", "2026-11-01T00:00:00Z"})
  void everyFewMinutesStaysEveryFewMinutesWhenClocksChange(Instant day) {
    List<String> due = between(entry("*/5 * * * *", NEW_YORK), day.toString(), Duration.ofDays(1));
    assertThat(due).hasSize(24 * 12).doesNotHaveDuplicates();
    assertThat(between(entry("30 * * * *", NEW_YORK), day.toString(), Duration.ofDays(1)))
        .hasSize(24);
  }

  private Schedule.Entry entry(String cron, ZoneId zone) {
    return parse(cron, zone).entries().get(0);
  }

  private static List<String> between(Schedule.Entry entry, String from, Duration length) {
    Instant begin = Instant.parse(from);
    List<String> due = new ArrayList<>();
    Optional<Instant> next = entry.next(begin);
    while (next.isPresent() && !next.get().isAfter(begin.plus(length))) {
      due.add(next.get().toString());
      next = entry.next(next.get());
    }
    return due;
  }

  private Schedule parse(String text, ZoneId zone) {
    return Schedule.parse(text, zone, problems::add);
  }
}
