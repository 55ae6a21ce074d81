package dev.ordem.quickstart;

import dev.ordem.quickstart.admin.PrepareCommand;
import dev.ordem.quickstart.admin.SubscriberCommand;
import dev.ordem.quickstart.cli.AccountCommands;
import dev.ordem.quickstart.cli.ConnectCommand;
import dev.ordem.quickstart.cli.LogConfiguration;
import dev.ordem.quickstart.cli.OrderCommand;
import dev.ordem.quickstart.cli.OrderCommands;
import dev.ordem.quickstart.cli.PlanCommand;
import dev.ordem.quickstart.cli.ProofCommands;
import dev.ordem.quickstart.cli.RunCommands;
import dev.ordem.quickstart.cli.StatusCommands;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.runtime.ConfigurationException;
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.runtime.StartException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

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
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 partial, 4 no producer answers."
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
      OrderCommand.class,
      OrderCommands.Failures.class,
      OrderCommands.Requeue.class,
      OrderCommands.Refresh.class,
      StatusCommands.Status.class,
      StatusCommands.Health.class,
      PlanCommand.class,
      TopicsCommand.class,
      TailCommand.class,
      PrepareCommand.class,
      SubscriberCommand.class,
      ConnectCommand.class,
      AccountCommands.Accounts.class,
      AccountCommands.Disconnect.class
    })
public final class Ordem {
  private static final int WRONG_USAGE = CommandLine.ExitCode.USAGE;

  /** Commands that work until a signal stops them, and end with a code of their own then. */
  private static final Set<String> UNTIL_A_SIGNAL =
      Set.of("up", "producer", "detail-worker", "sink");

  private Ordem() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    String command = arguments.length == 0 ? "" : arguments[0];
    if (UNTIL_A_SIGNAL.contains(command)) {
      ShutdownSignal.early();
    }
    System.exit(exitCode(arguments));
  }

  private static int exitCode(String[] arguments) {
    try {
      // Before any command is made, as each may have a logger.
      LogConfiguration.choose(arguments.length == 0 ? "" : arguments[0]);
      return commandLine().execute(arguments);
    } catch (ConfigurationException e) {
      return misconfigured(e, commandLine().getErr());
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
                .formatted(said(wrong), line.getCommandSpec().qualifiedName()));
    return WRONG_USAGE;
  }

  /** In words of people, not of Java. */
  private static String said(ParameterException wrong) {
    if (wrong instanceof UnmatchedArgumentException unknown
        && unknown.getCommandLine().getParent() == null) {
      List<String> near = unknown.getSuggestions();
      return "there is no command '%s'%s"
          .formatted(
              unknown.getUnmatched().get(0),
              near.isEmpty() ? "" : "; perhaps " + String.join(", ", near));
    }
    if (wrong instanceof UnmatchedArgumentException unknown && !unknown.isUnknownOption()) {
      return "'%s' is nothing that this command takes".formatted(unknown.getUnmatched().get(0));
    }
    return String.valueOf(wrong.getMessage())
        .replaceFirst("\\.$", "")
        .replaceFirst("is not an? (int|long|short)\\b", "is no whole number")
        .replaceFirst("Missing required subcommand", "say what to do, such as up or status");
  }

  /** What a person can put right is told in its own words; only the log gets to see a trace. */
  private static int explain(Exception failure, CommandLine line, ParseResult parsed) {
    PrintWriter err = line.getErr();
    if (failure instanceof ConfigurationException wrong) {
      return misconfigured(wrong, err); // and no log, which would be left where nothing began
    }
    if (failure instanceof CommandFailure known && known.exitCode() == WRONG_USAGE) {
      err.println("ordem: " + known.getMessage());
      return WRONG_USAGE;
    }
    LoggerFactory.getLogger(Ordem.class).info("command failed", failure);
    if (failure instanceof CommandFailure known) {
      err.println("ordem: " + known.getMessage());
      return known.exitCode();
    }
    if (failure instanceof StartException known) {
      err.println("ordem: " + known.getMessage());
      return CommandFailure.FAILED;
    }
    return defect(failure, err::println);
  }

  private static int misconfigured(ConfigurationException wrong, PrintWriter err) {
    List<String> problems = String.valueOf(wrong.getMessage()).lines().toList();
    if (problems.size() == 1) {
      err.println("ordem: " + problems.get(0));
    } else {
      err.println("ordem: the configuration is wrong:");
      problems.forEach(problem -> err.println("  " + problem));
    }
    return WRONG_USAGE;
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
