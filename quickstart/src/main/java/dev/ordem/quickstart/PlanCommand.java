package dev.ordem.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.runtime.Environment;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The dry run. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Says what a run would cost, in calls and hours, without starting it.")
final class PlanCommand implements Callable<Integer> {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  @Mixin private Server server = new Server();

  @Option(
      names = "--mode",
      defaultValue = "incremental",
      description = "incremental, full, period or auto. Default: ${DEFAULT-VALUE}.")
  private String mode = "incremental";

  @Option(names = "--from", description = "First emission date (YYYY-MM-DD), with --mode period.")
  private @Nullable LocalDate from;

  @Option(names = "--to", description = "Last emission date, with --mode period.")
  private @Nullable LocalDate to;

  @Option(names = "--headers-only", description = "Leave the details for later.")
  private boolean headersOnly;

  @Option(names = "--account", description = "Tiny account, where there are several.")
  private @Nullable String account;

  @Override
  public Integer call() {
    Environment environment = Environment.of(System.getenv());
    ZoneId zone = environment.zone("SYNC_ZONE", "America/Sao_Paulo");
    environment.verify();
    lines(server.api().get(path()), zone).forEach(System.out::println);
    return 0;
  }

  private String path() {
    StringBuilder path = new StringBuilder("/api/plan?mode=" + Server.segment(mode));
    path.append("&headersOnly=").append(headersOnly);
    add(path, "from", from);
    add(path, "to", to);
    add(path, "account", account);
    return path.toString();
  }

  private static void add(StringBuilder path, String name, @Nullable Object value) {
    if (value != null) {
      path.append('&').append(name).append('=').append(Server.segment(value.toString()));
    }
  }

  /** The answer as people read it. */
  static List<String> lines(JsonNode plan, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Plan      %s run of account %s, %s"
            .formatted(plan.path("mode").asText(), plan.path("account").asText(), basis(plan)));
    lines.add("Calls     " + calls(plan));
    lines.add("Limits    " + limits(plan.path("limits")));
    lines.add("Takes     " + time(plan, zone));
    plan.path("assumptions").forEach(each -> lines.add("          " + each.asText()));
    return lines;
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
    add(all, limits.path("perWindow").asLong(), "per " + limits.path("window").asText());
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
    Instant finishes = Instant.parse(plan.path("finishesAt").asText());
    return Display.time(plan.path("durationSeconds").asDouble() / 60)
        + ", until "
        + LOCAL.format(finishes.atZone(zone))
        + " ("
        + zone
        + ") if started now";
  }
}
