package dev.ordem.quickstart.cli;

import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.runtime.Environment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which account a command is about that is always about one. */
final class AccountOption {
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
    if (account != null) {
      return account;
    }
    Environment environment = Environment.of(System.getenv());
    String named = environment.text("TINY_ACCOUNT", "default");
    environment.verify();
    return named;
  }

  /**
   * Its name, among those that are connected.
   *
   * @throws CommandFailure if several are, and none of them is named
   */
  String connected(ProducerApi api) {
    String usual = name();
    if (account != null) {
      return account;
    }
    List<String> names = new ArrayList<>();
    api.get("/api/accounts")
        .path("accounts")
        .forEach(each -> names.add(each.path("account").asText()));
    if (names.contains(usual) || names.isEmpty()) {
      return usual;
    } else if (names.size() == 1) {
      return names.get(0);
    }
    throw new CommandFailure(
        CommandFailure.WRONG_USAGE, "Say --account; there are " + String.join(", ", names) + ".");
  }
}
