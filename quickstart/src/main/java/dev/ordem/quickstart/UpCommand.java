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
import dev.ordem.tiny.ClientHealth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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

  /** Where {@code TINY_ACCOUNT} does not say another name. */
  private static final String DEFAULT_ACCOUNT = "default";

  /** So many of these to a look for the next run: each is a request that costs, all night long. */
  private static final int NEXT_RUN = 5;

  @Option(
      names = "--once",
      description = "End when the run has ended: 0 complete, 3 partial, 1 failed.")
  private boolean once;

  private boolean fault;

  @Override
  public Integer call() throws StartException, InterruptedException {
    Path path = LogConfiguration.home();
    try (ShutdownSignal stop = ShutdownSignal.onSignal();
        RunDisplay display = RunDisplay.ofProcess()) {
      Pipeline.judge(path, System.getenv(), ServiceCommands.all());
      return call(path, stop, display);
    }
  }

  private int call(Path path, ShutdownSignal stop, RunDisplay display)
      throws StartException, InterruptedException {
    try (HomeDirectory home = HomeDirectory.open(path)) {
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
    RunWatch.Pause pause = time -> stop.within(time) || cannotGoOn(pipeline, display);
    RunWatch watch = new RunWatch(api, display, RunWatch.FOR_EVER, pause);
    if (once) {
      watch.endingWithoutAPerson();
    }
    String configured = pipeline.settings().get("TINY_ACCOUNT").orElse(DEFAULT_ACCOUNT);
    Optional<FirstRun> first = patiently(pause, () -> begin(api, configured, display));
    if (first.isEmpty()) {
      return fault ? CommandFailure.FAILED : interrupted();
    }
    Optional<RunView> run = first.get().run();
    if (run.isPresent() && !run.get().ended()) {
      run = follow(watch, run.get().id(), display);
    }
    if (once && run.isPresent()) {
      return run.get().exitCode();
    }
    String last = run.map(RunView::id).orElse("");
    AccountsInNeed accounts = new AccountsInNeed(api, display::say);
    for (int look = 1; !stop.within(LOOK); look++) {
      if (fault || cannotGoOn(pipeline, display)) {
        return CommandFailure.FAILED;
      }
      if (look % NEXT_RUN == 0) {
        accounts.tell();
      }
      Optional<RunView> next = look % NEXT_RUN == 0 ? newestIfKnown(api) : Optional.empty();
      if (next.isPresent() && !next.get().id().equals(last)) {
        last = follow(watch, next.get().id(), display).map(RunView::id).orElse("");
      }
    }
    return interrupted();
  }

  /**
   * What is shown is not what works: a run that is gone from Postgres, which somebody put back or
   * cleared, ends the showing. Whoever wants one run only has its end.
   */
  private Optional<RunView> follow(RunWatch watch, String run, RunDisplay display)
      throws InterruptedException {
    try {
      return watch.follow(run);
    } catch (CommandFailure e) {
      if (once) {
        throw e;
      }
      display.say("Trouble: " + e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Postgres may be away in this very moment: then it is asked again, once it is back. Empty: there
   * is no waiting any more.
   */
  private static <T> Optional<T> patiently(RunWatch.Pause pause, Supplier<T> question)
      throws InterruptedException {
    while (true) {
      try {
        return Optional.of(question.get());
      } catch (CommandFailure e) {
        if (e.exitCode() != CommandFailure.UNREACHABLE) {
          throw e;
        }
      }
      if (pause.overAfter(LOOK)) {
        return Optional.empty();
      }
    }
  }

  /** Empty: no account is connected. */
  private record FirstRun(Optional<RunView> run) {}

  private FirstRun begin(ProducerApi api, String configured, RunDisplay display) {
    Optional<String> account = account(api, configured);
    if (account.isEmpty()) {
      withoutAccount(display);
    }
    return new FirstRun(account.map(name -> firstRun(api, once, name)));
  }

  /** Whoever asked for one run and stopped it before its end must not take it for complete. */
  private int interrupted() {
    return once ? CommandFailure.FAILED : 0;
  }

  /** Of the first run: the one that the variables describe, or else the first. */
  private static Optional<String> account(ProducerApi api, String configured) {
    List<String> names = new ArrayList<>();
    for (JsonNode known : api.get("/api/accounts").path("accounts")) {
      names.add(known.path("account").asText());
    }
    return names.contains(configured) ? Optional.of(configured) : names.stream().findFirst();
  }

  private void withoutAccount(RunDisplay display) {
    if (once) {
      throw new CommandFailure(CommandFailure.FAILED, ClientHealth.NO_ACCOUNT);
    }
    display.say(ClientHealth.NO_ACCOUNT);
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

  /** The API may have no answer for a while: then it is asked again. */
  private static Optional<RunView> newestIfKnown(ProducerApi api) {
    try {
      return newest(api, "");
    } catch (CommandFailure e) {
      return Optional.empty();
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
