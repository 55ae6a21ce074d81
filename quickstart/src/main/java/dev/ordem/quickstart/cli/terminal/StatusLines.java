package dev.ordem.quickstart.cli.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.tiny.ClientHealth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How everything stands, as people read it. */
public final class StatusLines {
  private StatusLines() {}

  public static List<String> of(JsonNode status, ZoneId zone) {
    List<String> lines = new ArrayList<>();
    JsonNode orders = status.path("orders");
    lines.add(
        "Orders    %,d, with details %,d"
            .formatted(orders.path("total").asLong(), orders.path("withDetails").asLong()));
    for (JsonNode line : status.path("queue")) {
      lines.add(
          "Queue     %s: %,d %s in %s%s"
              .formatted(
                  line.path("account").asText(),
                  line.path("orders").asLong(),
                  line.path("state").asText(),
                  line.path("lane").asText(),
                  line.path("connected").asBoolean(true) ? "" : " (it is not connected)"));
    }
    for (JsonNode line : status.path("failures")) {
      lines.add(
          "Failures  %s: %,d %s (./ordem failures)"
              .formatted(
                  line.path("account").asText(),
                  line.path("orders").asLong(),
                  line.path("state").asText()));
    }
    status
        .path("runs")
        .properties()
        .forEach(run -> lines.add("Runs      %s: %s".formatted(run.getKey(), run.getValue())));
    for (JsonNode account : status.path("lastSuccess")) {
      lines.add(
          "Last sync %s: %s ago"
              .formatted(
                  account.path("account").asText(),
                  RunDisplay.time(account.path("ageSeconds").asDouble() / 60)));
    }
    status.path("accounts").forEach(account -> lines.add(account(account)));
    if (status.path("accounts").isEmpty()) {
      lines.add("Account   none: " + ClientHealth.NO_ACCOUNT);
    }
    status.path("certificates").forEach(one -> lines.add(certificate(one)));
    status.path("audit").forEach(one -> audit(one, lines));
    status.path("watches").forEach(one -> watch(one, zone, lines));
    for (JsonNode entry : status.path("schedule")) {
      lines.add(
          "Schedule  %s, next %s (%s)"
              .formatted(
                  entry.path("mode").asText(),
                  OutputOptions.time(entry.path("next").path(0), zone),
                  zone));
    }
    return lines;
  }

  /**
   * What keeps an account from being used, with the names that who asked may see; empty: nothing.
   */
  public static Optional<String> problem(JsonNode account) {
    String detail = account.path("problemDetail").asText("");
    return Optional.of(account.path("problem"))
        .filter(JsonNode::isTextual)
        .map(problem -> problem.asText() + (detail.isEmpty() ? "" : " (" + detail + ")"));
  }

  private static String account(JsonNode account) {
    return "Account   %s: %s%s, %s"
        .formatted(
            account.path("account").asText(),
            account.path("state").asText(),
            problem(account).map(problem -> " (" + problem + ")").orElse(""),
            quota(account.path("quota")));
  }

  private static String quota(JsonNode quota) {
    int perWindow = quota.path("perWindow").asInt();
    return perWindow == 0
        ? "no quota"
        : "quota %d requests per %s, %d used"
            .formatted(
                perWindow,
                RunDisplay.unit(quota.path("window").asText()),
                quota.path("usedInWindow").asInt());
  }

  private static String certificate(JsonNode certificate) {
    return "Proof     %s: ledger and Postgres hold %s"
        .formatted(
            certificate.path("account").asText(),
            certificate.path("equal").asBoolean() ? "the same" : "not the same");
  }

  private static void watch(JsonNode watch, ZoneId zone, List<String> lines) {
    String account = watch.path("account").asText();
    String how =
        !watch.path("state").asText().equals("ON")
            ? "off"
            : watch.path("watched").asBoolean() ? "on" : "nobody watches";
    String why =
        watch.path("waitsFor").isTextual() ? " (" + watch.path("waitsFor").asText() + ")" : "";
    lines.add(
        "Watch     %s: %s%s, %,d looks".formatted(account, how, why, watch.path("looks").asLong()));
    for (JsonNode list : watch.path("lists")) {
      lines.add(
          String.format(
              Locale.ROOT,
              "          %s: %,d pages, all looked at since %s, %.1f changes an hour",
              list.path("list").asText(),
              list.path("pages").asLong(),
              OutputOptions.time(list.path("lookedAt"), zone),
              list.path("changesPerHour").asDouble()));
    }
  }

  private static void audit(JsonNode audit, List<String> lines) {
    if (audit.path("audited").asLong() > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "Audit     %s: of %,d orders that seemed unchanged %,d had changed"
                  + " (%.2f %%; 95 %% sure: %.2f to %.2f %%)",
              audit.path("account").asText(),
              audit.path("audited").asLong(),
              audit.path("missed").asLong(),
              100 * audit.path("rate").asDouble(),
              100 * audit.path("low").asDouble(),
              100 * audit.path("high").asDouble()));
    }
  }
}
