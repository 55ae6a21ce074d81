package dev.ordem.bench;

import dev.ordem.bench.faults.FaultsCommand;
import dev.ordem.bench.fuzz.FuzzCommand;
import dev.ordem.bench.headers.HeadersCommand;
import dev.ordem.bench.pipeline.CallsCommand;
import dev.ordem.bench.pipeline.ClaimsCommand;
import dev.ordem.bench.pipeline.EndsCommand;
import dev.ordem.bench.pipeline.IdleCommand;
import dev.ordem.bench.pipeline.KillsCommand;
import dev.ordem.bench.pipeline.LoadCommand;
import dev.ordem.bench.pipeline.RunsCommand;
import dev.ordem.bench.pipeline.VerdictCommand;
import dev.ordem.bench.watch.AccountsCommand;
import dev.ordem.bench.watch.FreshCommand;
import dev.ordem.bench.watch.WatchAccountsCommand;
import dev.ordem.bench.watch.WatchPolicyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The measurements, from the command line: {@code bench/run --help}. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = "Measures Ordem, and what others offer in its place.",
    subcommands = {
      LimitersCommand.class,
      PermitCommand.class,
      LoadCommand.class,
      CallsCommand.class,
      ClaimsCommand.class,
      KillsCommand.class,
      HeadersCommand.class,
      RunsCommand.class,
      VerdictCommand.class,
      IdleCommand.class,
      EndsCommand.class,
      FaultsCommand.class,
      FuzzCommand.class,
      WatchPolicyCommand.class,
      FreshCommand.class,
      WatchAccountsCommand.class,
      AccountsCommand.class
    })
public final class Bench {
  /** Where every process of a measurement finds how to log. */
  static final String LOGGING = "-Dlogback.configurationFile=bench-logback.xml";

  private Bench() {}

  public static void main(String[] arguments) {
    CommandLine commands = new CommandLine(new Bench());
    commands
        .getSubcommands()
        .values()
        .forEach(each -> each.getCommandSpec().mixinStandardHelpOptions(true));
    commands.registerConverter(Contender.class, Contender::of);
    System.exit(commands.execute(arguments));
  }
}
