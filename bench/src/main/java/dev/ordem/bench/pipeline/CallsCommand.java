package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.bench.pipeline.process.Waiting;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a full run costs when little has changed, in calls, counted by the API. */
@Command(
    name = "calls",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Loads an account, changes the status of a share of its orders in Tiny, and counts the calls"
          + " of the next full run."
    })
public final class CallsCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(500);

  @Mixin LoadedAccount account = new LoadedAccount();

  @Option(names = "--changed", description = "share of the orders")
  double changed = 0.01;

  @Option(names = "--seed", description = "of the draw")
  long seed = 1;

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    try (Up up = account.load();
        Connection connection = up.connect()) {
      int moved = move(up.tiny());
      Tiny.Calls before = up.tiny().calls();
      long start = System.nanoTime();
      UUID run = DatabaseQueries.run(connection, "full");
      Waiting.until("the run", account.most, LOOK, () -> DatabaseQueries.hasEnded(connection, run));
      double seconds = (System.nanoTime() - start) / 1e9;
      Tiny.Calls calls = up.tiny().calls().minus(before);
      String status = DatabaseQueries.status(connection, run);
      long wrong = new Truth(up.tiny()).differences(connection).size();
      System.out.println(
          "| orders | changed | pages | details | all calls | verdict | not as in Tiny | s |");
      System.out.println("|---|---|---|---|---|---|---|---|");
      System.out.printf(
          "| %,d | %,d | %,d | %,d | %,d | %s | %d | %.0f |%n",
          account.orders, moved, calls.list(), calls.detail(), calls.all(), status, wrong, seconds);
      return status.equals("COMPLETE") && wrong == 0 ? 0 : 1;
    }
  }

  /** Gives orders drawn at random the next status, and returns how many. */
  private int move(Tiny tiny) throws Exception {
    Map<Long, Integer> situacoes = new Truth(tiny).situacoes();
    List<Long> ids = new ArrayList<>(new TreeSet<>(situacoes.keySet()));
    Collections.shuffle(ids, new Random(seed));
    List<Long> moved = ids.subList(0, (int) Math.round(ids.size() * changed));
    for (Long id : moved) {
      int next = (situacoes.getOrDefault(id, 0) + 1) % 8;
      tiny.post("/orders/" + id + "/situacao", "{\"situacao\": " + next + "}");
    }
    return moved.size();
  }
}
