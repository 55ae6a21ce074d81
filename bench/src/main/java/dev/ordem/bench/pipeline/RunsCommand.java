package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Fleet;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Waiting;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a new run costs beside many old ones. */
@Command(
    name = "runs",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "All services as processes. Carries out incremental runs, one after the other, with few known"
          + " runs; then has Postgres and the ledger know many more, of the last 80 days, with their"
          + " progress and their logs, and carries out as many again. Each half is a run's mean."
    })
public final class RunsCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final int ORDERS = 500;
  private static final String WORK =
      "SELECT (tup_returned + tup_fetched + tup_inserted + tup_updated)::bigint"
          + " FROM pg_stat_database WHERE datname = current_database()";

  @Option(names = "--known", description = "runs in the second half")
  int known = 100_000;

  @Option(names = "--runs", description = "that are measured in each half")
  int runs = 10;

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    try (Fleet fleet = Fleet.start(ORDERS, "");
        Connection connection = fleet.connect()) {
      fleet.startAll("sink-1", "detail-worker-1", "producer-1");
      carryOut(connection, "full");
      for (int i = 0; i < 9; i++) {
        carryOut(connection, "incremental");
      }
      System.out.println(
          "| known runs | CPU s a run | least s | median s | rows Postgres touched | records Kafka took | idle, of a core |");
      System.out.println("|---|---|---|---|---|---|---|");
      half(fleet, connection);
      OldRuns.make(fleet, connection, known);
      half(fleet, connection);
      System.out.println("load at the end: " + Machine.load());
      return 0;
    }
  }

  private void half(Fleet fleet, Connection connection) throws Exception {
    carryOut(connection, "incremental");
    double idle = idle(fleet);
    List<Double> seconds = new ArrayList<>();
    long records = fleet.records();
    long rows = DatabaseQueries.number(connection, WORK);
    Map<String, Double> before = fleet.cpu();
    long start = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      seconds.add(carryOut(connection, "incremental"));
    }
    double all = (System.nanoTime() - start) / 1e9;
    double cpu = Fleet.spent(before, fleet.cpu()) - idle * all;
    DatabaseQueries.execute(connection, "SELECT pg_stat_force_next_flush()");
    System.out.printf(
        "| %,d | %.3f | %.2f | %.2f | %,d | %,d | %.2f %% |%n",
        DatabaseQueries.number(connection, "SELECT count(*) FROM sync_run") - runs,
        cpu / runs,
        new Spread(seconds).within(0),
        new Spread(seconds).within(0.5),
        (DatabaseQueries.number(connection, WORK) - rows) / runs,
        (fleet.records() - records) / runs,
        idle * 100);
  }

  private static double idle(Fleet fleet) throws Exception {
    Map<String, Double> before = fleet.cpu();
    long start = System.nanoTime();
    Waiting.pause(IDLE);
    return Fleet.spent(before, fleet.cpu()) / ((System.nanoTime() - start) / 1e9);
  }

  /** Returns the seconds from its INSERT to its verdict, by the database's clock. */
  private static double carryOut(Connection connection, String mode) throws Exception {
    UUID run = DatabaseQueries.run(connection, mode);
    Waiting.until("run " + run, PATIENCE, LOOK, () -> DatabaseQueries.hasEnded(connection, run));
    return DatabaseQueries.one(
        connection,
        Double.class,
        "SELECT extract(epoch FROM finished_at - created_at)::float8 FROM sync_run WHERE id = ?",
        run);
  }
}
