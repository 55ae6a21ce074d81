package dev.ordem.quickstart.cli;

import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.runtime.Environment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which account a command is about that is always about one. */
final class AccountOption {
  private static final String USUAL = "default";

  @Option(
      names = "--account",
      description =
          "Name of the Tiny account. Default: TINY_ACCOUNT, else default, else the only one.")
  private @Nullable String account;

  /**
   * Its name.
   *
   * @throws dev.ordem.runtime.ConfigurationException if the variable's file cannot be read
   */
  String name() {
    return named().orElse(USUAL);
  }

  private Optional<String> named() {
    if (account != null) {
      return Optional.of(account);
    }
    Environment environment = Environment.of(System.getenv());
    Optional<String> named = environment.text("TINY_ACCOUNT");
    environment.verify();
    return named;
  }

  /**
   * Its name; where none is given, among those that are connected.
   *
   * @throws CommandFailure if several are, and none of them is the usual one
   */
  String connected(ProducerApi api) {
    return named().orElseGet(() -> meant(api));
  }

  private static String meant(ProducerApi api) {
    List<String> names = new ArrayList<>();
    api.get("/api/accounts")
        .path("accounts")
        .forEach(each -> names.add(each.path("account").asText()));
    if (names.contains(USUAL) || names.isEmpty()) {
      return USUAL;
    } else if (names.size() == 1) {
      return names.get(0);
    }
    throw new CommandFailure(
        CommandFailure.WRONG_USAGE, "Say --account; there are " + String.join(", ", names) + ".");
  }
}
