package dev.ordem.producer.runs;

import dev.ordem.contract.Mode;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * When runs are to begin by themselves. Immutable.
 *
 * <p>Written as entries separated by semicolons, each a mode and a cron expression of five fields:
 * {@code incremental 10 * * * *; full 0 4 * * 0}. Without a mode it is incremental. The entry
 * {@code watch} is no run: accounts are looked at all the time. {@code off}: never.
 *
 * @param entries each is due by itself: of several at the same time all are
 * @param watches whether accounts are watched
 */
public record Schedule(List<Entry> entries, boolean watches) {
  private static final String WATCH = "watch";

  /** What is new within seconds, and each night the proof that nothing is missing. */
  public static final String DEFAULT = "watch; reconcile 0 3 * * *";

  private static final String RIGHT =
      "use cron expressions of five fields, each with a mode in front if it is not incremental,"
          + " separated by semicolons, watch among them or not, such as \""
          + DEFAULT
          + "\"; or off";

  /** Copies the list. */
  public Schedule {
    entries = List.copyOf(entries);
  }

  /**
   * Reads what {@link Schedule} describes.
   *
   * @param zone whose clocks the expressions mean
   * @param problems told what cannot be read, a sentence each
   */
  public static Schedule parse(String text, ZoneId zone, Consumer<String> problems) {
    List<Entry> entries = new ArrayList<>();
    boolean watches = false;
    if (!text.strip().equalsIgnoreCase("off")) {
      for (String part : text.split(";", -1)) {
        if (part.strip().equalsIgnoreCase(WATCH)) {
          watches = true;
          continue;
        }
        try {
          Entry entry = entry(part.strip(), zone);
          if (entry.next(Instant.EPOCH).isEmpty()) {
            problems.accept("SYNC_SCHEDULE: \"" + part.strip() + "\" is never due; " + RIGHT);
          }
          add(entries, entry);
        } catch (IllegalArgumentException e) {
          problems.accept("SYNC_SCHEDULE: \"" + part.strip() + "\" cannot be read; " + RIGHT);
        }
      }
    }
    return new Schedule(entries, watches);
  }

  /** What is written twice is meant once. */
  private static void add(List<Entry> entries, Entry entry) {
    if (entries.stream().noneMatch(known -> known.toString().equals(entry.toString()))) {
      entries.add(entry);
    }
  }

  private static Entry entry(String text, ZoneId zone) {
    int blank = text.indexOf(' ');
    String word = (blank < 0 ? text : text.substring(0, blank)).toLowerCase(Locale.ROOT);
    Optional<Mode> mode =
        Arrays.stream(Mode.values())
            .filter(value -> value != Mode.PERIOD && value.text().equals(word))
            .findFirst();
    String cron = mode.isPresent() ? text.substring(word.length()).strip() : text;
    return new Entry(mode.orElse(Mode.INCREMENTAL), cron, zone, new CronTimes(cron, zone));
  }

  /** One mode and its times. */
  public static final class Entry {
    private final Mode mode;
    private final String cron;
    private final ZoneId zone;
    private final CronTimes times;

    private Entry(Mode mode, String cron, ZoneId zone, CronTimes times) {
      this.mode = mode;
      this.cron = cron;
      this.zone = zone;
      this.times = times;
    }

    /** What its runs read. */
    public Mode mode() {
      return mode;
    }

    /** The expression, as it was written. */
    public String cron() {
      return cron;
    }

    /** Whose clocks the expression means. */
    public ZoneId zone() {
      return zone;
    }

    /** The first time behind {@code after}; empty: none ever. */
    public Optional<Instant> next(Instant after) {
      return times.next(after);
    }

    /** The same text means the same times. */
    @Override
    public String toString() {
      return mode.text() + " " + cron + " " + zone;
    }
  }
}
