package dev.ordem.bench.watch;

import dev.ordem.bench.watch.PolicyTrial.Result;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares the watch's policy with others, and prints a table. */
@Command(
    name = "watch-policy",
    sortOptions = false,
    showDefaultValues = true,
    description = "How old changes are when they are seen, under the watch's policy and others.")
public final class WatchPolicyCommand implements Callable<Integer> {
  /** At the same number of looks, of the best that fixed intervals can do. */
  private static final double STEADY_TARGET = 1.15;

  private static final double MOVING_TARGET = 1.30;

  @Option(names = "--hours", description = "simulated, of each account and policy")
  int hours = 24;

  @Option(names = "--warm-up", description = "hours before that, in which rates are learned")
  int warmUp = 4;

  @Option(names = "--share", description = "of the quota that looks may use")
  double share = 0.8;

  @Option(names = "--seed", description = "of the changes")
  long seed = 1;

  private final PrintStream out = System.out;
  private boolean met = true;

  @Override
  public Integer call() {
    out.println(
        "| account | policy | looks/min | mean age | half | nine tenths | 99 % | of open |");
    out.println("|---|---|---|---|---|---|---|---|");
    AccountHabits.all().forEach(this::compare);
    return met ? 0 : 1;
  }

  private void compare(AccountHabits account) {
    Result best = trial(account, "best fixed intervals, true rates", () -> best(account), share);
    Result ours = trial(account, "**Ordem**", LookChooser::learned, share);
    Result robin = trial(account, "round robin", LookChooser::roundRobin, share);
    trial(account, "random", () -> LookChooser.random(new Random(seed)), share);
    Result today = trial(account, "every five minutes", LookChooser::fiveMinutes, share);
    double equal = today.looksAMinute() / account.limit();
    Result few = trial(account, "Ordem, at as many looks as that", LookChooser::learned, equal);
    double over = ours.ages().mean() / best.ages().mean();
    double target = account.steady() ? STEADY_TARGET : MOVING_TARGET;
    boolean good = over <= target && ours.ages().mean() <= robin.ages().mean();
    met &= good;
    out.printf(
        Locale.ROOT,
        "| | | | %+.0f %% of the best (at most %+.0f %%)%s; %.0f × better than every five minutes,"
            + " %.1f × at equal looks | | | | |%n",
        100 * (over - 1),
        100 * (target - 1),
        good ? "" : ", **missed**",
        today.ages().mean() / ours.ages().mean(),
        today.ages().mean() / few.ages().mean());
  }

  private LookChooser best(AccountHabits account) {
    double[] rates = new double[account.perHour().size()];
    int number = 0;
    for (var slice : account.perHour().keySet()) {
      double sum = 0;
      for (int minute = 0; minute < hours * 60; minute++) {
        sum += account.perSecond(slice, number, (warmUp * 60.0 + minute) * 60);
      }
      rates[number] = sum / (hours * 60.0);
      number++;
    }
    return LookChooser.bestStatic(rates);
  }

  private Result trial(
      AccountHabits account, String name, Supplier<LookChooser> chooser, double part) {
    Duration before = Duration.ofHours(warmUp);
    Result result =
        new PolicyTrial(account, chooser.get(), part, before, Duration.ofHours(hours)).run(seed);
    out.printf(
        Locale.ROOT,
        "| %s, %d/min | %s | %.1f | %.1f s | %.1f s | %.1f s | %.0f s | %.1f s |%n",
        account.name(),
        account.limit(),
        name,
        result.looksAMinute(),
        result.ages().mean(),
        result.ages().percentile(0.5),
        result.ages().percentile(0.9),
        result.ages().percentile(0.99),
        result.quick().mean());
    return result;
  }
}
