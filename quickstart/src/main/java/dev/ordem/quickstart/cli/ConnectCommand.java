package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Shows the address at which a person authorises Ordem, and waits for the yes. */
@Command(
    name = "connect",
    mixinStandardHelpOptions = true,
    description = "Connects a Tiny account: shows the address to open, waits for the answer.")
public final class ConnectCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(500);

  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = "--account",
      defaultValue = "default",
      description = "Name of the account, new or known. Default: ${DEFAULT-VALUE}.")
  private String account = "default";

  @Option(
      names = "--timeout",
      defaultValue = "10m",
      converter = TimeByUnit.class,
      description = "How long to wait, such as 90s or PT10M. Default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofMinutes(10);

  /** Times with their unit, as people write them, or in ISO 8601. */
  static final class TimeByUnit implements ITypeConverter<Duration> {
    private static final Pattern SHORT = Pattern.compile("[1-9][0-9]{0,5}[smh]");

    @Override
    public Duration convert(String text) {
      try {
        Duration time = Duration.parse(SHORT.matcher(text).matches() ? "PT" + text : text);
        if (time.compareTo(Duration.ZERO) > 0) {
          return time;
        }
      } catch (DateTimeParseException e) { // told below, with the text
      }
      throw new TypeConversionException(
          "'%s' is no time to wait; write 90s, 10m or 1h".formatted(text));
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    ProducerApi api = server.api();
    String path = "/api/accounts/" + ServerOptions.segment(account) + "/connect";
    Optional<Instant> before = status(api).flatMap(ConnectCommand::expiry);
    JsonNode begun = api.post(path, api.json().createObjectNode());
    System.out.println("Open this address in a browser and log in to Tiny:");
    System.out.println(begun.path("url").asText());
    System.out.println(
        "The application at Tiny must have this redirect address: "
            + begun.path("redirectUri").asText());
    System.out.println("Waiting " + timeout + " for account " + account + " …");
    String attempt = path + "/" + begun.path("attempt").asText();
    long end = System.nanoTime() + timeout.toNanos();
    while (!connected(api, attempt, before)) {
      if (System.nanoTime() - end >= 0) {
        throw new CommandFailure(
            CommandFailure.FAILED,
            "Nobody connected account " + account + " within " + timeout + ". Run it again.");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    }
    System.out.println("Account " + account + " is connected.");
    return 0;
  }

  /**
   * Who began the attempt knows how it went; after a restart of the producer only a newer token
   * tells.
   */
  private boolean connected(ProducerApi api, String attempt, Optional<Instant> before) {
    JsonNode told = api.getWhateverStatus(attempt);
    String state = told.path("state").asText();
    if (state.equals("FAILED")) {
      throw new CommandFailure(CommandFailure.FAILED, told.path("message").asText());
    }
    return !state.equals("WAITING")
        && status(api)
            .filter(now -> now.path("state").asText().equals("READY"))
            .flatMap(ConnectCommand::expiry)
            .filter(now -> before.isEmpty() || now.isAfter(before.get()))
            .isPresent();
  }

  private Optional<JsonNode> status(ProducerApi api) {
    for (JsonNode known : api.get("/api/accounts").path("accounts")) {
      if (known.path("account").asText().equals(account)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private static Optional<Instant> expiry(JsonNode account) {
    return Optional.of(account.path("tokenExpiresAt"))
        .filter(JsonNode::isTextual)
        .map(text -> Instant.parse(text.asText()));
  }
}
