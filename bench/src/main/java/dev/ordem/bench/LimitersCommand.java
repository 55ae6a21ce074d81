package dev.ordem.bench;

import dev.ordem.bench.pipeline.process.Database;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts limiters through the same, one after the other, and prints a table. */
@Command(
    name = "limiters",
    sortOptions = false,
    showDefaultValues = true,
    description = "What the server sees of rate limiters, ours and others'.")
final class LimitersCommand implements Callable<Integer> {
  @Option(names = "--only", split = ",", description = "some of: ${COMPLETION-CANDIDATES}")
  List<Contender> contenders = List.of(Contender.values());

  @Option(names = "--limit", description = "calls in a window")
  int limit = 40;

  @Option(names = "--window", description = "its length")
  Duration window = Duration.ofSeconds(5);

  @Option(names = "--per-second", description = "calls in a second; 0: no such limit")
  int perSecond = 12;

  @Option(names = "--processes", description = "JVMs that call")
  int processes = 4;

  @Option(names = "--threads", description = "of each")
  int threads = 4;

  @Option(names = "--windows", description = "windows that are measured, after one of warming up")
  int windows = 6;

  @Option(names = "--least-delay", description = "of a message, one way")
  Duration leastDelay = Duration.ofMillis(10);

  @Option(names = "--most-delay", description = "of a message, one way")
  Duration mostDelay = Duration.ofMillis(150);

  @Option(names = "--restarts", description = "processes killed and replaced while measured")
  int restarts;

  @Option(names = "--foreign", description = "share that another application takes, 0 to 1")
  double foreign;

  @Option(
      names = "--foreign-at-start",
      description = "it takes its share as soon as a window begins, not evenly")
  boolean foreignAtStart;

  @Option(names = "--times", description = "runs of each: the worst counts, and the median")
  int times = 1;

  @Override
  public Integer call() throws Exception {
    Terms terms =
        new Terms(
            perSecond,
            limit,
            window,
            processes,
            threads,
            windows,
            new Terms.Delays(leastDelay, mostDelay),
            restarts,
            foreign,
            foreignAtStart);
    PrintStream out = System.out;
    out.println(terms);
    out.println("| limiter | most in a window | most in a second | served | quota used | 429 |");
    out.println("|---|---|---|---|---|---|");
    try (Database database = new Database().start()) {
      for (Contender contender : contenders) {
        List<Finding> runs = new ArrayList<>();
        for (int run = 0; run < times; run++) {
          runs.add(new Trial(contender, terms, database, run + 1).run());
        }
        out.println(row(contender, terms, Finding.summary(runs)));
      }
    }
    return 0;
  }

  private static String row(Contender contender, Terms terms, Finding finding) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %d | %.1f %% | %d |",
        contender.title(),
        against(finding.mostInWindow(), terms.limit()),
        terms.perSecond() == 0
            ? Integer.toString(finding.mostInSecond())
            : against(finding.mostInSecond(), terms.perSecond()),
        finding.served(),
        100 * finding.used(),
        finding.refused());
  }

  private static String against(int most, int limit) {
    String text = most + " of " + limit;
    return most > limit ? "**" + text + "**" : text;
  }
}
