package dev.ordem.producer;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.ordem.contract.Mode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * When runs are to begin by themselves.
 *
 * <p>Written as cron expressions of five fields, separated by semicolons; each may have a mode in
 * front: {@code incremental 10 * * * *; full 0 4 * * 0}. {@code off}: never.
 */
final class Schedule {
  static final String DEFAULT = "incremental */5 * * * *";
  private static final String RIGHT =
      "use cron expressions of five fields, each with a mode in front if it is not incremental,"
          + " separated by semicolons, such as \""
          + DEFAULT
          + "; full 0 4 * * 0\"; or off";

  private final List<Entry> entries;
  private final ZoneId zone;

  private Schedule(List<Entry> entries, ZoneId zone) {
    this.entries = entries;
    this.zone = zone;
  }

  /** Reads what {@link Schedule} describes, telling {@code problems} what cannot be read. */
  static Schedule parse(String text, ZoneId zone, Consumer<String> problems) {
    List<Entry> entries = new ArrayList<>();
    if (!text.strip().equalsIgnoreCase("off")) {
      for (String part : text.split(";", -1)) {
        try {
          entries.add(entry(part.strip()));
        } catch (IllegalArgumentException e) {
          problems.accept("SYNC_SCHEDULE: \"" + part.strip() + "\" cannot be read; " + RIGHT);
        }
      }
    }
    return new Schedule(List.copyOf(entries), zone);
  }

  /** The first run to begin behind {@code now}; empty: none ever. */
  Optional<Due> next(Instant now) {
    return entries.stream()
        .flatMap(entry -> entry.next(now, zone).stream())
        .min(Comparator.comparing(Due::at));
  }

  private static Entry entry(String text) {
    int blank = text.indexOf(' ');
    String word = (blank < 0 ? text : text.substring(0, blank)).toLowerCase(Locale.ROOT);
    Optional<Mode> mode =
        Arrays.stream(Mode.values())
            .filter(value -> value != Mode.PERIOD && value.text().equals(word))
            .findFirst();
    String cron = mode.isPresent() ? text.substring(word.length()).strip() : text;
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    return new Entry(mode.orElse(Mode.INCREMENTAL), parser.parse(cron).validate());
  }

  /**
   * A run that is to begin.
   *
   * @param at when
   */
  record Due(Mode mode, Instant at) {}

  private record Entry(Mode mode, Cron cron) {
    Optional<Due> next(Instant now, ZoneId zone) {
      return ExecutionTime.forCron(cron)
          .nextExecution(now.atZone(zone))
          .map(time -> new Due(mode, time.toInstant()));
    }
  }
}
