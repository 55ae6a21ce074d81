package dev.ordem.quickstart.cli;

import dev.ordem.quickstart.cli.terminal.CommandFailure;
import dev.ordem.quickstart.embedded.EndpointsFile;
import dev.ordem.runtime.Environment;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which producer a command talks to. */
public final class ServerOptions {
  private static final String DEFAULT = "http://127.0.0.1:8080";
  private static final String BROKERS = "KAFKA_BOOTSTRAP_SERVERS";

  @Option(
      names = "--url",
      description =
          "Where the producer is. Default: ORDEM_URL, else what ./ordem up wrote, else " + DEFAULT)
  private @Nullable String url;

  ProducerApi api() {
    return new ProducerApi(base(), token(System.getenv()));
  }

  /**
   * {@code ORDEM_API_TOKEN}, or what its {@code _FILE} holds.
   *
   * @throws dev.ordem.runtime.ConfigurationException if that file cannot be read, or it is nothing
   *     that a producer takes
   */
  public static Optional<String> token(Map<String, String> variables) {
    Environment environment = Environment.of(variables);
    Optional<String> token = environment.token("ORDEM_API_TOKEN");
    environment.verify();
    return token;
  }

  private URI base() {
    if (url != null) {
      return address("--url", url);
    }
    Environment environment = Environment.of(System.getenv());
    Optional<String> named = environment.text("ORDEM_URL");
    environment.verify();
    return address("ORDEM_URL", named.or(() -> written("ORDEM_URL")).orElse(DEFAULT));
  }

  /** Whoever leaves {@code http://} out means it. */
  public static URI address(String name, String text) {
    String whole = text.contains("://") ? text.strip() : "http://" + text.strip();
    try {
      URI address = new URI(whole);
      if (address.getHost() != null
          && address.getScheme().matches("https?")
          && address.getPort() <= Environment.HIGHEST_PORT
          && address.getPort() != 0) {
        return address;
      }
    } catch (URISyntaxException e) {
      throw wrong(name, text, e);
    }
    throw wrong(name, text, null);
  }

  private static CommandFailure wrong(String name, String text, @Nullable Throwable cause) {
    String said = name + ": '" + text + "' is no address; write it as " + DEFAULT + ".";
    return cause == null
        ? new CommandFailure(CommandFailure.WRONG_USAGE, said)
        : new CommandFailure(CommandFailure.WRONG_USAGE, said, cause);
  }

  /** What {@code up} wrote of a variable, if there was an {@code up} here. */
  public static Optional<String> written(String name) {
    Path endpoints = LogConfiguration.home().resolve(EndpointsFile.FILE);
    try {
      return Files.readAllLines(endpoints).stream()
          .filter(line -> line.startsWith(name + "="))
          .map(line -> EndpointsFile.unquoted(line.substring(name.length() + 1)))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The variables of this shell, and, where they name no brokers, those of {@code up}. */
  public static Map<String, String> brokers() {
    Map<String, String> variables = new HashMap<>(System.getenv());
    if (!Environment.of(variables).has(BROKERS)) {
      written(BROKERS).ifPresent(value -> variables.put(BROKERS, value));
    }
    return variables;
  }

  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
