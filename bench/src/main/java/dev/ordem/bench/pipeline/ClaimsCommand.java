package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Fleet;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Waiting;
import java.sql.Connection;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How soon a run is claimed, and how soon it is taken over when its holder is dead. */
@Command(
    name = "claims",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Two producers as processes. Asks for runs in SQL and measures until they are claimed; then"
          + " kills the holder of a run that is read, again and again, and measures until the other"
          + " one has it. All times by the database's clock."
    })
public final class ClaimsCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final int ORDERS = 20_000;

  /** A page takes that long, so that the list is not at its end before the last trial. */
  private static final String SLOW = "{\"latency\": \"PT4S\"}";

  private static final String QUICK = "{\"latency\": \"PT0S\"}";

  @Option(names = "--trials", description = "of each kind")
  int trials = 30;

  @Option(names = "--seed", description = "of the pauses between trials")
  long seed = 1;

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    Random random = new Random(seed);
    try (Fleet fleet = Fleet.start(ORDERS, Fleet.QUICK);
        Connection connection = fleet.connect()) {
      fleet.startAll("sink-1", "detail-worker-1", "producer-1", "producer-2");
      Spread claimed = new Spread(claims(connection, random));
      System.out.println("| from | to | trials | least | half within | 90 % within | most |");
      System.out.println("|---|---|---|---|---|---|---|");
      System.out.println("| INSERT | claimed | " + claimed.cells("s") + " |");
      Spread takenOver = new Spread(takeovers(fleet, connection, random));
      System.out.println("| SIGKILL of the holder | taken over | " + takenOver.cells("s") + " |");
      System.out.println("load at the end: " + Machine.load());
      return claimed.greatest() <= 1 && takenOver.greatest() <= 10 ? 0 : 1;
    }
  }

  /** Short runs, one after the other, at moments that no timer of the producers knows. */
  private List<Double> claims(Connection connection, Random random) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int trial = 0; trial < trials; trial++) {
      Waiting.pause(Duration.ofMillis(random.nextInt(1500)));
      UUID run =
          DatabaseQueries.one(
              connection, UUID.class, "SELECT ordem_run('full', max => 1, headers_only => true)");
      Waiting.until("an end", PATIENCE, LOOK, () -> DatabaseQueries.hasEnded(connection, run));
      seconds.add(
          DatabaseQueries.one(
              connection,
              Double.class,
              "SELECT extract(epoch FROM started_at - created_at)::float8 FROM sync_run WHERE id = ?",
              run));
    }
    return seconds;
  }

  private List<Double> takeovers(Fleet fleet, Connection connection, Random random)
      throws Exception {
    fleet.tiny().post("/weather", SLOW);
    UUID run =
        DatabaseQueries.one(
            connection, UUID.class, "SELECT ordem_run('full', headers_only => true)");
    List<Double> seconds = new ArrayList<>();
    String holder = holder(fleet, connection, run);
    for (int trial = 0; trial < trials; trial++) {
      Waiting.pause(Duration.ofMillis(2000 + random.nextInt(3000)));
      long epoch = epoch(connection, run);
      fleet.kill(holder);
      OffsetDateTime dead =
          DatabaseQueries.one(connection, OffsetDateTime.class, "SELECT clock_timestamp()");
      String other = holder.equals("producer-1") ? "producer-2" : "producer-1";
      Waiting.until("a takeover", PATIENCE, LOOK, () -> epoch(connection, run) > epoch);
      seconds.add(
          DatabaseQueries.one(
              connection,
              Double.class,
              "SELECT extract(epoch FROM clock_timestamp() - ?)::float8",
              dead));
      System.err.println("taken over after " + seconds.get(trial) + " s");
      fleet.start(holder);
      fleet.awaitReady(holder);
      holder = other;
    }
    fleet.tiny().post("/weather", QUICK);
    Waiting.until("the end", PATIENCE, LOOK, () -> DatabaseQueries.hasEnded(connection, run));
    System.err.println("the run that was taken over is " + DatabaseQueries.status(connection, run));
    return seconds;
  }

  private static long epoch(Connection connection, UUID run) throws Exception {
    return DatabaseQueries.number(connection, "SELECT lease_epoch FROM sync_run WHERE id = ?", run);
  }

  /** The producer that says that it reads the run. */
  private static String holder(Fleet fleet, Connection connection, UUID run) throws Exception {
    Waiting.until("a claim", PATIENCE, LOOK, () -> epoch(connection, run) > 0);
    List<String> found = new ArrayList<>();
    Waiting.until(
        "a reader",
        PATIENCE,
        LOOK,
        () -> {
          for (String name : List.of("producer-1", "producer-2")) {
            if (fleet.child(name).said().contains("run " + run + " of default reads")) {
              found.add(name);
            }
          }
          return !found.isEmpty();
        });
    return found.get(0);
  }
}
