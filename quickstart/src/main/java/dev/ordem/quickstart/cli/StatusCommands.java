package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.quickstart.cli.terminal.StatusLines;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How everything stands. */
public final class StatusCommands {
  private StatusCommands() {}

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Shows orders, queue, runs and accounts.")
  public static final class Status implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
      ZoneId zone = OutputOptions.zone();
      output.print(server.api().get("/api/status"), status -> StatusLines.of(status, zone));
      return 0;
    }
  }

  @Command(
      name = "health",
      mixinStandardHelpOptions = true,
      description =
          "Checks the API, its breaker, the tokens, Kafka and Postgres: 0 all can be used, 1 not.")
  public static final class Health implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Option(names = "--probe", description = "Also ask Tiny for one line of its list, now.")
    private boolean probe;

    @Override
    public Integer call() {
      ZoneId zone = OutputOptions.zone();
      ProducerApi api = server.api();
      JsonNode ready = api.getWhateverStatus("/health/ready");
      JsonNode health =
          probe ? api.postWhateverStatus("/api/health") : api.getWhateverStatus("/api/health");
      ObjectNode both = api.json().createObjectNode();
      both.set("service", ready);
      both.set("health", health);
      output.print(both, answer -> lines(ready, health, zone));
      boolean ok = ready.path("ready").asBoolean() && health.path("ok").asBoolean();
      return ok ? 0 : CommandFailure.FAILED;
    }

    /**
     * A line for each part. What services of the same process note of themselves is told and
     * changes no exit code: those of other processes cannot be seen from here.
     */
    public static List<String> lines(JsonNode ready, JsonNode health, ZoneId zone) {
      List<String> lines = new ArrayList<>();
      boolean ok = ready.path("ready").asBoolean();
      lines.add(line("producer", ok ? "ok" : "NOT OK", ok ? "ready" : "not ready"));
      for (Map.Entry<String, JsonNode> note : ready.path("details").properties()) {
        if (!ok || !note.getKey().startsWith("producer ")) { // which the checks below tell
          lines.add(line("", "note", note.getKey() + ": " + note.getValue().asText()));
        }
      }
      for (JsonNode check : health.path("checks")) {
        String verdict = check.path("ok").asBoolean() ? "ok" : "NOT OK";
        lines.add(line(check.path("name").asText(), verdict, check.path("said").asText()));
      }
      lines.add("Times are of " + zone + ".");
      return lines;
    }

    private static String line(String what, String verdict, String said) {
      return "%-9s %-6s %s".formatted(what, verdict, said);
    }
  }
}
