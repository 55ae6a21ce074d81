package dev.ordem.bench.fuzz;

import dev.ordem.bench.pipeline.Truth;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.bench.pipeline.process.Waiting;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether a spoilt answer ends a process, costs another order, or is told as COMPLETE. */
@Command(
    name = "fuzz",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "./ordem up before an API whose answers are spoilt at random: bytes, JSON, HTTP. While they"
          + " are, no process may end, orders of which only good answers told are as in Tiny, the"
          + " others are stored or named in import_failures, no run is COMPLETE beside a named one,"
          + " and the quota is kept. Then the answers are good again: a run must be COMPLETE, and"
          + " every row as in Tiny."
    })
public final class FuzzCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration SETTLING = Duration.ofSeconds(60);
  private static final String ENDED = "SELECT status FROM sync_run ORDER BY created_at LIMIT 1";
  private static final String GIVEN_UP =
      "SELECT count(*) FROM sync_run WHERE headers->>'status' = 'FAILED'";
  private static final int PER_SECOND = 150;
  private static final int PER_MINUTE = 9_000;

  @Option(names = "--answers", description = "to be spoilt at least")
  int answers = 20_000;

  @Option(names = "--orders", description = "of the account; three of five get spoilt answers")
  int orders = 12_000;

  @Option(names = "--seed", description = "of what befalls whom")
  long seed = 1;

  @Option(names = "--most", description = "time for one run")
  Duration most = Duration.ofMinutes(20);

  private final List<String> wrong = new ArrayList<>();
  private int failed;
  private long givenUpBefore;

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    Path directory = Files.createTempDirectory("ordem-fuzz");
    Map<String, String> quota =
        Map.of(
            "SIMULATOR_REQUESTS_PER_SECOND", "" + PER_SECOND,
            "SIMULATOR_REQUESTS_PER_MINUTE", "" + PER_MINUTE);
    try (Tiny tiny = Tiny.start(directory, orders, quota)) {
      Mutations mutations = new Mutations(seed, new Truth(tiny).situacoes().keySet());
      URI api = URI.create(Objects.requireNonNull(tiny.variables().get("TINY_API_URL")));
      try (MutatingServer server = MutatingServer.start(api, mutations);
          Up up = Up.start(directory, tiny, variables(server)).awaitStarted();
          Connection connection = up.connect()) {
        return fuzz(up, mutations, connection);
      }
    }
  }

  private static Map<String, String> variables(MutatingServer server) {
    Map<String, String> variables = new HashMap<>();
    variables.put("TINY_API_URL", server.url());
    variables.put("TINY_REQUESTS_PER_SECOND", "" + PER_SECOND);
    variables.put("TINY_REQUESTS_PER_MINUTE", "" + PER_MINUTE);
    variables.put("TINY_CALL_TIMEOUT", "PT3S");
    variables.put("LEDGER_RETRIES", "PT2S");
    variables.put("FETCHER_THREADS", "48");
    return variables;
  }

  private int fuzz(Up up, Mutations mutations, Connection connection) throws Exception {
    FuzzChecks checks = new FuzzChecks(up.tiny(), mutations, connection);
    Waiting.until(
        "the first run",
        most,
        LOOK,
        () -> DatabaseQueries.number(connection, "SELECT count(*) FROM sync_run") > 0);
    UUID first = DatabaseQueries.one(connection, UUID.class, ENDED.replace("status", "id"));
    String status = end(up, connection, first);
    while (mutations.mutated() < answers || status.equals("FAILED")) {
      DatabaseQueries.number(connection, "SELECT ordem_requeue('default', \"all\" => true)");
      status = end(up, connection, DatabaseQueries.run(connection, "full"));
    }
    settled(checks::whileSpoilt);
    System.out.printf(
        "seed %d: %,d answers spoilt; %,d of %,d orders touched%n",
        seed, mutations.mutated(), mutations.touched().size(), orders);
    new FuzzTable(mutations).lines(checks.stored(), checks.named()).forEach(System.out::println);
    mutations.stop();
    heal(up, mutations, connection, checks);
    quota(up.tiny());
    wrong.stream().limit(40).forEach(System.err::println);
    System.out.printf(
        "rows that only spoilt items told of: %d; runs FAILED: %d; lists given up: %d;"
            + " differences: %d%n",
        checks.phantoms(), failed, givenUpBefore, wrong.size());
    return wrong.isEmpty() ? 0 : 1;
  }

  /** Waits for a verdict, and sees that it is none that hides a failure. */
  private String end(Up up, Connection connection, UUID run) throws Exception {
    Waiting.until(
        "the end of run " + run,
        most,
        LOOK,
        () -> {
          if (!up.isAlive()) {
            throw new IllegalStateException("./ordem up ended, see " + up.home());
          }
          return DatabaseQueries.hasEnded(connection, run);
        });
    String status = DatabaseQueries.status(connection, run);
    long named = DatabaseQueries.number(connection, "SELECT count(*) FROM import_failures");
    System.err.println(status + " with " + named + " import failures");
    if (status.equals("FAILED")) {
      failed++;
      wrong.add("run " + run + " read nothing at all: FAILED");
    }
    long givenUp = DatabaseQueries.number(connection, GIVEN_UP);
    if (givenUp > givenUpBefore && !status.equals("FAILED")) {
      wrong.add("run " + run + " did not read its list to the end");
    }
    givenUpBefore = givenUp;
    if (status.equals("COMPLETE") && named > 0) {
      wrong.add("run " + run + " is COMPLETE beside " + named + " import failures");
    }
    return status;
  }

  private void heal(Up up, Mutations mutations, Connection connection, FuzzChecks checks)
      throws Exception {
    String touched = mutations.touched().toString().replace('[', '{').replace(']', '}');
    DatabaseQueries.number(
        connection,
        "SELECT count(ordem_refresh('default', id)) FROM os WHERE id = ANY ('"
            + touched
            + "'::bigint[])");
    DatabaseQueries.number(connection, "SELECT ordem_requeue('default', \"all\" => true)");
    String status = end(up, connection, DatabaseQueries.run(connection, "full"));
    if (!status.equals("COMPLETE")) {
      status = end(up, connection, DatabaseQueries.run(connection, "full"));
    }
    if (!status.equals("COMPLETE")) {
      wrong.add("with good answers the run is " + status);
    }
    settled(checks::afterwards);
  }

  /** What is still wrong after a while: retries and refreshes belong to no run. */
  private void settled(Callable<List<String>> look) throws Exception {
    long end = System.nanoTime() + SETTLING.toNanos();
    List<String> found = look.call();
    while (!found.isEmpty() && System.nanoTime() < end) {
      Waiting.pause(Duration.ofSeconds(2));
      found = look.call();
    }
    wrong.addAll(found);
  }

  private void quota(Tiny tiny) throws Exception {
    var most = tiny.get("/stats?window=PT1S&window=PT1M").path("mostArrivals");
    System.out.println("most arrivals in a window: " + most);
    if (most.path("PT1S").asLong() > PER_SECOND || most.path("PT1M").asLong() > PER_MINUTE) {
      wrong.add("more than the quota arrived: " + most);
    }
  }
}
