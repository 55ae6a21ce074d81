package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.bench.pipeline.process.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How long the first full load takes when nothing but the pipeline limits it. */
@Command(
    name = "load",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Runs ./ordem up on an empty directory against an API of its own, a process without quota and"
          + " without latency, until every detail is in Postgres."
    })
public final class LoadCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofSeconds(1);

  @Mixin LoadedAccount account = new LoadedAccount();

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    try (Up up = Up.start(account.directory(), account.orders, account.java)) {
      return watch(up) ? 0 : 1;
    }
  }

  private boolean watch(Up up) throws Exception {
    long start = System.nanoTime();
    Gauges gauges = new Gauges(up);
    System.out.println("| s | CPU s | " + String.join(" | ", Gauges.NAMES) + " |");
    System.out.println("|---".repeat(Gauges.NAMES.size() + 2) + "|");
    for (double seconds = 0; seconds < account.most.toSeconds() && up.isAlive(); ) {
      Waiting.pause(LOOK);
      List<Long> now = gauges.read();
      seconds = (System.nanoTime() - start) / 1e9;
      StringBuilder row = new StringBuilder(String.format("| %.1f | %.1f", seconds, up.cpu()));
      now.forEach(value -> row.append(" | ").append(value));
      System.out.println(row.append(" |"));
      if (now.get(now.size() - 1) >= account.orders) {
        System.out.printf(
            "%d details in Postgres after %.1f s, %.1f s of CPU in the pipeline's JVM%n",
            account.orders, seconds, up.cpu());
        return true;
      }
    }
    System.out.println("Not all details came; see " + up.home());
    return false;
  }
}
