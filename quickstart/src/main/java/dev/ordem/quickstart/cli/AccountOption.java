package dev.ordem.quickstart.cli;

import dev.ordem.runtime.Environment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which account a command is about that is always about one. */
final class AccountOption {
  @Option(
      names = "--account",
      description = "Name of the Tiny account. Default: TINY_ACCOUNT, else default.")
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
}
