package dev.ordem.bench.pipeline;

import dev.ordem.bench.pipeline.process.Cpu;
import dev.ordem.bench.pipeline.process.DatabaseQueries;
import dev.ordem.bench.pipeline.process.Machine;
import dev.ordem.bench.pipeline.process.Tiny;
import dev.ordem.bench.pipeline.process.Up;
import dev.ordem.bench.pipeline.process.Waiting;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the pipeline costs while nothing is to be done. */
@Command(
    name = "idle",
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Loads an account, waits until all is quiet, and measures the processor time of ./ordem up"
          + " (three services and broker) and of its Postgres. No schedule, no calls."
    })
public final class IdleCommand implements Callable<Integer> {
  @Mixin LoadedAccount account = new LoadedAccount();

  @Option(names = "--settle", description = "time between the load's end and the first trial")
  Duration settle = Duration.ofMinutes(2);

  @Option(names = "--trial", description = "how long one is")
  Duration trial = Duration.ofMinutes(1);

  @Option(names = "--trials", description = "how many")
  int trials = 3;

  @Override
  public Integer call() throws Exception {
    System.out.println(Machine.line());
    try (Up up = account.load();
        Connection connection = up.connect()) {
      long postmaster = DatabaseQueries.postmaster(connection);
      Waiting.pause(settle);
      System.out.println(
          "| orders | JVM with broker | Postgres | both, of a core | calls to Tiny |");
      System.out.println("|---|---|---|---|---|");
      double least = 100;
      for (int i = 0; i < trials; i++) {
        least = Math.min(least, trial(up, postmaster));
      }
      System.out.println("load at the end: " + Machine.load());
      return least < 2 ? 0 : 1;
    }
  }

  private double trial(Up up, long postmaster) throws Exception {
    Tiny.Calls calls = up.tiny().calls();
    double jvm = up.cpu();
    double postgres = Cpu.ofTree(postmaster);
    long start = System.nanoTime();
    Waiting.pause(trial);
    double percent = 100 / ((System.nanoTime() - start) / 1e9);
    double ofJvm = (up.cpu() - jvm) * percent;
    double ofPostgres = (Cpu.ofTree(postmaster) - postgres) * percent;
    System.out.printf(
        "| %,d | %.2f %% | %.2f %% | %.2f %% | %d |%n",
        account.orders,
        ofJvm,
        ofPostgres,
        ofJvm + ofPostgres,
        up.tiny().calls().minus(calls).all());
    return ofJvm + ofPostgres;
  }
}
