package dev.ordem.producer.runs;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;

/**
 * The instants of a cron expression of five fields in a zone whose clocks may change.
 *
 * <p>An expression of certain hours means times of the calendar: one that the clocks leave out is
 * due right after the gap, and one that they show twice is due the first time. An expression of
 * every hour means a distance in time, which a change of the clocks neither stretches nor doubles.
 */
final class CronTimes {
  /** Longer than clocks were ever set back in a zone that is in use. */
  private static final Duration LONGEST_OVERLAP = Duration.ofHours(3);

  private final ExecutionTime time;
  private final boolean everyHour;
  private final ZoneRules rules;

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException if it is none
   */
  CronTimes(String expression, ZoneId zone) {
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    this.time = ExecutionTime.forCron(parser.parse(expression).validate());
    this.everyHour = List.of(expression.strip().split("\\s+", -1)).get(1).equals("*");
    this.rules = zone.getRules();
  }

  /** The first behind {@code after}; empty: none ever. */
  Optional<Instant> next(Instant after) {
    return everyHour ? nextByDistance(after) : nextByCalendar(after);
  }

  private Optional<Instant> nextByCalendar(Instant after) {
    LocalDateTime local =
        LocalDateTime.ofInstant(after, rules.getOffset(after)).minus(LONGEST_OVERLAP);
    while (true) {
      Optional<LocalDateTime> found = nextLocal(local);
      Optional<Instant> due = found.map(this::instant);
      if (due.isEmpty() || due.get().isAfter(after)) {
        return due;
      }
      local = found.get();
    }
  }

  /** The first of two, and the end of a gap for what lies in it. */
  private Instant instant(LocalDateTime local) {
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change != null && change.isGap()) {
      return change.getInstant();
    }
    return local.toInstant(rules.getValidOffsets(local).get(0));
  }

  private Optional<Instant> nextByDistance(Instant after) {
    Instant from = after;
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime local = LocalDateTime.ofInstant(after, offset);
    while (true) {
      Optional<LocalDateTime> found = nextLocal(local);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      Instant due = found.get().toInstant(offset);
      ZoneOffsetTransition change = rules.nextTransition(from);
      if (change == null || due.isBefore(change.getInstant())) {
        return Optional.of(due);
      }
      from = change.getInstant();
      offset = change.getOffsetAfter();
      local = change.getDateTimeAfter().minusNanos(1);
    }
  }

  private Optional<LocalDateTime> nextLocal(LocalDateTime after) {
    return time.nextExecution(after.atZone(ZoneOffset.UTC)).map(ZonedDateTime::toLocalDateTime);
  }
}
