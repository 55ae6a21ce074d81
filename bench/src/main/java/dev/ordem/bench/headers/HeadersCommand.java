package dev.ordem.bench.headers;

import dev.ordem.bench.pipeline.HeadersTopic;
import dev.ordem.bench.pipeline.process.Fleet;
import dev.ordem.bench.pipeline.process.Machine;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What it costs the ledger to find that nothing has changed. */
@Command(
    name = "headers",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "One detail-worker as a process, with an account that it knows with all details. Writes every"
          + " header again, unchanged, as a full run does, and measures the processor time of the"
          + " worker's process until it has committed them, garbage collection, compilation and"
          + " Kafka's clients included."
    })
public final class HeadersCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final String WORKER = "detail-worker-1";

  @Option(names = "--orders", description = "of the account")
  int orders = 100_000;

  @Option(names = "--rounds", description = "that are measured, after two to warm up")
  int rounds = 4;

  @Option(names = "--java", description = "options for the worker's JVM, as one text")
  String java = "";

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    try (Fleet fleet = Fleet.start(orders, java)) {
      fleet.startAll(WORKER);
      try (HeadersTopic topic = new HeadersTopic(fleet.broker().address())) {
        KnownOrders known = new KnownOrders(topic);
        known.baseline(fleet.tiny());
        topic.awaitRead(PATIENCE);
        System.out.println(
            "| round | headers | s | CPU s of the ledger | headers a CPU s | CPU s of the broker |");
        System.out.println("|---|---|---|---|---|---|");
        double best = 0;
        for (int round = -1; round <= rounds; round++) {
          best = Math.max(best, round(fleet, topic, known, round));
        }
        System.out.println("load at the end: " + Machine.load());
        return best >= 20_000 ? 0 : 1;
      }
    }
  }

  private static double round(Fleet fleet, HeadersTopic topic, KnownOrders known, int round)
      throws Exception {
    Map<String, Double> before = fleet.cpu();
    long start = System.nanoTime();
    known.showAll();
    topic.awaitRead(PATIENCE);
    double seconds = (System.nanoTime() - start) / 1e9;
    Map<String, Double> after = fleet.cpu();
    double cpu = Fleet.spent(before, after, WORKER);
    System.out.printf(
        "| %s | %,d | %.1f | %.2f | %,.0f | %.2f |%n",
        round < 1 ? "warming up" : Integer.toString(round),
        known.count(),
        seconds,
        cpu,
        known.count() / cpu,
        Fleet.spent(before, after, "broker"));
    return round < 1 ? 0 : known.count() / cpu;
  }
}
