package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What happened in a run, what it proved, and when the next ones begin. */
public final class ProofCommands {
  private ProofCommands() {}

  @Command(
      name = "certificate",
      mixinStandardHelpOptions = true,
      description =
          "Shows what a run proved, and compares what ledger and Postgres hold of its account now:"
              + " 0 the same, 3 not.")
  public static final class Certificate implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private RunId run = new RunId();

    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
      ProducerApi api = server.api();
      JsonNode proof = api.get("/api/runs/" + run.of(api) + "/certificate");
      ZoneId zone = OutputOptions.zone();
      output.print(proof, answer -> lines(answer, zone));
      return proof.path("current").path("equal").asBoolean() ? 0 : CommandFailure.PARTIAL;
    }

    public static List<String> lines(JsonNode proof, ZoneId zone) {
      List<String> lines = new ArrayList<>();
      String account = proof.path("account").asText();
      lines.add(
          "Run %s of %s is %s."
              .formatted(proof.path("runId").asText(), account, proof.path("status").asText()));
      if (!proof.path("certificate").isArray() || proof.path("certificate").isEmpty()) {
        lines.add("It has proved nothing yet.");
      }
      for (JsonNode part : proof.path("certificate")) {
        lines.add(
            "  partition %s: %s, proved %s"
                .formatted(
                    part.path("partition").asText(),
                    numbers(part),
                    OutputOptions.time(part.path("provedAt"), zone)));
      }
      present(proof.path("current"), account, lines);
      named(proof.path("differences"), lines);
      return lines;
    }

    private static void named(JsonNode differences, List<String> lines) {
      if (differences.path("trouble").isTextual()) {
        lines.add("  What differs cannot be named: " + differences.path("trouble").asText());
      }
      for (JsonNode kind : differences.path("kinds")) {
        List<String> ids = new ArrayList<>();
        kind.path("ids").forEach(id -> ids.add(id.asText()));
        long more = kind.path("count").asLong() - ids.size();
        lines.add(
            "  %s, %s in Postgres: %s%s"
                .formatted(
                    kind.path("table").asText(),
                    kind.path("how").asText(),
                    String.join(", ", ids),
                    more > 0 ? " and %,d more".formatted(more) : ""));
      }
    }

    private static void present(JsonNode now, String account, List<String> lines) {
      boolean equal = now.path("equal").asBoolean();
      lines.add(
          "Now ledger and Postgres hold %s of %s."
              .formatted(equal ? "the same" : "not the same", account));
      for (JsonNode side : now.path("partitions")) {
        if (!side.path("equal").asBoolean()) {
          lines.add(
              "  partition %s: ledger %s; Postgres %s"
                  .formatted(
                      side.path("partition").asText(),
                      side.path("ledger").isObject()
                          ? numbers(side.path("ledger"))
                          : "tells nothing",
                      numbers(side.path("postgres"))));
        }
      }
      for (JsonNode row : now.path("rows")) {
        lines.add(
            "  order %s: %s of %s (%s)"
                .formatted(
                    row.path("osId").asText(),
                    row.path("state").asText(),
                    row.path("table").asText(),
                    row.path("cause").asText()));
      }
      if (now.path("unplaced").asLong() > 0) {
        lines.add("  " + now.path("unplaced").asText() + " rows of Postgres are of no partition");
      }
    }

    private static String numbers(JsonNode held) {
      return String.format(
          Locale.ROOT,
          "%,d orders (%016x), %,d changes (%016x)",
          held.path("orders").asLong(),
          held.path("ordersXor").asLong(),
          held.path("changes").asLong(),
          held.path("changesXor").asLong());
    }
  }

  @Command(
      name = "log",
      mixinStandardHelpOptions = true,
      description = "Shows what happened in a run.")
  public static final class RunLog implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private RunId run = new RunId();

    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
      ProducerApi api = server.api();
      ZoneId zone = OutputOptions.zone();
      String path = "/api/runs/" + run.of(api);
      @Nullable String page = path + "/log?limit=200";
      ObjectNode whole = api.json().createObjectNode();
      while (page != null) {
        JsonNode answer = api.get(page);
        if (output.isJson()) { // one document, however many pages
          whole.set("runId", answer.path("runId"));
          answer.path("lines").forEach(whole.withArray("lines")::add);
        } else {
          output.print(answer, lines -> lines(lines, zone));
        }
        page = answer.path("next").isTextual() ? answer.path("next").asText() : null;
      }
      if (output.isJson()) {
        output.print(whole, any -> List.of());
      } else {
        output.print(api.get(path), RunLog::now);
      }
      return 0;
    }

    /** What a run that is not over does, and for what it waits. */
    public static List<String> now(JsonNode run) {
      String status = run.path("status").asText();
      if (!status.equals("QUEUED") && !status.equals("RUNNING")) {
        return List.of();
      }
      JsonNode waits = run.path("waitsFor");
      return List.of(
          "now: " + status + (waits.isTextual() ? ", waits for: " + waits.asText() : ""));
    }

    public static List<String> lines(JsonNode answer, ZoneId zone) {
      List<String> lines = new ArrayList<>();
      for (JsonNode line : answer.path("lines")) {
        JsonNode metadata = line.path("metadata");
        lines.add(
            "%s  %-5s  %-7s  %s%s"
                .formatted(
                    OutputOptions.time(line.path("at"), zone),
                    line.path("level").asText(),
                    line.path("module").asText(),
                    line.path("message").asText(),
                    metadata.isEmpty() ? "" : "  " + metadata));
      }
      return lines;
    }
  }

  @Command(
      name = "schedule",
      mixinStandardHelpOptions = true,
      description = "Shows which runs begin by themselves, and when.")
  public static final class Schedule implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
      ZoneId zone = OutputOptions.zone();
      output.print(server.api().get("/api/schedule"), answer -> lines(answer, zone));
      return 0;
    }

    public static List<String> lines(JsonNode answer, ZoneId zone) {
      List<String> lines = new ArrayList<>();
      if (answer.path("watches").asBoolean()) {
        lines.add("watch        all the time, see ./ordem status");
      }
      for (JsonNode entry : answer.path("entries")) {
        List<String> next = new ArrayList<>();
        entry.path("next").forEach(time -> next.add(OutputOptions.time(time, zone)));
        lines.add(
            "%-11s  %-14s  next %s"
                .formatted(
                    entry.path("mode").asText(),
                    entry.path("cron").asText(),
                    next.isEmpty() ? "never" : String.join(", ", next)));
        for (JsonNode last : entry.path("last")) {
          lines.add(
              "             last of %s: %s, %s, %s"
                  .formatted(
                      last.path("account").asText(),
                      last.path("status").asText(),
                      OutputOptions.time(last.path("createdAt"), zone),
                      last.path("runId").asText()));
        }
      }
      lines.add(
          lines.isEmpty()
              ? "Nothing begins by itself: SYNC_SCHEDULE is off."
              : "Times are of " + zone + ".");
      return lines;
    }
  }
}
