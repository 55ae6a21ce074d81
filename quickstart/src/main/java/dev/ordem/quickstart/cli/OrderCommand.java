package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.ordem.contract.Situacao;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.quickstart.cli.terminal.SituacaoText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One order with its history and its work. */
@Command(
    name = "order",
    mixinStandardHelpOptions = true,
    description =
        "Shows an order as it is known, its status changes, and what is still to be done.")
public final class OrderCommand implements Callable<Integer> {
  @Mixin private ServerOptions server = new ServerOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Parameters(paramLabel = "ID", description = "Tiny's id of the order, or its number.")
  private String id = "";

  @Mixin private AccountOption about = new AccountOption();

  @Override
  public Integer call() {
    ProducerApi api = server.api();
    ZoneId zone = OutputOptions.zone();
    String account = about.connected(api);
    String path = "/api/os/" + ServerOptions.segment(account);
    ArrayNode orders = api.json().createArrayNode();
    for (JsonNode each :
        api.get(path + "?order=" + ServerOptions.segment(id), account).path("orders")) {
      orders.add(api.get(path + "/" + each.path("osId").asText()));
    }
    if (orders.isEmpty() && id.matches("[1-9]\\d{0,17}")) {
      api.find(path + "/" + id).ifPresent(orders::add); // removed ones are found by id alone
    }
    if (orders.isEmpty()) {
      api.requireAccount(account);
      throw new CommandFailure(
          CommandFailure.FAILED,
          "No order of account %s has the id or number %s; if it is new, ./ordem run reads it."
              .formatted(account, id));
    }
    // One order is the rule, and is told as the API tells it; several have the same number.
    output.print(orders.size() == 1 ? orders.get(0) : orders, answer -> lines(answer, zone));
    return 0;
  }

  /** The answer as people read it. */
  public static List<String> lines(JsonNode answer, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    if (answer.isArray()) {
      answer.forEach(each -> lines.addAll(lines(each, zone)));
      return lines;
    }
    lines.add(
        "Order     %s:%s, number %s, %s%s"
            .formatted(
                answer.path("account").asText(),
                answer.path("id").asText(),
                answer.path("numero").asText("-"),
                situacao(answer.path("situacao")),
                answer.path("removed_at").isTextual() ? ", removed from Tiny" : ""));
    lines.add(
        "Customer  %s; issued %s; total %s"
            .formatted(
                answer.path("cliente_nome").asText("-"),
                answer.path("data").asText("-"),
                answer.path("total").asText("-")));
    lines.add(
        "Read      list %s, details %s"
            .formatted(
                OutputOptions.time(answer.path("header_seen_at"), zone),
                answer.path("details_synced").asBoolean()
                    ? OutputOptions.time(answer.path("detail_fetched_at"), zone)
                    : "never"));
    for (JsonNode change : answer.path("history")) {
      lines.add(
          "Change    %s: %s -> %s"
              .formatted(
                  OutputOptions.time(change.path("seen_at"), zone),
                  change.path("from_situacao").isNull()
                      ? "new"
                      : situacao(change.path("from_situacao")),
                  situacao(change.path("to_situacao"))));
    }
    JsonNode work = answer.path("sync");
    if (work.isObject()) {
      lines.add(
          "Work      %s in %s, %s attempt(s)%s%s"
              .formatted(
                  work.path("state").asText(),
                  work.path("lane").asText("-"),
                  work.path("attempts").asText("0"),
                  work.path("next_attempt_at").isTextual()
                      ? ", next at " + OutputOptions.time(work.path("next_attempt_at"), zone)
                      : "",
                  work.path("last_error").isTextual()
                      ? ": " + work.path("last_error").asText()
                      : ""));
    }
    for (JsonNode failure : answer.path("failures")) {
      if (!failure.path("state").asText().equals("RETRYING")) { // which the work tells
        lines.add(
            "Failed    %s, %s: %s (./ordem requeue %s, once that is mended)"
                .formatted(
                    failure.path("state").asText(),
                    failure.path("cause").asText(),
                    failure.path("error").asText("-"),
                    answer.path("id").asText()));
      }
    }
    lines.add("Times are of " + zone + ".");
    return lines;
  }

  private static String situacao(JsonNode code) {
    return SituacaoText.of(code.asInt(Situacao.NOT_TOLD));
  }
}
