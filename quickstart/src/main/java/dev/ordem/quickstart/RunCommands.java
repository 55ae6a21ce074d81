package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs: asking for one, following one, and what may be done to one. */
final class RunCommands {
  private RunCommands() {}

  /** Newest first. */
  static JsonNode list(ProducerApi api) {
    return api.get("/api/runs").path("runs");
  }

  @Command(name = "run", mixinStandardHelpOptions = true, description = "Asks for a run.")
  static final class Run implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Mixin private RunOptions options = new RunOptions();

    @Option(names = "--max", description = "Read at most this many headers.")
    private @Nullable Long max;

    @Option(
        names = "--wait",
        description = "Follow it to its end: 0 complete, 3 partial, 1 failed.")
    private boolean wait;

    @Override
    public Integer call() throws InterruptedException {
      ProducerApi api = server.api();
      RunView run = new RunView(api.post("/api/runs", request(api.json().createObjectNode())));
      try (Display display = Display.ofProcess()) {
        display.say("Run " + run.id() + " is " + run.status() + ".");
        if (!wait) {
          return 0;
        }
        RunWatch watch = new RunWatch(api, display, RunWatch.A_MOMENT, Run::sleep);
        return watch.follow(run.id()).map(RunView::exitCode).orElse(CommandFailure.FAILED);
      }
    }

    private static boolean sleep(java.time.Duration time) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
      return false;
    }

    private ObjectNode request(ObjectNode request) {
      Optional.ofNullable(max).ifPresent(count -> request.put("max", count));
      return options.fill(request);
    }
  }

  @Command(
      name = "runs",
      mixinStandardHelpOptions = true,
      description = "Lists runs, newest first.")
  static final class Runs implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Override
    public Integer call() {
      for (JsonNode each : list(server.api())) {
        RunView run = new RunView(each);
        System.out.printf(
            "%s  %-11s  %-9s  %s%n",
            run.id(), run.mode(), run.status(), each.path("createdAt").asText(""));
      }
      return 0;
    }
  }

  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = "Cancels a run; what it has read stays.")
  static final class Cancel implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Parameters(paramLabel = "RUN", description = "Id, as ./ordem runs shows it.")
    private String run = "";

    @Override
    public Integer call() {
      return act(server.api(), run, "cancel");
    }
  }

  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Goes on with a failed, partial or cancelled run where it ended.")
  static final class Resume implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Parameters(paramLabel = "RUN", description = "Id, as ./ordem runs shows it.")
    private String run = "";

    @Override
    public Integer call() {
      return act(server.api(), run, "resume");
    }
  }

  private static int act(ProducerApi api, String run, String verb) {
    api.post("/api/runs/" + Server.segment(run) + "/" + verb, api.json().createObjectNode());
    System.out.println("Asked to " + verb + " run " + run + ".");
    return 0;
  }
}
