package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.quickstart.cli.terminal.StatusLines;
import dev.ordem.tiny.ClientHealth;
import java.io.Console;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The Tiny accounts: which there are, and letting go of one. */
public final class AccountCommands {
  private AccountCommands() {}

  @Command(
      name = "accounts",
      mixinStandardHelpOptions = true,
      description = "Lists the Tiny accounts: whose, state, limits, use of the quota, last call.")
  public static final class Accounts implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
      ZoneId zone = OutputOptions.zone();
      output.print(server.api().get("/api/accounts"), answer -> lines(answer, zone));
      return 0;
    }

    public static List<String> lines(JsonNode answer, ZoneId zone) {
      List<String> lines = new ArrayList<>();
      for (JsonNode account : answer.path("accounts")) {
        lines.add(
            "%s  %s  %s, last call %s"
                .formatted(
                    account.path("account").asText(),
                    account.path("state").asText(),
                    quota(account.path("quota"), account.path("plan"), zone),
                    OutputOptions.time(account.path("lastCallAt"), zone)));
        JsonNode whose = account.path("whose");
        lines.add(
            "    of %s; application %s"
                .formatted(
                    whose.isTextual() ? whose.asText() : whose.path("text").asText("?"),
                    account.path("application").asText("none")));
        StatusLines.problem(account).ifPresent(problem -> lines.add("    " + problem));
      }
      lines.add(
          lines.isEmpty()
              ? ClientHealth.NO_ACCOUNT
              : "Times are of " + zone + ".");
      return lines;
    }

    private static String quota(JsonNode quota, JsonNode plan, ZoneId zone) {
      int limit = quota.path("perWindow").asInt();
      if (limit == 0) {
        return "no limit";
      }
      String opens = OutputOptions.time(quota.path("opensAt"), zone);
      return "%d per %s (%s), %d %% used%s"
          .formatted(
              limit,
              quota.path("window").asText(),
              quota.path("toldByTiny").asBoolean()
                  ? "as Tiny says"
                  : plan.isNumber() ? "the plan's" : "as set",
              quota.path("usedPercent").asInt(),
              quota.path("opensAt").isTextual() ? " until " + opens : "");
    }
  }

  @Command(
      name = "disconnect",
      mixinStandardHelpOptions = true,
      description = "Forgets the tokens and the secret of a Tiny account; its orders stay.")
  public static final class Disconnect implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "ACCOUNT", description = "Its name, as ./ordem accounts shows it.")
    private String account = "";

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() {
      ProducerApi api = server.api();
      if (!yes && !confirmed(account)) {
        throw new CommandFailure(CommandFailure.FAILED, "Nothing was changed.");
      }
      output.print(
          api.delete("/api/accounts/" + ServerOptions.segment(account)), Disconnect::lines);
      return 0;
    }

    private static boolean confirmed(String account) {
      Console console =
          OutputOptions.terminal()
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          CommandFailure.WRONG_USAGE,
                          "There is no terminal to ask on: say --yes."));
      String answer =
          console.readLine("Forget the authorisation of account %s? Type its name: ", account);
      return account.equals(answer == null ? "" : answer.strip());
    }

    public static List<String> lines(JsonNode answer) {
      String account = answer.path("account").asText();
      JsonNode remains = answer.path("remains");
      List<String> lines = new ArrayList<>();
      lines.add(
          "Account " + account + " is disconnected: its tokens and its secret are forgotten.");
      if (!answer.path("canceledRuns").isEmpty()) {
        lines.add("Canceled %d run(s).".formatted(answer.path("canceledRuns").size()));
      }
      lines.add(
          "What was read stays, in Postgres and in Kafka: %,d orders, %,d status changes, %,d runs."
              .formatted(
                  remains.path("orders").asLong(),
                  remains.path("statusChanges").asLong(),
                  remains.path("runs").asLong()));
      lines.add("./ordem connect --account " + account + " --client-id ID goes on with it.");
      if (answer.path("comesBack").asBoolean()) {
        lines.add("The variables TINY_CLIENT_ID … describe it: it is back with the next start.");
      }
      return lines;
    }
  }
}
