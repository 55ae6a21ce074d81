package dev.ordem.quickstart.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.contract.Situacao;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What a reconcile found, as people read it. */
public final class ReportTable {
  private static final String ROW = "%-22s %12s %12s %12s%s";

  private ReportTable() {}

  public static List<String> lines(JsonNode report) {
    List<String> lines = new ArrayList<>();
    if (!report.isObject()) {
      return lines;
    }
    lines.add(ROW.formatted("Status", "Tiny", "Ledger", "Postgres", ""));
    for (Map.Entry<String, JsonNode> each : report.path("bySituacao").properties()) {
      lines.add(row(name(each.getKey()), each.getValue()));
    }
    lines.add(row("all", report.path("all")));
    lines.add(
        "%s new, %s put right, %s gone from Tiny, %s doubtful, %s with old details."
            .formatted(
                number(report.path("found")),
                number(report.path("recovered")),
                number(report.path("removed")),
                number(report.path("suspects")),
                number(report.path("stale"))));
    if (report.path("failing").asLong() > 0) {
      List<String> ids = new ArrayList<>();
      report.path("failingIds").forEach(id -> ids.add(id.asText()));
      lines.add(
          "%s wait for a person (./ordem failures): %s"
              .formatted(number(report.path("failing")), String.join(", ", ids)));
    }
    lines.add(
        "%s calls to Tiny in %s."
            .formatted(
                number(report.path("calls")),
                RunDisplay.time(report.path("seconds").asDouble() / 60)));
    return lines;
  }

  private static String row(String name, JsonNode sides) {
    boolean same =
        sides.path("ledger").asLong() == sides.path("postgres").asLong()
            && (!sides.path("tiny").isNumber()
                || sides.path("tiny").asLong() == sides.path("ledger").asLong());
    return ROW.formatted(
        name,
        number(sides.path("tiny")),
        number(sides.path("ledger")),
        number(sides.path("postgres")),
        same ? "" : "  differs");
  }

  private static String name(String code) {
    return Stream.of(Situacao.values())
        .filter(each -> Integer.toString(each.code()).equals(code))
        .map(each -> code + " " + each.name().toLowerCase(Locale.ROOT).replace('_', ' '))
        .findFirst()
        .orElse(code + " unknown status");
  }

  private static String number(JsonNode number) {
    return number.isNumber() ? String.format(Locale.ROOT, "%,d", number.asLong()) : "?";
  }
}
