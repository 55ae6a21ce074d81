package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.LogConfiguration;
import dev.ordem.quickstart.cli.ProducerApi;
import dev.ordem.quickstart.cli.RunWatch;
import dev.ordem.quickstart.cli.ServerOptions;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.RunDisplay;
import dev.ordem.quickstart.cli.terminal.RunView;
import dev.ordem.quickstart.embedded.EndpointsFile;
import dev.ordem.quickstart.embedded.HomeDirectory;
import dev.ordem.runtime.StartException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole pipeline in this process, until somebody stops it. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs everything in one process and resumes where it ended.",
      "Brings Kafka unless KAFKA_BOOTSTRAP_SERVERS is set, Postgres unless POSTGRES_URL is, and a"
          + " simulated Tiny account unless TINY_CLIENT_ID is. Keeps its data in .ordem."
    })
final class UpCommand implements Callable<Integer> {
  /** Between looks for the next run: each is a request that costs, all night long. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  @Option(
      names = "--once",
      description = "End when the run has ended: 0 complete, 3 partial, 1 failed.")
  private boolean once;

  @Override
  public Integer call() throws StartException, InterruptedException {
    try (ShutdownSignal stop = ShutdownSignal.onSignal();
        RunDisplay display = RunDisplay.ofProcess();
        HomeDirectory home = HomeDirectory.open(LogConfiguration.home())) {
      display.say("Ordem keeps its data in " + home.path());
      try (Pipeline pipeline =
          new Pipeline(home, System.getenv(), ServiceCommands.all(), display::say)) {
        pipeline.start(stop);
        int exitCode = stop.wasAsked() ? 0 : work(pipeline, stop, display);
        display.say("Stopping ...");
        return exitCode;
      }
    }
  }

  private int work(Pipeline pipeline, ShutdownSignal stop, RunDisplay display)
      throws InterruptedException {
    display.say("Dashboard and API: " + pipeline.url());
    display.say(
        "SQL: (set -a; . " + LogConfiguration.home().resolve(EndpointsFile.FILE) + "; psql)");
    ProducerApi api =
        new ProducerApi(pipeline.url(), ServerOptions.token(pipeline.settings().variables()));
    RunWatch watch =
        new RunWatch(
            api,
            display,
            RunWatch.FOR_EVER,
            time -> stop.within(time) || isDead(pipeline, display));
    if (once) {
      watch.endingWithoutAPerson();
    }
    Optional<String> account = account(api, pipeline.settings().get("TINY_ACCOUNT"));
    if (account.isEmpty()) {
      withoutAccount(display);
    }
    Optional<RunView> run =
        account.isEmpty() ? Optional.empty() : first(watch, firstRun(api, once, account.get()));
    if (once && run.isPresent()) {
      return run.get().exitCode();
    }
    String last = run.map(RunView::id).orElse("");
    while (!stop.within(LOOK)) {
      if (isDead(pipeline, display)) {
        return CommandFailure.FAILED;
      }
      Optional<RunView> next = newestIfKnown(api);
      if (next.isPresent() && !next.get().id().equals(last)) {
        last = next.get().id();
        run = watch.follow(last);
      }
    }
    return 0;
  }

  private static Optional<RunView> first(RunWatch watch, RunView run) throws InterruptedException {
    return run.ended() ? Optional.of(run) : watch.follow(run.id());
  }

  /** Of the first run: the one that the variables describe, or else the first. */
  private static Optional<String> account(ProducerApi api, @Nullable String configured) {
    String first = null;
    for (JsonNode known : api.get("/api/accounts").path("accounts")) {
      String name = known.path("account").asText();
      if (name.equals(configured == null || configured.isBlank() ? "default" : configured)) {
        return Optional.of(name);
      }
      first = first == null ? name : first;
    }
    return Optional.ofNullable(first);
  }

  private void withoutAccount(RunDisplay display) {
    String connect = "No account yet: ./ordem connect --account NAME --client-id ID connects one.";
    if (once) {
      throw new CommandFailure(CommandFailure.FAILED, connect);
    }
    display.say(connect);
  }

  /**
   * A full run at once where none was ever asked for, whatever the schedule; else the one that is
   * under way, if one is; else with {@code --once} a new one, or the last.
   */
  static RunView firstRun(ProducerApi api, boolean once, String account) {
    String its = "&account=" + account;
    if (newest(api, its + "&mode=full").isEmpty()
        && newest(api, its + "&mode=reconcile").isEmpty()) {
      return ask(api, "full", account);
    }
    RunView newest = newest(api, its).orElseGet(() -> ask(api, "full", account));
    return newest.ended() && once ? ask(api, "incremental", account) : newest;
  }

  /** The schedule may have asked for the same in this moment: then that is the run. */
  private static RunView ask(ProducerApi api, String mode, String account) {
    ObjectNode request = api.json().createObjectNode().put("mode", mode).put("requestedBy", "up");
    request.put("account", account);
    try {
      return new RunView(api.post("/api/runs", request));
    } catch (CommandFailure e) {
      return newest(api, "&account=" + account + "&mode=" + mode)
          .filter(run -> !run.ended())
          .orElseThrow(() -> e);
    }
  }

  /** Postgres may be away for a while: then it is asked again. */
  private static Optional<RunView> newestIfKnown(ProducerApi api) {
    try {
      return newest(api, "");
    } catch (CommandFailure e) {
      if (e.exitCode() == CommandFailure.UNREACHABLE) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<RunView> newest(ProducerApi api, String filter) {
    JsonNode runs = api.get("/api/runs?limit=1" + filter).path("runs");
    return runs.isEmpty() ? Optional.empty() : Optional.of(new RunView(runs.get(0)));
  }

  private static boolean isDead(Pipeline pipeline, RunDisplay display) {
    if (pipeline.services().health().live()) {
      return false;
    }
    display.say(
        "Cannot go on: " + pipeline.services().health().details() + LogConfiguration.hint());
    return true;
  }
}
