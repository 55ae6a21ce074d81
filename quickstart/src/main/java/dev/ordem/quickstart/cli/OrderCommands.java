package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Orders that failed, and orders that a person wants read now. */
public final class OrderCommands {
  private OrderCommands() {}

  @Command(
      name = "failures",
      mixinStandardHelpOptions = true,
      description = {
        "Lists what failed, with the reason and the next attempt.",
        "RETRYING is tried again by itself, PARKED waits for ./ordem requeue, REFUSED was not taken"
            + " by Postgres, EXTRA stands in Postgres and the topics do not know it, UNREADABLE is"
            + " an item of Tiny's list."
      })
  public static final class Failures implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Override
    public Integer call() {
      ZoneId zone = OutputOptions.zone();
      output.print(server.api().get("/api/failures"), answer -> lines(answer, zone));
      return 0;
    }

    public static List<String> lines(JsonNode answer, ZoneId zone) {
      List<String> lines = new ArrayList<>();
      JsonNode failures = answer.path("failures");
      for (JsonNode failure : failures) {
        String numero = failure.path("numero").asText("");
        lines.add(
            "%s:%s%s  %s  %s after %s attempt(s)%s  %s"
                .formatted(
                    failure.path("account").asText(),
                    failure.path("osId").asText("?"),
                    numero.isEmpty() ? "" : " (number " + numero + ")",
                    failure.path("state").asText(),
                    failure.path("cause").asText("?"),
                    failure.path("attempts").asText(),
                    next(failure.path("nextAttemptAt"), zone),
                    failure.path("error").asText(""))
                .stripTrailing());
      }
      lines.add(
          failures.isEmpty()
              ? "Nothing failed."
              : failures.size() + " order(s). Times are of " + zone + ".");
      return lines;
    }

    private static String next(JsonNode time, ZoneId zone) {
      return time.isTextual() ? ", next at " + OutputOptions.time(time, zone) : "";
    }
  }

  @Command(
      name = "requeue",
      mixinStandardHelpOptions = true,
      description = "Has what failed tried again: all of it, one cause, or orders by id.")
  public static final class Requeue implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Option(names = "--all", description = "All that failed.")
    private boolean all;

    @Option(names = "--cause", description = "What failed for this cause, such as http-500.")
    private @Nullable String cause;

    @Option(names = "--account", description = "Tiny account, where there are several.")
    private @Nullable String account;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Tiny's ids of orders.")
    private List<Long> ids = new ArrayList<>();

    @Override
    public Integer call() {
      if (!all && cause == null && ids.isEmpty()) {
        throw new CommandFailure(
            CommandFailure.WRONG_USAGE,
            "Say which: --all, --cause http-500, or ids as ./ordem failures shows them.");
      }
      if (all && !ids.isEmpty()) {
        throw new CommandFailure(CommandFailure.WRONG_USAGE, "Say either --all or ids.");
      }
      ProducerApi api = server.api();
      ObjectNode body = api.json().createObjectNode();
      Optional.ofNullable(account).ifPresent(name -> body.put("account", name));
      Optional.ofNullable(cause).ifPresent(name -> body.put("cause", name));
      if (ids.isEmpty()) {
        body.put("all", all);
      } else {
        ArrayNode array = body.putArray("ids");
        ids.forEach(array::add);
      }
      JsonNode answer = api.post("/api/failures/requeue", body, account);
      long taken = answer.path("requeued").asLong();
      if (taken == 0 && !ids.isEmpty()) {
        throw new CommandFailure(
            CommandFailure.FAILED, "None of these failed; ./ordem failures lists what did.");
      }
      output.print(
          answer,
          any -> List.of(taken == 0 ? "Nothing to try again." : taken + " will be tried again."));
      return 0;
    }
  }

  @Command(
      name = "refresh",
      mixinStandardHelpOptions = true,
      description = "Has one order read from Tiny now, before everything else.")
  public static final class Refresh implements Callable<Integer> {
    @Mixin private ServerOptions server = new ServerOptions();

    @Mixin private OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "ID", description = "Tiny's id of the order, or its number.")
    private String id = "";

    @Mixin private AccountOption about = new AccountOption();

    @Override
    public Integer call() {
      ProducerApi api = server.api();
      String account = about.connected(api);
      Set<String> orders = orders(api, account);
      if (orders.isEmpty()) {
        api.requireAccount(account);
        throw new CommandFailure(
            CommandFailure.FAILED,
            "No order of account %s has the id or number %s; if it is new, ./ordem run reads it."
                .formatted(account, id));
      }
      ArrayNode asked = api.json().createArrayNode();
      for (String each : orders) {
        String path = "/api/os/" + ServerOptions.segment(account) + "/" + each + "/refresh";
        asked.add(api.post(path, api.json().createObjectNode()));
      }
      output.print(
          asked,
          any ->
              orders.stream()
                  .map(each -> "Asked for order " + account + ":" + each + ".")
                  .toList());
      return 0;
    }

    /** Ids of all that may be meant: one has it as its id, and others may have it as number. */
    private Set<String> orders(ProducerApi api, String account) {
      String path = "/api/os/" + ServerOptions.segment(account);
      Set<String> orders = new TreeSet<>();
      JsonNode numbered =
          api.get(path + "?numero=" + ServerOptions.segment(id), account).path("orders");
      numbered.forEach(order -> orders.add(order.path("osId").asText()));
      if (id.matches("[1-9]\\d{0,17}") && api.find(path + "/" + id).isPresent()) {
        orders.add(id);
      }
      return orders;
    }
  }
}
