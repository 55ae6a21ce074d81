package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.contract.RunStatus;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.quickstart.cli.terminal.ReportTable;
import dev.ordem.quickstart.cli.terminal.RunDisplay;
import dev.ordem.quickstart.cli.terminal.RunView;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs: asking for one, following one, and what may be done to one. */
public final class RunCommands {
  private RunCommands() {}

  @Command(name = "run", mixinStandardHelpOptions = true, description = "Asks for a run.")
  public static final class Run implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private RunOptions options = new RunOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Option(
        names = "--wait",
        description = "Follow it to its end: 0 complete, 3 partial, 1 failed.")
    private boolean wait;

    @Override
    public Integer call() throws InterruptedException {
      ProducerApi api = server.api();
      return asked(api, options.fill(api.json().createObjectNode()), wait, output)
          .map(RunView::exitCode)
          .orElse(0);
    }
  }

  @Command(
      name = "reconcile",
      mixinStandardHelpOptions = true,
      description = "Reads everything, compares Tiny, ledger and Postgres, and mends what differs.")
  public static final class Reconcile implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Option(names = "--account", description = "Tiny account, where there are several.")
    private @Nullable String account;

    @Option(
        names = "--wait",
        description = "Follow it to its end and show what it found: 0 complete, 3 partial.")
    private boolean wait;

    @Override
    public Integer call() throws InterruptedException {
      ProducerApi api = server.api();
      ObjectNode request = api.json().createObjectNode().put("mode", "reconcile");
      Optional.ofNullable(account).ifPresent(name -> request.put("account", name));
      Optional<RunView> ended = asked(api, request, wait, output);
      if (!output.isJson()) {
        ended.ifPresent(run -> ReportTable.lines(run.report()).forEach(System.out::println));
      }
      return ended.map(RunView::exitCode).orElse(0);
    }
  }

  /** The run as it ended; empty if nobody waits for that. */
  private static Optional<RunView> asked(
      ProducerApi api, ObjectNode request, boolean wait, OutputOptions output)
      throws InterruptedException {
    RunView run = new RunView(api.post("/api/runs", request, request.path("account").textValue()));
    try (RunDisplay display = output.isJson() ? RunDisplay.besides() : RunDisplay.ofProcess()) {
      display.say("Run " + run.id() + " is " + run.status() + ".");
      Optional<RunView> ended =
          wait
              ? new RunWatch(api, display, RunWatch.A_MOMENT, RunCommands::sleep)
                  .endingWithoutAPerson()
                  .follow(run.id())
              : Optional.empty();
      if (output.isJson()) {
        output.print(ended.orElse(run).json(), answer -> List.of());
      }
      return ended;
    }
  }

  private static boolean sleep(Duration time) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
    return false;
  }

  @Command(
      name = "runs",
      mixinStandardHelpOptions = true,
      description = "Lists runs, newest first.")
  public static final class Runs implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Option(names = "--account", description = "Only of this Tiny account.")
    private @Nullable String account;

    @Option(
        names = "--mode",
        converter = RunOptions.ModeByName.class,
        description = "Only of this mode.")
    private @Nullable String mode;

    @Option(names = "--status", description = "Only in this status: ${COMPLETION-CANDIDATES}.")
    private @Nullable RunStatus status;

    @Override
    public Integer call() {
      StringBuilder path = new StringBuilder("/api/runs?limit=50");
      add(path, "account", account);
      add(path, "mode", mode);
      add(path, "status", status == null ? null : status.name());
      ZoneId zone = OutputOptions.zone();
      ProducerApi api = server.api();
      JsonNode answer = api.get(path.toString(), account);
      if (account != null && answer.path("runs").isEmpty()) {
        api.requireAccount(account);
      }
      output.print(answer, any -> lines(any, zone));
      return 0;
    }

    private static void add(StringBuilder path, String name, @Nullable String value) {
      if (value != null) {
        path.append('&').append(name).append('=').append(ServerOptions.segment(value));
      }
    }

    static List<String> lines(JsonNode answer, ZoneId zone) {
      List<String> lines = new ArrayList<>();
      for (JsonNode each : answer.path("runs")) {
        RunView run = new RunView(each);
        lines.add(
            "%s  %-11s  %-9s  %s  %s  %s"
                .formatted(
                    run.id(),
                    run.mode(),
                    run.status(),
                    OutputOptions.time(each.path("createdAt"), zone),
                    each.path("account").asText(),
                    each.path("requestedBy").asText())
                .stripTrailing());
      }
      lines.add(lines.isEmpty() ? "No runs." : "Times are of " + zone + ".");
      return lines;
    }
  }

  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = "Cancels a run; what it has read stays.")
  public static final class Cancel implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private RunId run = new RunId();

    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
      ProducerApi api = server.api();
      return act(api, run.of(api), "cancel", api.json().createObjectNode(), output);
    }
  }

  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Goes on with a failed, partial or cancelled run, and takes up what it left.")
  public static final class Resume implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private RunId run = new RunId();

    @Mixin private OutputOptions output = new OutputOptions();

    @Option(
        names = "--confirm-absences",
        arity = "0..1",
        fallbackValue = "true",
        description =
            "The orders that it did not find are gone from Tiny (=false: they are not); without"
                + " this the list is read again.")
    private @Nullable Boolean confirmAbsences;

    @Override
    public Integer call() {
      ProducerApi api = server.api();
      ObjectNode body = api.json().createObjectNode();
      Optional.ofNullable(confirmAbsences).ifPresent(yes -> body.put("confirmAbsences", yes));
      return act(api, run.of(api), "resume", body, output);
    }
  }

  private static int act(
      ProducerApi api, String run, String verb, ObjectNode body, OutputOptions output) {
    RunView after = new RunView(api.post("/api/runs/" + run + "/" + verb, body));
    output.print(after.json(), answer -> List.of("Run " + run + " is " + after.status() + "."));
    return 0;
  }
}
