package dev.ordem.runtime;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The variables of a process. Reading one never throws: what is wrong is noted, and {@link #verify}
 * tells everything at once. Any variable can be given as {@code NAME_FILE}, a file that holds the
 * value. A value is part of a message only where it is a number, a time or an address: never a
 * secret.
 *
 * <p>Not thread safe; used while a process is put together.
 */
public final class Environment {
  private static final String CLIENT_PREFIX = "KAFKA_CLIENT_";

  private final Map<String, String> variables;
  private final Set<String> problems = new LinkedHashSet<>();

  private Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** Usually of {@link System#getenv()}. */
  public static Environment of(Map<String, String> variables) {
    return new Environment(variables);
  }

  /** The value, or what the file of {@code NAME_FILE} holds; empty if neither says anything. */
  public Optional<String> text(String name) {
    Optional<String> value = given(name);
    Optional<String> file = given(name + "_FILE");
    if (value.isPresent() && file.isPresent()) {
      problem(name + ": also given as " + name + "_FILE; keep one of them");
      return value;
    }
    return value.isPresent() ? value : file.flatMap(path -> contents(name, path));
  }

  /** The value, or {@code fallback} if there is none. */
  public String text(String name, String fallback) {
    return text(name).orElse(fallback);
  }

  /** The value; if there is none, a problem is noted and an empty text returned. */
  public String required(String name, String meaning) {
    return text(name)
        .orElseGet(
            () -> {
              problem(name + ": not set; it is needed: " + meaning);
              return "";
            });
  }

  /** A whole number within both bounds. */
  public int integer(String name, int fallback, int min, int max) {
    String right = "a whole number from " + min + " to " + max;
    return parsed(
        name,
        fallback,
        right,
        text -> {
          int value = Integer.parseInt(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException(text);
          }
          return value;
        });
  }

  /** A positive time in ISO 8601. */
  public Duration duration(String name, Duration fallback) {
    return parsed(
        name,
        fallback,
        "a positive time in ISO 8601, such as PT20S",
        text -> {
          Duration value = Duration.parse(text);
          if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(text);
          }
          return value;
        });
  }

  /** A time zone by its name. */
  public ZoneId zone(String name, String fallback) {
    return parsed(name, ZoneId.of(fallback), "a time zone, such as " + fallback, ZoneId::of);
  }

  /** {@code host:port}, not resolved; port 0 is any free one. */
  public InetSocketAddress address(String name, InetSocketAddress fallback) {
    return parsed(
        name,
        fallback,
        "host:port, such as 127.0.0.1:8080",
        text -> {
          int colon = text.lastIndexOf(':');
          int port = Integer.parseInt(text.substring(colon + 1));
          if (colon <= 0 || port < 0 || port > 65535) {
            throw new IllegalArgumentException(text);
          }
          return InetSocketAddress.createUnresolved(text.substring(0, colon), port);
        });
  }

  /** Properties for every Kafka client: the brokers, and what {@code KAFKA_CLIENT_*} says. */
  public Map<String, Object> kafka() {
    Map<String, Object> properties = new HashMap<>();
    for (String name : variables.keySet()) {
      if (name.startsWith(CLIENT_PREFIX)) {
        String variable = name.endsWith("_FILE") ? name.substring(0, name.length() - 5) : name;
        String property = variable.substring(CLIENT_PREFIX.length()).toLowerCase(Locale.ROOT);
        text(variable).ifPresent(value -> properties.put(property.replace('_', '.'), value));
      }
    }
    properties.put(
        "bootstrap.servers",
        required("KAFKA_BOOTSTRAP_SERVERS", "the brokers, as host:port,host:port"));
    return properties;
  }

  /** Where the database is. */
  public Postgres postgres() {
    String url = required("POSTGRES_URL", "the database, as jdbc:postgresql://host:5432/database");
    if (!url.isEmpty() && !url.startsWith("jdbc:postgresql:")) {
      problem("POSTGRES_URL: not a JDBC URL; give jdbc:postgresql://host:5432/database");
    }
    return new Postgres(
        url,
        required("POSTGRES_USER", "whom to log in to Postgres as"),
        required("POSTGRES_PASSWORD", "that user's password"));
  }

  /** Notes what is wrong, as {@code NAME: what is wrong; what would be right}. */
  public void problem(String text) {
    problems.add(text);
  }

  /**
   * To be called when everything has been read.
   *
   * @throws ConfigurationException if anything was wrong, naming all of it
   */
  public void verify() {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(List.copyOf(problems));
    }
  }

  private <T> T parsed(String name, T fallback, String right, Function<String, T> parse) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      return parse.apply(text.get());
    } catch (IllegalArgumentException | DateTimeException e) {
      problem(name + ": \"" + text.get() + "\" is not " + right);
      return fallback;
    }
  }

  private Optional<String> given(String name) {
    return Optional.ofNullable(variables.get(name)).map(String::strip).filter(s -> !s.isEmpty());
  }

  private Optional<String> contents(String name, String path) {
    try {
      String text = Files.readString(Path.of(path)).strip();
      if (text.isEmpty()) {
        problem(name + "_FILE: " + path + " is empty");
      }
      return Optional.of(text).filter(s -> !s.isEmpty());
    } catch (IOException e) {
      problem(name + "_FILE: cannot read " + path + " (" + e + ")");
      return Optional.empty();
    }
  }
}
