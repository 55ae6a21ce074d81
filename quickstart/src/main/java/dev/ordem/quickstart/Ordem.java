package dev.ordem.quickstart;

import dev.ordem.quickstart.admin.PrepareCommand;
import dev.ordem.quickstart.admin.SubscriberCommand;
import dev.ordem.quickstart.cli.ConnectCommand;
import dev.ordem.quickstart.cli.LogConfiguration;
import dev.ordem.quickstart.cli.OrderCommands;
import dev.ordem.quickstart.cli.PlanCommand;
import dev.ordem.quickstart.cli.ProofCommands;
import dev.ordem.quickstart.cli.RunCommands;
import dev.ordem.quickstart.cli.StatusCommands;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.runtime.ConfigurationException;
import dev.ordem.runtime.StartException;
import java.io.PrintWriter;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command line. Exit codes: 0 done, 1 failed, 2 wrong usage or variables, 3 partial, 4 the
 * producer cannot be reached.
 */
@Command(
    name = "ordem",
    description = "Keeps Postgres and Kafka up to date with the service orders of Tiny accounts.",
    footer = {
      "",
      "Start with: ./ordem up",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partial, 4 unreachable."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "ordem 0.1.0-SNAPSHOT",
    subcommands = {
      UpCommand.class,
      ServiceCommands.Producer.class,
      ServiceCommands.DetailWorker.class,
      ServiceCommands.Sink.class,
      ServiceCommands.Simulator.class,
      RunCommands.Run.class,
      RunCommands.Runs.class,
      RunCommands.Cancel.class,
      RunCommands.Resume.class,
      RunCommands.Reconcile.class,
      ProofCommands.RunLog.class,
      ProofCommands.Certificate.class,
      ProofCommands.Schedule.class,
      OrderCommands.Failures.class,
      OrderCommands.Requeue.class,
      OrderCommands.Refresh.class,
      StatusCommands.Status.class,
      StatusCommands.Health.class,
      PlanCommand.class,
      TopicsCommand.class,
      PrepareCommand.class,
      SubscriberCommand.class,
      ConnectCommand.class
    })
public final class Ordem {
  private static final int WRONG_USAGE = CommandLine.ExitCode.USAGE;

  private Ordem() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    LogConfiguration.choose(arguments.length == 0 ? "" : arguments[0]);
    System.exit(exitCode(arguments));
  }

  private static int exitCode(String[] arguments) {
    try {
      return commandLine().execute(arguments);
    } catch (Error e) {
      return defect(e, System.err::println);
    }
  }

  public static CommandLine commandLine() {
    return new CommandLine(new Ordem())
        .setExecutionExceptionHandler(Ordem::explain)
        .setParameterExceptionHandler(Ordem::refuse)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** One line with the remedy: who wants all options asks for them. */
  private static int refuse(ParameterException wrong, String[] arguments) {
    CommandLine line = wrong.getCommandLine();
    line.getErr()
        .println(
            "ordem: %s. See ./%s --help"
                .formatted(
                    String.valueOf(wrong.getMessage()).replaceFirst("\\.$", ""),
                    line.getCommandSpec().qualifiedName()));
    return WRONG_USAGE;
  }

  /** What a person can put right is told in its own words; only the log gets to see a trace. */
  private static int explain(Exception failure, CommandLine line, ParseResult parsed) {
    PrintWriter err = line.getErr();
    LoggerFactory.getLogger(Ordem.class).info("command failed", failure);
    if (failure instanceof CommandFailure known) {
      err.println("ordem: " + known.getMessage());
      return known.exitCode();
    }
    if (failure instanceof ConfigurationException wrong) {
      err.println("ordem: the configuration is wrong:");
      String.valueOf(wrong.getMessage()).lines().forEach(problem -> err.println("  " + problem));
      return WRONG_USAGE;
    }
    if (failure instanceof StartException known) {
      err.println("ordem: " + known.getMessage());
      return CommandFailure.FAILED;
    }
    return defect(failure, err::println);
  }

  private static int defect(Throwable failure, Consumer<String> err) {
    LoggerFactory.getLogger(Ordem.class).error("this is a defect of Ordem", failure);
    err.accept(
        "ordem: "
            + failure
            + " (a defect of Ordem: please report it"
            + LogConfiguration.hint()
            + ").");
    return CommandFailure.FAILED;
  }
}
