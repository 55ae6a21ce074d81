package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.bench.pipeline.process.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a run waits for its verdict once there is nothing more for it to read. */
@Command(
    name = "ends",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Changes an order in Tiny, reads the day that it is of, and measures from the last detail of"
          + " that day until the run is COMPLETE, by the database's clock: in an account where all"
          + " else is quiet, and while the first load of an account goes on."
    })
public final class EndsCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final String FIRST_LOAD_SETTLES =
      "SELECT count(*) FROM sync_run WHERE mode = 'full' AND phase = 'SETTLING'";
  private static final String SOME_ORDER =
      "SELECT id FROM os WHERE data IS NOT NULL AND removed_at IS NULL ORDER BY md5(id || ?) LIMIT 1";
  private static final String READ_ITS_DAY =
      "SELECT ordem_run('period', \"from\" => data, \"to\" => data) FROM os WHERE id = ?";
  private static final String SINCE_ITS_LAST_DETAIL =
      """
      SELECT extract(epoch FROM r.finished_at - max(o.detail_fetched_at))::float8
      FROM sync_run r, os o
      WHERE r.id = ? AND o.data = (SELECT data FROM os WHERE id = ?)
        AND o.detail_fetched_at BETWEEN r.created_at AND r.finished_at
      GROUP BY r.finished_at""";

  @Option(names = "--orders", description = "of each account")
  int orders = 3_000;

  @Option(names = "--runs", description = "in each account")
  int runs = 10;

  @Option(names = "--per-minute", description = "calls of the account that is loaded")
  int perMinute = 60;

  @Option(names = "--most", description = "time for a run")
  Duration most = Duration.ofMinutes(15);

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    System.out.println("| account | runs | least | half within | nine tenths within | most |");
    System.out.println("|---|---|---|---|---|---|");
    Spread quiet = quiet();
    System.out.printf("| quiet | %s |%n", quiet.cells("s"));
    Spread beside = besideItsFirstLoad();
    System.out.printf("| while it is loaded | %s |%n", beside.cells("s"));
    System.out.println("load at the end: " + Machine.load());
    return quiet.greatest() <= 5 && beside.greatest() <= 60 ? 0 : 1;
  }

  private Spread quiet() throws Exception {
    LoadedAccount account = new LoadedAccount();
    account.orders = orders;
    try (Up up = account.load();
        Connection connection = up.connect()) {
      return measure(up.tiny(), connection);
    }
  }

  private Spread besideItsFirstLoad() throws Exception {
    Path directory = Files.createTempDirectory("ordem-bench");
    Tiny tiny =
        Tiny.start(
            directory,
            orders,
            Map.of(
                "SIMULATOR_REQUESTS_PER_MINUTE",
                Integer.toString(perMinute),
                "SIMULATOR_REQUESTS_PER_SECOND",
                "4"));
    Map<String, String> quota =
        Map.of(
            "TINY_REQUESTS_PER_MINUTE",
            Integer.toString(perMinute),
            "TINY_REQUESTS_PER_SECOND",
            "4");
    try (Up up = Up.start(directory, tiny, quota).awaitStarted();
        Connection connection = up.connect()) {
      Waiting.until("its headers", most, LOOK, () -> settles(connection));
      Spread spread = measure(up.tiny(), connection);
      if (!settles(connection)) {
        throw new IllegalStateException("the load was over too soon: more --orders");
      }
      return spread;
    }
  }

  private static boolean settles(Connection connection) throws Exception {
    return DatabaseQueries.number(connection, FIRST_LOAD_SETTLES) > 0;
  }

  private Spread measure(Tiny tiny, Connection connection) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      long order = DatabaseQueries.number(connection, SOME_ORDER, Integer.toString(i));
      tiny.post("/orders/" + order + "/situacao", "{\"situacao\": " + (i % 2 == 0 ? 6 : 5) + "}");
      UUID run = DatabaseQueries.one(connection, UUID.class, READ_ITS_DAY, order);
      Waiting.until("run " + run, most, LOOK, () -> DatabaseQueries.hasEnded(connection, run));
      String status = DatabaseQueries.status(connection, run);
      if (!status.equals("COMPLETE")) {
        throw new IllegalStateException("run " + run + " is " + status);
      }
      seconds.add(DatabaseQueries.one(connection, Double.class, SINCE_ITS_LAST_DETAIL, run, order));
    }
    return new Spread(seconds);
  }
}
