package dev.ordem.quickstart.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.cli.terminal.OutputOptions;
import dev.ordem.runtime.Environment;
import dev.ordem.runtime.UnreadableFile;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The application and the limits of an account, as they are given where it is connected. */
final class ApplicationOptions {
  @Option(
      names = "--client-id",
      description = "Of an application that was made inside of the account, as Tiny shows it.")
  private @Nullable String clientId;

  @Option(
      names = "--client-secret-file",
      paramLabel = "FILE",
      description = "Holds the application's secret.")
  private @Nullable Path secretFile;

  @Option(
      names = "--plan",
      paramLabel = "N",
      description = "Reads a minute of the account's plan: 30, 60, 120 or 140. Tiny's word rules.")
  private @Nullable Integer plan;

  @Option(names = "--per-second", paramLabel = "N", description = "Calls a second; 0: no limit.")
  private @Nullable Integer perSecond;

  @Option(names = "--per-minute", paramLabel = "N", description = "Calls a minute; 0: no limit.")
  private @Nullable Integer perMinute;

  @Option(names = "--per-hour", paramLabel = "N", description = "Calls an hour; 0: no limit.")
  private @Nullable Integer perHour;

  /** Adds what was given to the body of a request. */
  void fill(ObjectNode body) {
    if (clientId != null) {
      body.put("clientId", clientId).put("clientSecret", secret());
    } else if (secretFile != null) {
      throw new CommandFailure(
          CommandFailure.WRONG_USAGE, "--client-secret-file: say --client-id, too.");
    }
    put(body, "plan", plan);
    put(body, "perSecond", perSecond);
    put(body, "perMinute", perMinute);
    put(body, "perHour", perHour);
  }

  private static void put(ObjectNode body, String name, @Nullable Integer value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private String secret() {
    Optional<String> secret = secretFile == null ? variable() : Optional.of(read(secretFile));
    String found = secret.orElseGet(ApplicationOptions::asked).strip();
    if (found.isEmpty()) {
      throw new CommandFailure(
          CommandFailure.WRONG_USAGE,
          "The application's secret is needed: give --client-secret-file, TINY_CLIENT_SECRET, or"
              + " type it.");
    }
    return found;
  }

  private static Optional<String> variable() {
    Environment environment = Environment.of(System.getenv());
    Optional<String> secret = environment.text("TINY_CLIENT_SECRET");
    environment.verify();
    return secret;
  }

  private static String read(Path file) {
    try {
      String secret = Files.readString(file).strip();
      if (secret.isEmpty() || secret.lines().count() > 1) {
        throw new CommandFailure(
            CommandFailure.WRONG_USAGE,
            "--client-secret-file: %s %s; it holds the secret, in one line, and nothing else."
                .formatted(file, secret.isEmpty() ? "is empty" : "has several lines"));
      }
      return secret;
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.WRONG_USAGE,
          "--client-secret-file: " + file + " cannot be read: " + UnreadableFile.why(e) + ".",
          e);
    }
  }

  /** On a terminal without echo; else a line of what is piped in. */
  private static String asked() {
    Optional<Console> terminal = OutputOptions.terminal();
    if (terminal.isPresent()) {
      char[] typed = terminal.get().readPassword("Client secret (it is not shown): ");
      return typed == null ? "" : new String(typed);
    }
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      return "";
    }
  }
}
