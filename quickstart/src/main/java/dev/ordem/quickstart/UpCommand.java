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
import dev.ordem.runtime.ShutdownSignal;
import dev.ordem.runtime.StartException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
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
  /** Between looks whether all goes on. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  /** So many of these to a look for the next run: each is a request that costs, all night long. */
  private static final int NEXT_RUN = 5;

  @Option(
      names = "--once",
      description = "End when the run has ended: 0 complete, 3 partial, 1 failed.")
  private boolean once;

  private boolean fault;

  @Override
  public Integer call() throws StartException, InterruptedException {
    try (ShutdownSignal stop = ShutdownSignal.onSignal();
        RunDisplay display = RunDisplay.ofProcess();
        HomeDirectory home = HomeDirectory.open(LogConfiguration.home())) {
      try (Pipeline pipeline =
          new Pipeline(home, System.getenv(), ServiceCommands.all(), display::say)) {
        display.say("Ordem keeps its data in " + pipeline.directory());
        pipeline.start(stop);
        int exitCode = stop.wasAsked() ? interrupted() : work(pipeline, stop, display);
        display.say("Stopping ...");
        return exitCode;
      }
    }
  }

  private int work(Pipeline pipeline, ShutdownSignal stop, RunDisplay display)
      throws InterruptedException {
    display.say("Dashboard and API: " + pipeline.url());
    display.say(
        "SQL: (set -a; . "
            + EndpointsFile.quoted(LogConfiguration.home().resolve(EndpointsFile.FILE).toString())
            + "; psql)");
    ProducerApi api =
        new ProducerApi(pipeline.url(), ServerOptions.token(pipeline.settings().variables()));
    RunWatch watch =
        new RunWatch(
            api,
            display,
            RunWatch.FOR_EVER,
            time -> stop.within(time) || cannotGoOn(pipeline, display));
    Optional<RunView> first = firstRun(api, stop, pipeline, display);
    if (first.isEmpty()) {
      return fault ? CommandFailure.FAILED : interrupted();
    }
    Optional<RunView> run = first.get().ended() ? first : watch.follow(first.get().id());
    if (once && run.isPresent()) {
      return run.get().exitCode();
    }
    String last = run.map(RunView::id).orElse("");
    for (int look = 1; !stop.within(LOOK); look++) {
      if (fault || cannotGoOn(pipeline, display)) {
        return CommandFailure.FAILED;
      }
      Optional<RunView> next = look % NEXT_RUN == 0 ? newestIfKnown(api) : Optional.empty();
      if (next.isPresent() && !next.get().id().equals(last)) {
        last = next.get().id();
        watch.follow(last);
      }
    }
    return interrupted();
  }

  /** Postgres may be away in this very moment: then it is asked again, once it is back. */
  private Optional<RunView> firstRun(
      ProducerApi api, ShutdownSignal stop, Pipeline pipeline, RunDisplay display)
      throws InterruptedException {
    while (true) {
      try {
        return Optional.of(firstRun(api, once));
      } catch (CommandFailure e) {
        if (e.exitCode() != CommandFailure.UNREACHABLE) {
          throw e;
        }
      }
      if (stop.within(LOOK) || cannotGoOn(pipeline, display)) {
        return Optional.empty();
      }
    }
  }

  /** Whoever asked for one run and stopped it before its end must not take it for complete. */
  private int interrupted() {
    return once ? CommandFailure.FAILED : 0;
  }

  /**
   * A full run at once where none was ever asked for, whatever the schedule; else the one that is
   * under way, if one is; else with {@code --once} a new one, or the last.
   */
  static RunView firstRun(ProducerApi api, boolean once) {
    if (newest(api, "&mode=full").isEmpty() && newest(api, "&mode=reconcile").isEmpty()) {
      return ask(api, "full");
    }
    RunView newest = newest(api, "").orElseGet(() -> ask(api, "full"));
    return newest.ended() && once ? ask(api, "incremental") : newest;
  }

  /** The schedule may have asked for the same in this moment: then that is the run. */
  private static RunView ask(ProducerApi api, String mode) {
    ObjectNode request = api.json().createObjectNode().put("mode", mode).put("requestedBy", "up");
    try {
      return new RunView(api.post("/api/runs", request));
    } catch (CommandFailure e) {
      return newest(api, "&mode=" + mode).filter(run -> !run.ended()).orElseThrow(() -> e);
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

  private boolean cannotGoOn(Pipeline pipeline, RunDisplay display) {
    Optional<String> why = pipeline.fault();
    why.ifPresent(display::say);
    fault = fault || why.isPresent();
    return fault;
  }
}
