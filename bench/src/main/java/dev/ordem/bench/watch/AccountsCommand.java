package dev.ordem.bench.watch;

import dev.ordem.bench.pipeline.process.Cpu;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.bench.pipeline.process.Waiting;
import dev.ordem.bench.watch.TrueChanges.Kind;
import dev.ordem.bench.watch.TrueChanges.Stored;
import dev.ordem.tiny.simulator.SimulatorSettings.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What many accounts of one installation cost, with all that belongs to it. */
@Command(
    name = "accounts",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Connects many simulated companies to one ./ordem up, reads them, starts it again with the"
          + " watch, and measures what all its processes cost, while nothing changes or each lives."
    })
public final class AccountsCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int MOST_COMPARED = 20;
  private static final String READ =
      "SELECT count(DISTINCT account) FROM sync_run WHERE mode = 'full' AND status = 'COMPLETE'";

  /** As if nothing had changed for hours. */
  private static final String QUIET =
      "INSERT INTO watch (account, changed_at) SELECT account, now() - interval '2 hours'"
          + " FROM tiny_account ON CONFLICT (account) DO UPDATE SET changed_at = excluded.changed_at";

  @Option(names = "--accounts", description = "how many")
  int accounts = 100;

  @Option(names = "--orders", description = "of each")
  int orders = 100;

  @Option(names = "--per-minute", description = "calls that each allows")
  int perMinute = 60;

  @Option(names = "--changes", description = "of each, a minute; 0: quiet for hours")
  double changes;

  @Option(names = "--settle", description = "time before what counts")
  Duration settle = Duration.ofMinutes(3);

  @Option(names = "--time", description = "that counts")
  Duration time = Duration.ofMinutes(3);

  @Option(names = "--after", description = "time for what is late, if accounts live")
  Duration after = Duration.ofMinutes(1);

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    Path directory = Files.createTempDirectory("ordem-bench");
    ManyCompanies companies = new ManyCompanies(accounts);
    read(directory, companies);
    try (Up up = start(directory, companies);
        Connection connection = up.connect()) {
      companies.limit(up.tiny(), perMinute);
      up.tiny().post("/life", "{\"changesPerMinute\": " + changes + "}");
      measure(up, connection, companies);
    }
    return 0;
  }

  /** No account is given by variables: all are connected. */
  private Up start(Path directory, ManyCompanies companies) throws Exception {
    Map<String, String> variables = new HashMap<>(Map.of("SYNC_SCHEDULE", "watch"));
    Stream.of("TINY_CLIENT_ID", "TINY_CLIENT_SECRET", "TINY_REFRESH_TOKEN")
        .forEach(name -> variables.put(name, ""));
    Tiny tiny = Tiny.start(directory, orders, Map.of("SIMULATOR_ACCOUNTS", companies.ids()));
    return Up.start(directory, tiny, variables).awaitStarted();
  }

  private void read(Path directory, ManyCompanies companies) throws Exception {
    try (Up up = start(directory, companies);
        Connection connection = up.connect()) {
      companies.connect(up, perMinute);
      Waiting.until(
          "all accounts to be read, see " + directory,
          Duration.ofMinutes(60),
          LOOK,
          () -> DatabaseQueries.number(connection, READ) == accounts);
      if (changes <= 0) {
        DatabaseQueries.execute(connection, QUIET);
      }
    }
  }

  private void measure(Up up, Connection connection, ManyCompanies companies) throws Exception {
    long postmaster = DatabaseQueries.postmaster(connection);
    Waiting.pause(settle);
    Instant from = Instant.now();
    Sample before = Sample.of(up, postmaster, connection, companies);
    Waiting.pause(time);
    Sample used = Sample.of(up, postmaster, connection, companies).minus(before);
    Instant to = Instant.now();
    report(up, used, companies);
    if (changes > 0) {
      up.tiny().post("/life", "{\"changesPerMinute\": 0}");
      Waiting.pause(after);
      ages(up.tiny(), connection, companies, from, to);
    }
    System.out.println("load at the end: " + Machine.load());
  }

  private void report(Up up, Sample used, ManyCompanies companies) throws Exception {
    double seconds = used.nanos() / 1e9;
    double minutes = seconds / 60;
    double both = used.jvm() + used.postgres();
    System.out.println(
        "| accounts | looks a minute, each | calls a minute, each | refused | JVM with broker |"
            + " Postgres | both, of a core | a look | WAL an hour | disk an hour | memory of the JVM |"
            + " threads |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
    System.out.printf(
        Locale.ROOT,
        "| %,d | %.1f | %.1f | %d | %.1f %% | %.1f %% | %.1f %% | %.1f ms | %.0f MB | %.0f MB |"
            + " %.0f MB | %d |%n",
        accounts,
        used.looks() / minutes / accounts,
        used.calls().all() / minutes / accounts,
        companies.refused(up.tiny()),
        100 * used.jvm() / seconds,
        100 * used.postgres() / seconds,
        100 * both / seconds,
        1_000 * both / Math.max(1, used.looks()),
        used.wal() / 1e6 / seconds * 3_600,
        used.disk() / 1e6 / seconds * 3_600,
        resident(up.pid()) / 1e6,
        threads(up.pid()));
  }

  /** By the times of the looks and details that told them: the way to Postgres is not in them. */
  private static void ages(
      Tiny tiny, Connection connection, ManyCompanies companies, Instant from, Instant to)
      throws Exception {
    Ages all = new Ages();
    Instant end = Instant.now();
    for (Client client : companies.clients().stream().limit(MOST_COMPARED).toList()) {
      Map<Kind, Ages> ages =
          TrueChanges.ages(
              order -> tiny.eachOrder(client, order),
              stored(connection, client.id(), from),
              from,
              to,
              end);
      ages.values().forEach(all::add);
    }
    System.out.printf(
        Locale.ROOT,
        "%d changes of %d accounts: seen after %.1f s (half), %.1f s (nine tenths)%n",
        all.count(),
        Math.min(MOST_COMPARED, companies.clients().size()),
        all.percentile(0.5),
        all.percentile(0.9));
  }

  private static Map<Long, List<Stored>> stored(Connection connection, String account, Instant from)
      throws SQLException {
    Map<Long, List<Stored>> stored = new HashMap<>();
    try (PreparedStatement history =
        connection.prepareStatement(
            "SELECT os_id, to_situacao, seen_at FROM os_status_history"
                + " WHERE account = ? AND seen_at >= ? ORDER BY os_id, sequence")) {
      history.setString(1, account);
      history.setTimestamp(2, Timestamp.from(from));
      try (ResultSet row = history.executeQuery()) {
        while (row.next()) {
          stored
              .computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
              .add(new Stored(row.getInt(2), row.getTimestamp(3).toInstant()));
        }
      }
    }
    return stored;
  }

  private static long resident(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static long threads(long pid) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return tasks.count();
    }
  }

  /** What was used so far. */
  private record Sample(
      long nanos, double jvm, double postgres, long looks, Tiny.Calls calls, long wal, long disk) {
    static Sample of(Up up, long postmaster, Connection connection, ManyCompanies companies)
        throws Exception {
      Tiny.Calls calls = companies.calls(up.tiny());
      return new Sample(
          System.nanoTime(),
          up.cpu(),
          Cpu.ofTree(postmaster),
          DatabaseQueries.number(connection, "SELECT sum(looks)::bigint FROM watch"),
          calls,
          DatabaseQueries.number(
              connection, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"),
          up.disk());
    }

    Sample minus(Sample before) {
      return new Sample(
          nanos - before.nanos,
          jvm - before.jvm,
          postgres - before.postgres,
          looks - before.looks,
          calls.minus(before.calls),
          wal - before.wal,
          disk - before.disk);
    }
  }
}
