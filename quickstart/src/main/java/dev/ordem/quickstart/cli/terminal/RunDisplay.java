package dev.ordem.quickstart.cli.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * What a person sees of a run: a bar that repaints itself on a terminal, a plain line every few
 * seconds and on each change of state elsewhere. Used by one thread.
 */
public final class RunDisplay implements AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final int REPAINT_MILLIS = 250;

  private final PrintStream out;
  private final boolean terminal;
  private final InstantSource clock;
  private @Nullable ProgressBar bar;
  private long nextLine;
  private String lastLine = "";

  public RunDisplay(PrintStream out, boolean terminal, InstantSource clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
  }

  /** The launcher knows whether standard output is a terminal; the virtual machine does not say. */
  public static RunDisplay ofProcess() {
    return new RunDisplay(System.out, Boolean.getBoolean("ordem.terminal"), InstantSource.system());
  }

  /** Where a script reads standard output: plain lines beside it. */
  public static RunDisplay besides() {
    return new RunDisplay(System.err, false, InstantSource.system());
  }

  /** A line for good. */
  public synchronized void say(String line) {
    endBar();
    out.println(line);
    out.flush();
  }

  /** The run as it is now. */
  public synchronized void show(RunView run) {
    if (terminal) {
      paint(run);
    } else if (clock.millis() >= nextLine) {
      nextLine = clock.millis() + BETWEEN_LINES.toMillis();
      String line = line(run);
      if (!line.equals(lastLine)) { // what stands still is said once
        lastLine = line;
        out.println(line);
        out.flush();
      }
    }
  }

  /** The run has ended: the bar stays as it was at the end, and a line says how it went. */
  public synchronized void end(RunView run) {
    if (bar != null) {
      paint(run);
    }
    say(run.summary());
  }

  private void paint(RunView run) {
    ProgressBar painted = bar;
    if (painted == null) {
      painted =
          new ProgressBarBuilder()
              .setTaskName(run.mode())
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(REPAINT_MILLIS)
              .setUnit(" orders", 1)
              .hideEta()
              .startsFrom(run.detailsDone(), Duration.ZERO)
              .build();
      bar = painted;
    }
    painted.maxHint(run.detailsTotal());
    painted.stepTo(run.detailsDone());
    painted.setExtraMessage(", headers " + run.headers() + pace(run));
  }

  private String line(RunView run) {
    StringBuilder line = new StringBuilder();
    line.append("%s %s: headers %s".formatted(run.mode(), run.status(), run.headers()));
    if (run.detailsTotal() >= 0) {
      line.append(", orders %,d of %,d".formatted(run.detailsDone(), run.detailsTotal()));
      line.append(pace(run));
    }
    return line.toString();
  }

  /** The rate and the end as the API tells them, which knows the quota; and until when it waits. */
  private static String pace(RunView run) {
    if (run.ratePerMinute() <= 0 || run.etaSeconds() <= 0) {
      return "";
    }
    String waits =
        run.waitsUntil().isTextual()
            ? ", waits for the quota until " + OutputOptions.clock(run.waitsUntil())
            : "";
    return String.format(
        Locale.ROOT,
        " (%.0f a minute, about %s left%s)",
        run.ratePerMinute(),
        time(run.etaSeconds() / 60),
        waits);
  }

  /** The next progress line is due at once. */
  public synchronized void soon() {
    nextLine = 0;
  }

  /** A time of the API's, such as {@code PT1M}, after "per" or "a": {@code minute}. */
  public static String unit(String iso) {
    return switch (iso) {
      case "PT1S" -> "second";
      case "PT1M" -> "minute";
      case "PT1H" -> "hour";
      default -> iso.startsWith("P") ? time(Duration.parse(iso)) : iso;
    };
  }

  /** A time in words of people: {@code 90 s}, {@code 10 min}. */
  public static String time(Duration time) {
    boolean parts = time.toMillis() % 1000 != 0 && time.compareTo(Duration.ofMinutes(1)) < 0;
    return parts
        ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0)
        : time(time.toMillis() / 60_000.0);
  }

  public static String time(double minutes) {
    long seconds = Math.round(minutes * 60);
    if (seconds < 90) {
      return seconds + " s";
    }
    return seconds < 5400
        ? Math.round(seconds / 60.0) + " min"
        : "%d h %02d min".formatted(seconds / 3600, seconds % 3600 / 60);
  }

  private void endBar() {
    ProgressBar painted = bar;
    bar = null;
    if (painted != null) {
      painted.close();
    }
  }

  @Override
  public synchronized void close() {
    endBar();
  }
}
