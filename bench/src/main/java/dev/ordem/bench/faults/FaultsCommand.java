package dev.ordem.bench.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.bench.faults.site.Site;
import dev.ordem.bench.pipeline.process.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether verdicts are true and nothing is lost or doubled, whatever goes wrong. */
@Command(
    name = "faults",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Two producers, two detail-workers, two sinks, Kafka and Postgres as processes, and a simulated"
          + " Tiny with a quota. In each round orders change, a run is asked for, and one thing or"
          + " two go wrong at random moments; then all is left alone, the verdict is awaited and"
          + " compared with Tiny's truth. Every few rounds and at the end everything is compared."
    })
public final class FaultsCommand implements Callable<Integer> {
  private static final int PER_SECOND = 12;
  private static final int PER_MINUTE = 400;

  @Option(names = "--faults", description = "ends after the round with which so many were tried")
  int faults = 300;

  @Option(names = "--seconds", description = "or after the round that goes on for longer; 0: never")
  int seconds;

  @Option(names = "--seed", description = "decides the rounds")
  long seed = 1;

  @Option(names = "--from", description = "first round that is carried out")
  int from = 1;

  @Option(names = "--orders", description = "of the account at first")
  int orders = 80;

  @Option(
      names = "--changes",
      description = "most in Tiny before a run is asked for, and but for one while it goes on")
  int changes = 5;

  @Option(names = "--whole-every", description = "rounds until everything is compared")
  int wholeEvery = 10;

  @Option(
      names = "--only",
      description = "what matches in the table's first column; all else is not tried")
  Pattern only = Pattern.compile("");

  @Option(names = "--single", description = "each happens alone")
  boolean single;

  @Option(names = "--stop", description = "ends with the first round that is not right")
  boolean stop;

  @Option(names = "--most", description = "that a process may need to resume")
  Duration most = Duration.ofSeconds(15);

  @Option(names = "--out", description = "file for the table, in Markdown")
  Path out = Path.of("target", "faults.md");

  private final FaultTable table = new FaultTable();
  private final List<String> report = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    say(Machine.line());
    long start = System.nanoTime();
    try (Site site = new Site(orders, simulator(), services())) {
      Versions versions = new Versions();
      AccountChanges changes = new AccountChanges(site.tiny(), versions);
      warmUp(site, versions);
      Probe probe = Probe.choose(site, changes);
      RoundRunner runner = new RoundRunner(site, versions, changes, probe);
      WholeComparison whole = new WholeComparison(site, versions, PER_SECOND, PER_MINUTE);
      boolean right = rounds(site, runner, whole, start);
      end(site, start);
      return right && table.late() == 0 ? 0 : 1;
    }
  }

  private static Map<String, String> simulator() {
    return Map.of(
        "SIMULATOR_REQUESTS_PER_SECOND",
        Integer.toString(PER_SECOND),
        "SIMULATOR_REQUESTS_PER_MINUTE",
        Integer.toString(PER_MINUTE),
        "SIMULATOR_ACCESS_TOKEN_LIFE",
        "PT2M",
        "SIMULATOR_LATENCY",
        "PT0.05S");
  }

  private static Map<String, String> services() {
    return Map.of(
        "TINY_REQUESTS_PER_SECOND",
        Integer.toString(PER_SECOND),
        "TINY_REQUESTS_PER_MINUTE",
        Integer.toString(PER_MINUTE),
        "SYNC_FRESH",
        "PT0.001S",
        "LEDGER_RETRIES",
        "PT1S,PT2S,PT4S,PT8S,PT8S,PT8S,PT8S");
  }

  private static void warmUp(Site site, Versions versions) throws Exception {
    Watch watch = new Watch(site, Duration.ofMinutes(5));
    watch.until("Postgres", () -> site.isReady("postgres") && site.isReady("kafka"));
    for (String service : Site.SERVICES) {
      site.begin(service);
    }
    for (String service : Site.SERVICES) {
      watch.until(service + " to be ready", () -> site.isReady(service));
    }
    List<String> wrong = new ArrayList<>();
    versions.look(site.tiny());
    RunQuestions runs = new RunQuestions(site);
    var today = java.time.LocalDate.now(java.time.ZoneId.of("America/Sao_Paulo"));
    var run = runs.ask("full", false, Scope.of("full", today), today);
    watch.until("the first full run", () -> "COMPLETE".equals(runs.status(run)));
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("before any fault: " + wrong);
    }
  }

  private boolean rounds(Site site, RoundRunner runner, WholeComparison whole, long start)
      throws Exception {
    say("| round | run | what goes wrong | verdict | resumed | took | load | differences |");
    say("|---|---|---|---|---|---|---|---|");
    FaultCells cells = new FaultCells(site.hasDisks(), site.hasClocks(), only);
    FaultDeck deck = new FaultDeck(seed, cells, changes, single);
    boolean right = true;
    int done = 0;
    while (table.faults() < faults && (seconds == 0 || passed(start).toSeconds() < seconds)) {
      Round round = deck.next();
      if (round.number() < from) {
        continue;
      }
      right &= round(runner, round);
      done++;
      if (done % wholeEvery == 0) {
        right &= whole(runner, whole);
      }
      if (stop && !right) {
        return false;
      }
    }
    return whole(runner, whole) && right;
  }

  private boolean round(RoundRunner runner, Round round) throws Exception {
    long start = System.nanoTime();
    RoundOutcome outcome = runner.run(round);
    Duration resumed = outcome.resumed();
    table.add(outcome.tried(), resumed, most, outcome.wrong().size());
    say(
        "| %d | %s | %s | %s | %s | %s | %s | %d |"
            .formatted(
                round.number(),
                round.mode() + (round.overHttp() ? " (HTTP)" : " (SQL)"),
                String.join("; ", outcome.tried().stream().map(Fault::toString).toList()),
                outcome.verdict(),
                resumed == null ? "" : seconds(resumed),
                seconds(passed(start)),
                load(),
                outcome.wrong().size()));
    tell(outcome.wrong());
    return outcome.wrong().isEmpty();
  }

  private boolean whole(RoundRunner runner, WholeComparison whole) throws Exception {
    long start = System.nanoTime();
    List<String> wrong = new ArrayList<>();
    String verdict = runner.quiet("reconcile", wrong);
    wrong.addAll(whole.differences());
    table.add(List.of(), null, most, wrong.size());
    say(
        "| | reconcile | nothing; all is compared | %s | | %s | %s | %d |"
            .formatted(verdict, seconds(passed(start)), load(), wrong.size()));
    tell(wrong);
    return wrong.isEmpty();
  }

  private void end(Site site, long start) throws Exception {
    say("");
    table.lines().forEach(this::say);
    say("");
    JsonNode stats = site.tiny().get("/stats?window=PT1S&window=PT1M");
    say(
        "%d faults, seed %d, in %s; %d differences; %d times a process resumed later than %s (a minute later where an older Postgres was put back or Kafka replaced). %d calls to Tiny: at most %d in a second (of %d) and %d in a minute (of %d), %d refused; %d refreshes, %d refresh tokens used twice. Disks that can be full: %s. Clocks that can be set: %s."
            .formatted(
                table.faults(),
                seed,
                seconds(passed(start)),
                table.differences(),
                table.late(),
                most,
                stats.path("requests").asLong(),
                stats.path("mostArrivals").path("PT1S").asInt(),
                PER_SECOND,
                stats.path("mostArrivals").path("PT1M").asInt(),
                PER_MINUTE,
                stats.path("rejected").asLong(),
                stats.path("refreshes").asLong(),
                stats.path("refreshTokensReused").asLong(),
                site.hasDisks() ? "yes" : "no, nothing can be mounted here",
                site.hasClocks() ? "yes" : "no, libfaketime is not here"));
    Path directory = out.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    Files.write(out, report);
  }

  private void tell(List<String> wrong) {
    wrong.stream().limit(10).forEach(each -> System.err.println("WRONG " + each));
  }

  private void say(String line) {
    System.out.println(line);
    report.add(line);
  }

  /** Of the last minute. */
  private static String load() throws IOException {
    String averages = Machine.load();
    return averages.substring(0, averages.indexOf(' '));
  }

  private static Duration passed(long since) {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
