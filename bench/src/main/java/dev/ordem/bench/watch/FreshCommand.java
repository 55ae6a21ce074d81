package dev.ordem.bench.watch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.bench.pipeline.Truth;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.bench.pipeline.process.Waiting;
import dev.ordem.bench.watch.TrueChanges.Kind;
import dev.ordem.bench.watch.TrueChanges.Stored;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a change takes from Tiny to Postgres, by the simulator's truth. */
@Command(
    name = "fresh",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Loads an account without a quota, starts ./ordem up again with one and a schedule, lets the"
          + " account live, and compares the simulator's log of what changed when with the moment"
          + " at which Postgres shows it."
    })
public final class FreshCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final String LAST_RUN =
      "SELECT status FROM sync_run ORDER BY created_at DESC LIMIT 1";

  @Option(names = "--orders", description = "of the account")
  int orders = 2_000;

  @Option(names = "--home", description = "a directory to keep, with what is loaded")
  Path home = Path.of("");

  @Option(names = "--per-minute", description = "calls allowed")
  int perMinute = 60;

  @Option(names = "--changes", description = "steps of the account's life a minute")
  int changes = 30;

  @Option(names = "--closed", description = "beside it: closed orders that move, a minute")
  int closed = 3;

  @Option(names = "--new", description = "and new orders, a minute")
  int created = 4;

  @Option(names = "--foreign", description = "share of the quota that another application takes")
  double foreign;

  @Option(names = "--loading", description = "the account is read for the first time meanwhile")
  boolean loading;

  @Option(names = "--schedule", description = "of the pipeline")
  String schedule = "watch";

  @Option(names = "--warm-up", description = "time before what counts")
  Duration warmUp = Duration.ofMinutes(3);

  @Option(names = "--time", description = "that counts")
  Duration time = Duration.ofMinutes(12);

  @Option(names = "--after", description = "time for what is late")
  Duration after = Duration.ofMinutes(5);

  private final Map<Long, List<Stored>> stored = new HashMap<>();
  private final Map<Long, Long> newest = new HashMap<>();
  private final Random random = new Random(1);
  private final Map<Long, Instant> opened = new HashMap<>();
  private Instant moved = Instant.EPOCH;
  private Instant openedAt = Instant.EPOCH;

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    Path directory =
        home.toString().isEmpty()
            ? Files.createTempDirectory("ordem-bench")
            : Files.createDirectories(home).toAbsolutePath();
    if (!loading) {
      load(directory);
    }
    Map<String, String> quota = new HashMap<>();
    quota.put("SYNC_SCHEDULE", schedule);
    quota.put("TINY_REQUESTS_PER_MINUTE", Integer.toString(perMinute));
    quota.put("TINY_REQUESTS_PER_SECOND", "4");
    try (Up up = Up.start(directory, Tiny.start(directory, orders), quota).awaitStarted();
        Connection connection = up.connect()) {
      return measure(up, connection);
    }
  }

  private void load(Path directory) throws Exception {
    try (Up up = Up.start(directory, orders, "").awaitStarted();
        Connection connection = up.connect()) {
      Waiting.until(
          "the first full run",
          Duration.ofMinutes(30),
          Duration.ofSeconds(1),
          () ->
              DatabaseQueries.number(connection, "SELECT count(*) FROM sync_run") > 0
                  && DatabaseQueries.one(connection, String.class, LAST_RUN).equals("COMPLETE"));
    }
  }

  private int measure(Up up, Connection connection) throws Exception {
    Tiny tiny = up.tiny();
    tiny.post(
        "/quota", "{\"perWindow\": " + perMinute + ", \"perSecond\": 4, \"window\": \"PT1M\"}");
    tiny.post("/weather", "{\"latency\": \"PT0.27S\"}");
    tiny.post("/life", "{\"changesPerMinute\": " + changes + "}");
    if (foreign > 0) {
      tiny.post("/foreign", "{\"share\": " + foreign + ", \"atStart\": false}");
    }
    watch(tiny, connection, warmUp, true);
    Tiny.Calls before = tiny.calls();
    long disk = up.disk();
    Instant from = Instant.now();
    watch(tiny, connection, time, true);
    Instant to = Instant.now();
    System.out.printf(
        Locale.ROOT,
        "On disk at first %.0f MB, and %.1f MB more an hour (nothing is compacted within minutes)%n",
        disk / 1e6,
        (up.disk() - disk) / 1e6 * 3_600_000 / time.toMillis());
    Tiny.Calls calls = tiny.calls().minus(before);
    JsonNode stats = tiny.get("/stats?window=PT1M&window=PT1S");
    String verdict = loading ? "none" : prove(tiny, connection);
    tiny.post("/life", "{\"changesPerMinute\": 0}");
    watch(tiny, connection, after, false);
    Instant end = Instant.now();
    if (!loading) {
      System.out.printf(
          "A reconcile run meanwhile: %s. When all was still, %d orders had another status than in"
              + " Tiny.%n",
          verdict, wrong(tiny, connection));
    }
    Map<Kind, Ages> ages = TrueChanges.ages(tiny::eachOrder, stored, from, to, end);
    Ages fresh = ages.getOrDefault(Kind.NEW, new Ages());
    opened.forEach(
        (id, at) -> {
          if (at.isAfter(from) && at.isBefore(to)) {
            List<Stored> shown = stored.getOrDefault(id, List.of());
            Instant seen = shown.isEmpty() ? end : shown.get(0).at();
            fresh.add(Duration.between(at, seen).toMillis() / 1000.0);
          }
        });
    return report(ages, calls, stats);
  }

  /** Whether the watch is in the way of a proof. */
  private String prove(Tiny tiny, Connection connection) throws Exception {
    java.util.UUID run = DatabaseQueries.run(connection, "reconcile");
    Instant most = Instant.now().plus(Duration.ofMinutes(6));
    while (!DatabaseQueries.hasEnded(connection, run) && Instant.now().isBefore(most)) {
      watch(tiny, connection, Duration.ofSeconds(1), true);
    }
    return DatabaseQueries.status(connection, run);
  }

  private static long wrong(Tiny tiny, Connection connection) throws Exception {
    Map<Long, Integer> there = new HashMap<>();
    try (PreparedStatement statement =
            connection.prepareStatement("SELECT id, situacao FROM os WHERE removed_at IS NULL");
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        there.put(row.getLong(1), row.getInt(2));
      }
    }
    return new Truth(tiny)
        .situacoes().entrySet().stream()
            .filter(order -> !order.getValue().equals(there.get(order.getKey())))
            .count();
  }

  private void watch(Tiny tiny, Connection connection, Duration length, boolean lives)
      throws Exception {
    Instant end = Instant.now().plus(length);
    while (Instant.now().isBefore(end)) {
      read(connection);
      if (lives && closed > 0 && moved.plusMillis(60_000 / closed).isBefore(Instant.now())) {
        moved = Instant.now();
        moveClosed(tiny, connection);
      }
      if (lives && created > 0 && openedAt.plusMillis(60_000 / created).isBefore(Instant.now())) {
        openedAt = Instant.now();
        opened.put(tiny.ask("/orders", "{}").path("id").asLong(), openedAt);
      }
      Waiting.pause(LOOK);
    }
  }

  /** People open again, or cancel, what was over. */
  private void moveClosed(Tiny tiny, Connection connection) throws Exception {
    long id =
        DatabaseQueries.number(
            connection,
            "SELECT id FROM os WHERE situacao IN (3, 4, 7) AND removed_at IS NULL"
                + " ORDER BY md5(id || ?) LIMIT 1",
            Integer.toString(random.nextInt()));
    int to = random.nextBoolean() ? 6 : 7;
    tiny.post("/orders/" + id + "/situacao", "{\"situacao\": " + to + "}");
  }

  private void read(Connection connection) throws SQLException {
    String sql =
        "SELECT os_id, to_situacao, sequence FROM os_status_history"
            + " WHERE seen_at > now() - interval '10 minutes' ORDER BY os_id, sequence";
    Instant now = Instant.now();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        long id = row.getLong(1);
        long sequence = row.getLong(3);
        if (newest.getOrDefault(id, 0L) < sequence) {
          newest.put(id, sequence);
          stored.computeIfAbsent(id, key -> new ArrayList<>()).add(new Stored(row.getInt(2), now));
        }
      }
    }
  }

  private int report(Map<Kind, Ages> ages, Tiny.Calls calls, JsonNode stats) throws Exception {
    double minutes = time.toMillis() / 60_000.0;
    System.out.println("| orders that were | changes | half | nine tenths | 99 % | mean |");
    System.out.println("|---|---|---|---|---|---|");
    ages.forEach(
        (kind, of) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %d | %.1f s | %.1f s | %.1f s | %.1f s |%n",
                kind.name().toLowerCase(Locale.ROOT),
                of.count(),
                of.percentile(0.5),
                of.percentile(0.9),
                of.percentile(0.99),
                of.mean()));
    System.out.printf(
        Locale.ROOT,
        "%.1f calls a minute (%.1f pages, %.1f details); most in a minute %s, in a second %s;"
            + " %d refused; load %s%n",
        calls.all() / minutes,
        calls.list() / minutes,
        calls.detail() / minutes,
        stats.path("mostArrivals").path("PT1M"),
        stats.path("mostArrivals").path("PT1S"),
        stats.path("rejected").asLong(),
        Machine.load());
    Ages open = ages.getOrDefault(Kind.OPEN, new Ages());
    return open.percentile(0.5) <= 8 && open.percentile(0.9) <= 20 ? 0 : 1;
  }
}
