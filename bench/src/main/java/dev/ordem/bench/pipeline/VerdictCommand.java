package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Fleet;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Waiting;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What it costs to prove that nothing is missing. */
@Command(
    name = "verdict",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "A producer as a process beside a Postgres full of orders, their changes, and the ledger's"
          + " certificates of them. Puts full runs into the book of runs that only want their verdict"
          + " and measures the processor time of the producer and of all of Postgres until it is"
          + " given."
    })
public final class VerdictCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration IDLE = Duration.ofSeconds(20);
  private static final String PRODUCER = "producer-1";

  @Option(names = "--orders", description = "in Postgres")
  int orders = 1_000_000;

  @Option(names = "--runs", description = "to be judged, one after the other")
  int runs = 5;

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    try (Fleet fleet = Fleet.start(1, "");
        Connection connection = fleet.connect()) {
      fleet.startAll(PRODUCER);
      Waiting.until(
          "a generation",
          PATIENCE,
          LOOK,
          () -> DatabaseQueries.number(connection, "SELECT count(*) FROM generation") > 0);
      SyntheticOrders.insert(connection, orders);
      double idle = idle(fleet);
      System.out.printf("idle: %.3f CPU s a second, taken off below%n", idle);
      System.out.println(
          "| orders | verdict | s | CPU s, producer | CPU s, Postgres | CPU s, both |");
      System.out.println("|---|---|---|---|---|---|");
      double most = 0;
      for (int run = 0; run < runs; run++) {
        most = Math.max(most, judge(fleet, connection, idle));
      }
      System.out.println("load at the end: " + Machine.load());
      return most <= 2 ? 0 : 1;
    }
  }

  private static double idle(Fleet fleet) throws Exception {
    Map<String, Double> before = fleet.cpu();
    long start = System.nanoTime();
    Waiting.pause(IDLE);
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<String, Double> after = fleet.cpu();
    return (Fleet.spent(before, after, PRODUCER) + Fleet.spent(before, after, "postgres"))
        / seconds;
  }

  private double judge(Fleet fleet, Connection connection, double idle) throws Exception {
    Map<String, Double> before = fleet.cpu();
    long start = System.nanoTime();
    UUID run = SyntheticOrders.settlingRun(connection, orders);
    Waiting.until("the verdict", PATIENCE, LOOK, () -> DatabaseQueries.hasEnded(connection, run));
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<String, Double> after = fleet.cpu();
    double producer = Fleet.spent(before, after, PRODUCER);
    double postgres = Fleet.spent(before, after, "postgres");
    double both = producer + postgres - idle * seconds;
    System.out.printf(
        "| %,d | %s | %.1f | %.2f | %.2f | %.2f |%n",
        orders, DatabaseQueries.status(connection, run), seconds, producer, postgres, both);
    return both;
  }
}
