package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.quickstart.cli.terminal.RunDisplay;
import dev.ordem.tiny.account.owner.StoreIdentity;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
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
    description = {
      "Connects a Tiny account: shows the address to open, waits for the answer.",
      "The first time with --client-id and the secret of an application that was made inside of"
          + " that account; the secret is read from --client-secret-file, TINY_CLIENT_SECRET, or"
          + " the terminal, where it is not shown."
    })
public final class ConnectCommand implements Callable<Integer> {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Pattern LOCAL = Pattern.compile("https?://(127\\.|localhost|\\[::1\\])");
  private static final String SIMULATED =
      "It is on this machine: the simulated Tiny account's. For a real one start with TINY_API_URL="
          + StoreIdentity.REAL_API
          + " ./ordem up";

  @Mixin private ServerOptions server = new ServerOptions();

  @Mixin private OutputOptions output = new OutputOptions();

  @Mixin private AccountOption about = new AccountOption();

  @Mixin private ApplicationOptions application = new ApplicationOptions();

  @Option(
      names = "--confirm-company",
      description =
          "Take the authorisation although its company is not the one that is known under this"
              + " name, or has another name here.")
  private boolean confirmCompany;

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
    String account = about.name();
    PrintStream say = output.isJson() ? System.err : System.out;
    String path = "/api/accounts/" + ServerOptions.segment(account) + "/connect";
    Optional<Instant> before = status(api, account).flatMap(ConnectCommand::expiry);
    ObjectNode body = api.json().createObjectNode().put("confirmCompany", confirmCompany);
    application.fill(body);
    JsonNode begun = api.post(path, body);
    say.println("Open this address in a browser and log in to Tiny:");
    say.println(begun.path("url").asText());
    if (LOCAL.matcher(begun.path("url").asText()).lookingAt()) {
      say.println(SIMULATED);
    }
    say.println(
        "The application at Tiny must have this redirect address: "
            + begun.path("redirectUri").asText());
    say.println("Waiting " + RunDisplay.time(timeout) + " for account " + account + " …");
    String attempt = path + "/" + begun.path("attempt").asText();
    long end = System.nanoTime() + timeout.toNanos();
    while (!connected(api, account, attempt, before)) {
      if (System.nanoTime() - end >= 0) {
        throw new CommandFailure(
            CommandFailure.FAILED,
            "Nobody connected account "
                + account
                + " within "
                + RunDisplay.time(timeout)
                + ". Run it again.");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    }
    JsonNode connected = status(api, account).orElseGet(MissingNode::getInstance);
    output.print(connected, known -> List.of("Account " + account + " is connected."));
    return 0;
  }

  /**
   * Who began the attempt knows how it went; after a restart of the producer only a newer token
   * tells.
   */
  private static boolean connected(
      ProducerApi api, String account, String attempt, Optional<Instant> before) {
    JsonNode told = api.getWhateverStatus(attempt);
    String state = told.path("state").asText();
    if (state.equals("FAILED")) {
      String detail = told.path("problemDetail").asText("");
      throw new CommandFailure(
          CommandFailure.FAILED,
          told.path("message").asText() + (detail.isEmpty() ? "" : " " + detail));
    }
    return !state.equals("WAITING")
        && status(api, account)
            .filter(now -> now.path("state").asText().equals("READY"))
            .flatMap(ConnectCommand::expiry)
            .filter(now -> before.isEmpty() || now.isAfter(before.get()))
            .isPresent();
  }

  private static Optional<JsonNode> status(ProducerApi api, String account) {
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
