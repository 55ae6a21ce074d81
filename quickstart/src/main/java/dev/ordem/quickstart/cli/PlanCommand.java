package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.quickstart.cli.terminal.RunDisplay;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The dry run. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Says what a run would cost, in calls and hours, without starting it.")
public final class PlanCommand implements Callable<Integer> {
  @Mixin private ServerOptions server = new ServerOptions();

  @Mixin private RunOptions options = new RunOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Override
  public Integer call() {
    ZoneId zone = OutputOptions.zone();
    ProducerApi api = server.api();
    ObjectNode run = options.fill(api.json().createObjectNode());
    JsonNode plan = api.post("/api/plan", run, run.path("account").textValue());
    output.print(plan, answer -> lines(answer, zone));
    return 0;
  }

  /** The answer as people read it. */
  public static List<String> lines(JsonNode plan, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Plan      %s run of account %s, %s"
            .formatted(plan.path("mode").asText(), plan.path("account").asText(), basis(plan)));
    lines.add("Calls     " + calls(plan));
    lines.add("Limits    " + limits(plan.path("limits")));
    lines.add("Takes     " + time(plan, zone));
    JsonNode fresh = plan.path("freshness");
    if (fresh.isObject()) {
      lines.add(
          "Watch     open orders every %s, all orders every %s, if nothing else uses the quota"
              .formatted(span(fresh.path("openSeconds")), span(fresh.path("allSeconds"))));
    }
    plan.path("assumptions").forEach(each -> lines.add("          " + each.asText()));
    return lines;
  }

  private static String span(JsonNode seconds) {
    long all = seconds.asLong();
    return all < 120 ? all + " s" : RunDisplay.time(all / 60.0);
  }

  private static String basis(JsonNode plan) {
    return switch (plan.path("basis").asText()) {
      case "tiny" -> "by the counts of Tiny and Postgres";
      case "postgres" -> "by the counts of Postgres alone";
      default -> "which nobody could count";
    };
  }

  private static String calls(JsonNode plan) {
    return plan.path("calls").isNumber()
        ? String.format(
            Locale.ROOT,
            "%,d: %,d of the list, %,d of details",
            plan.path("calls").asLong(),
            plan.path("listCalls").asLong(),
            plan.path("detailCalls").asLong())
        : "not known";
  }

  private static String limits(JsonNode limits) {
    List<String> all = new ArrayList<>();
    add(all, limits.path("perSecond").asLong(), "a second");
    add(
        all,
        limits.path("perWindow").asLong(),
        "per " + RunDisplay.unit(limits.path("window").asText()));
    add(all, limits.path("perHour").asLong(), "an hour");
    return all.isEmpty() ? "none" : "requests: " + String.join(", ", all);
  }

  private static void add(List<String> all, long limit, String span) {
    if (limit > 0) {
      all.add(limit + " " + span);
    }
  }

  private static String time(JsonNode plan, ZoneId zone) {
    if (!plan.path("finishesAt").isTextual()) {
      return plan.path("calls").isNumber() ? "as long as Tiny takes to answer" : "not known";
    }
    return RunDisplay.time(plan.path("durationSeconds").asDouble() / 60)
        + ", until "
        + OutputOptions.time(plan.path("finishesAt"), zone)
        + " ("
        + zone
        + ") if started now";
  }
}
