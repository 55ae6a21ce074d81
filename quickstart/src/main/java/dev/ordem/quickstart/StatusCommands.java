package dev.ordem.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How everything stands, and one order read now. */
final class StatusCommands {
  private StatusCommands() {}

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Shows orders, queue, runs and accounts.")
  static final class Status implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Option(names = "--json", description = "As the API tells it.")
    private boolean asJson;

    @Override
    public Integer call() throws JsonProcessingException {
      ProducerApi api = server.api();
      JsonNode status = api.get("/api/status");
      if (asJson) {
        System.out.println(api.json().writerWithDefaultPrettyPrinter().writeValueAsString(status));
        return 0;
      }
      JsonNode orders = status.path("orders");
      System.out.printf(
          "Orders    %,d, with details %,d%n",
          orders.path("total").asLong(), orders.path("withDetails").asLong());
      for (JsonNode line : status.path("queue")) {
        System.out.printf(
            "Queue     %s: %,d %s in %s%n",
            line.path("account").asText(),
            line.path("orders").asLong(),
            line.path("state").asText(),
            line.path("lane").asText());
      }
      status
          .path("runs")
          .properties()
          .forEach(run -> System.out.printf("Runs      %s: %s%n", run.getKey(), run.getValue()));
      for (JsonNode account : status.path("lastSuccess")) {
        System.out.printf(
            "Last sync %s: %s ago%n",
            account.path("account").asText(),
            Display.time(account.path("ageSeconds").asDouble() / 60));
      }
      status.path("accounts").forEach(Status::printAccount);
      return 0;
    }

    private static void printAccount(JsonNode account) {
      System.out.printf(
          "Account   %s: %s%s, %s%n",
          account.path("account").asText(),
          account.path("state").asText(),
          account.path("problem").isTextual() ? " (" + account.path("problem").asText() + ")" : "",
          quota(account.path("quota")));
    }

    private static String quota(JsonNode quota) {
      int perWindow = quota.path("perWindow").asInt();
      return perWindow == 0
          ? "no quota"
          : "quota %d requests per %s, %d used"
              .formatted(
                  perWindow, quota.path("window").asText(), quota.path("usedInWindow").asInt());
    }
  }

  @Command(
      name = "failures",
      mixinStandardHelpOptions = true,
      description = "Lists orders that failed, with the reason and the next attempt.")
  static final class Failures implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Override
    public Integer call() {
      JsonNode failures = server.api().get("/api/failures").path("failures");
      for (JsonNode failure : failures) {
        System.out.printf(
            "%s:%s  %s  %s after %s attempt(s)  %s%n",
            failure.path("account").asText(),
            failure.path("osId").asText(),
            failure.path("state").asText(),
            failure.path("cause").asText("?"),
            failure.path("attempts").asText(),
            failure.path("error").asText(""));
      }
      System.out.println(failures.size() + " order(s).");
      return 0;
    }
  }

  @Command(
      name = "refresh",
      mixinStandardHelpOptions = true,
      description = "Has one order read from Tiny now, before everything else.")
  static final class Refresh implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Parameters(paramLabel = "ID", description = "Tiny's id of the order.")
    private long id;

    @Option(
        names = "--account",
        defaultValue = "default",
        description = "Tiny account. Default: ${DEFAULT-VALUE}.")
    private String account = "default";

    @Override
    public Integer call() {
      ProducerApi api = server.api();
      String path = "/api/os/" + Server.segment(account) + "/" + id + "/refresh";
      api.post(path, api.json().createObjectNode());
      System.out.println("Asked for order " + account + ":" + id + ".");
      return 0;
    }
  }

  @Command(
      name = "health",
      mixinStandardHelpOptions = true,
      description =
          "Checks the API, its breaker, the tokens, Kafka and Postgres: 0 all can be used, 1 not.")
  static final class Health implements Callable<Integer> {
    @Mixin private Server server = new Server();

    @Option(names = "--probe", description = "Also ask Tiny for one line of its list, now.")
    private boolean probe;

    @Override
    public Integer call() {
      ProducerApi api = server.api();
      JsonNode ready = api.getWhateverStatus("/health/ready");
      JsonNode health = api.getWhateverStatus("/api/health?probe=" + probe);
      lines(ready, health).forEach(System.out::println);
      boolean ok = ready.path("ready").asBoolean() && health.path("ok").asBoolean();
      return ok ? 0 : CommandFailure.FAILED;
    }

    /**
     * A line for each part. What services of the same process note of themselves is told and
     * changes no exit code: those of other processes cannot be seen from here.
     */
    static List<String> lines(JsonNode ready, JsonNode health) {
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
      return lines;
    }

    private static String line(String what, String verdict, String said) {
      return "%-9s %-6s %s".formatted(what, verdict, said);
    }
  }
}
