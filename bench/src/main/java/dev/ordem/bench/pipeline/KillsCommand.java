package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Fleet;
import dev.ordem.bench.pipeline.process.Killer;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Waiting;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether anything is lost, doubled or misjudged when everything is killed all the time. */
@Command(
    name = "kills",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Two producers, two sinks, one, then four, then again one detail-worker, as processes; a full"
          + " run of an account that lives; every few seconds one process is killed with SIGKILL and"
          + " started again, the broker among them. Then the account stands still, a reconcile run is"
          + " judged, and Postgres and os-status-changes are compared with the truth."
    })
public final class KillsCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final List<String> MORE =
      List.of("detail-worker-2", "detail-worker-3", "detail-worker-4");

  @Option(names = "--orders", description = "of the account")
  int orders = 3000;

  @Option(names = "--kills", description = "in each of the three phases: one, four, one worker")
  int kills = 8;

  @Option(names = "--changes", description = "of orders, a minute, while processes are killed")
  int changes = 300;

  @Option(names = "--rounds", description = "each from empty stores")
  int rounds = 1;

  @Option(names = "--seed", description = "of who is killed when; each round has the next")
  long seed = 1;

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    System.out.println(
        "| orders | changes in Tiny | told | SIGKILLs | verdict of the run | of reconcile | lost or doubled | Postgres not as Tiny | refresh tokens reused |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    boolean right = true;
    for (int round = 0; round < rounds; round++) {
      right &= round(new Random(seed + round));
    }
    return right ? 0 : 1;
  }

  private boolean round(Random random) throws Exception {
    try (Fleet fleet = Fleet.start(orders, Fleet.QUICK);
        Connection connection = fleet.connect()) {
      fleet.startAll("sink-1", "sink-2", "detail-worker-1", "producer-1", "producer-2");
      fleet.tiny().post("/weather", "{\"latency\": \"PT0.5S\"}");
      fleet.tiny().post("/life", "{\"changesPerMinute\": " + changes + "}");
      UUID run = DatabaseQueries.run(connection, "full");
      Killer killer = new Killer(fleet, random);
      killer.kill(kills);
      for (String name : MORE) {
        fleet.start(name);
      }
      killer.kill(kills);
      fleet.kill(MORE.get(0));
      fleet.stop(MORE.get(1));
      fleet.kill("detail-worker-1");
      killer.kill(kills);
      fleet.tiny().post("/life", "{\"changesPerMinute\": 0}");
      fleet.tiny().post("/weather", "{\"latency\": \"PT0S\"}");
      await(fleet, connection, run);
      UUID proof = DatabaseQueries.run(connection, "reconcile");
      await(fleet, connection, proof);
      return report(fleet, connection, List.of(run, proof), killer.count() + 2);
    }
  }

  private static void await(Fleet fleet, Connection connection, UUID run) throws Exception {
    Waiting.until(
        "the end of run " + run,
        PATIENCE,
        LOOK,
        () -> {
          fleet.revive();
          return DatabaseQueries.hasEnded(connection, run);
        });
  }

  private boolean report(Fleet fleet, Connection connection, List<UUID> runs, int killed)
      throws Exception {
    Truth truth = new Truth(fleet.tiny());
    List<String> wrong = truth.differences(connection);
    ToldChanges told = ToldChanges.read(fleet.broker().address());
    List<String> defects = told.defects(truth.situacoes());
    long stored = DatabaseQueries.number(connection, "SELECT count(*) FROM os_status_history");
    if (stored != told.count()) {
      defects.add(stored + " changes in Postgres, " + told.count() + " told");
    }
    wrong.stream().limit(10).forEach(System.err::println);
    defects.stream().limit(10).forEach(System.err::println);
    long reused = fleet.tiny().get("/stats").path("refreshTokensReused").asLong();
    String first = DatabaseQueries.status(connection, runs.get(0));
    String proof = DatabaseQueries.status(connection, runs.get(1));
    Map<Long, Integer> transitions = truth.transitions();
    System.out.printf(
        "| %d | %d | %d | %d | %s | %s | %d | %d | %d |%n",
        transitions.size(),
        transitions.values().stream().mapToInt(Integer::intValue).sum(),
        told.count(),
        killed,
        first,
        proof,
        defects.size(),
        wrong.size(),
        reused);
    boolean same = wrong.isEmpty() && defects.isEmpty();
    return same && proof.equals("COMPLETE") && reused == 0;
  }
}
