package dev.ordem.quickstart.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run as the API tells of it. */
public final class RunView {
  private final JsonNode run;

  public RunView(JsonNode run) {
    this.run = run;
  }

  /** As the API told it. */
  public JsonNode json() {
    return run;
  }

  public String id() {
    return run.path("runId").asText();
  }

  public String mode() {
    return run.path("mode").asText().toLowerCase(Locale.ROOT);
  }

  public String status() {
    return run.path("status").asText();
  }

  public boolean ended() {
    return switch (status()) {
      case "QUEUED", "RUNNING" -> false;
      default -> true;
    };
  }

  /** As promised to scripts. */
  public int exitCode() {
    return switch (status()) {
      case "COMPLETE" -> 0;
      case "PARTIAL" -> CommandFailure.PARTIAL;
      default -> CommandFailure.FAILED;
    };
  }

  String headers() {
    JsonNode headers = module("headers");
    String done = "%,d".formatted(headers.path("done").asLong());
    long total = headers.path("total").asLong(-1);
    return total < 0 || headers.path("status").asText().equals("COMPLETE")
        ? done
        : "%s of %,d".formatted(done, total);
  }

  /** Why the next page has to wait or could not be read, or it stands still; "" while it moves. */
  public String trouble() {
    String waitsFor = run.path("waitsFor").asText("");
    return waitsFor.isEmpty() ? module("headers").path("error").asText("") : waitsFor;
  }

  /** What a reconcile found. */
  public JsonNode report() {
    return run.path("report");
  }

  /** What only a person can say, with the command that says it; "" if nothing. */
  public String question() {
    return run.path("absences").asText("").equals("ASKED")
        ? "It did not find most of the known orders. If they are gone from Tiny: ./ordem resume "
            + id()
            + " --confirm-absences; to read the list again: ./ordem resume "
            + id()
        : "";
  }

  long detailsDone() {
    return module("details").path("done").asLong();
  }

  /** -1 while unknown. */
  long detailsTotal() {
    return module("details").path("total").asLong(-1);
  }

  /** 0 while it cannot be told. */
  double ratePerMinute() {
    return run.path("ratePerMinute").asDouble();
  }

  /** 0 while it cannot be told. */
  double etaSeconds() {
    return run.path("etaSeconds").asDouble();
  }

  /** When the quota has room again; missing while it has. */
  JsonNode waitsUntil() {
    return run.path("waitsUntil");
  }

  public String account() {
    return run.path("account").asText();
  }

  private JsonNode module(String name) {
    return run.path("modules").path(name);
  }

  /** The line a run ends with. */
  public String summary() {
    return "Run %s (%s) is %s%s: headers %s, details %,d%s"
        .formatted(
            id(),
            mode(),
            status(),
            run.path("limited").asBoolean() ? ", limited by --max" : "",
            headers(),
            detailsDone(),
            run.path("error").isTextual() ? ". " + run.path("error").asText() : ".");
  }

  /** The orders it left to a person, a line each; none if it left none. */
  public List<String> parked() {
    JsonNode parked = run.path("parked");
    List<String> lines = new ArrayList<>();
    for (JsonNode order : parked.path("orders")) {
      lines.add("  %s  %s".formatted(order.path("osId").asText(), why(order)));
    }
    long more = parked.path("total").asLong() - lines.size();
    if (lines.isEmpty()) { // an earlier run left them, and has their names
      return more > 0 ? List.of("Details that could not be read: ./ordem failures") : lines;
    }
    lines.add(0, "Details that could not be read, and why:");
    if (more > 0) {
      lines.add("  and %,d more: ./ordem failures".formatted(more));
    }
    return lines;
  }

  private static String why(JsonNode order) {
    return order.path("error").asText(order.path("cause").asText("?"));
  }
}
