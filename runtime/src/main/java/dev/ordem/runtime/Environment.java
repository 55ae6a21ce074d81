package dev.ordem.runtime;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables of a process. Reading one never throws: what is wrong is noted, and {@link #verify}
 * tells everything at once, each with its name, its value, and what would be right. Any variable
 * can be given as {@code NAME_FILE}, a file that holds the value. A value that was read as {@link
 * #text} or {@link #secret} is part of no message.
 *
 * <p>What is read must be one of {@link KnownVariables}: that is how a misspelt one is found.
 *
 * <p>Not thread safe; used while a process is put together.
 */
public final class Environment {
  /** No topic of ours has more partitions. */
  public static final int MOST_PARTITIONS = 1_000;

  /** No address has a higher one. */
  public static final int HIGHEST_PORT = 65_535;

  private static final short MOST_COPIES = 15;

  /** What follows is the name of a setting of Kafka's. */
  static final String CLIENT_PREFIX = "KAFKA_CLIENT_";

  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\\w+)?]):(\\d{1,5})");
  private static final Pattern TOKEN = Pattern.compile("[!-~]{16,}");
  private static final Pattern SLASHES = Pattern.compile("/+$");

  private final Map<String, String> variables;
  private final Set<String> problems = new LinkedHashSet<>();

  private Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** Usually of {@link System#getenv()}. */
  public static Environment of(Map<String, String> variables) {
    return new Environment(variables);
  }

  /** Whether the variable, or {@code NAME_FILE}, says anything. */
  public boolean has(String name) {
    return given(name).isPresent() || given(name + "_FILE").isPresent();
  }

  /**
   * The value, or what the file of {@code NAME_FILE} holds; empty if neither says anything.
   *
   * @throws IllegalArgumentException if it has a prefix of ours and is none of ours: a defect
   */
  public Optional<String> text(String name) {
    KnownVariables.require(name);
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

  /**
   * A value that has a shape of its own, and is no secret.
   *
   * @param right what would be right, such as {@code "a colour, such as red"}
   * @param parse throws {@link IllegalArgumentException} or {@link DateTimeException} for a text
   *     that is not
   */
  public <T> T parsed(String name, T fallback, String right, Function<String, T> parse) {
    return parsed(name, right, parse).orElse(fallback);
  }

  /** As the other one; empty also if the value is wrong. */
  public <T> Optional<T> parsed(String name, String right, Function<String, T> parse) {
    return read(name, text -> "\"" + text + "\" is not " + right, parse);
  }

  /** As {@link #parsed}, but no message shows the value. */
  public <T> Optional<T> secret(String name, String right, Function<String, T> parse) {
    return read(name, text -> "its value, which is not shown, is not " + right, parse);
  }

  /**
   * What opens the API. Whoever guesses a short one reads everything; a space, a line break or an
   * accent cannot be sent at all.
   */
  public Optional<String> token(String name) {
    return secret(
        name,
        "16 characters or more out of letters, digits and signs, without spaces, such as"
            + " openssl rand -hex 32 makes",
        text -> {
          if (!TOKEN.matcher(text).matches()) {
            throw new IllegalArgumentException(name);
          }
          return text;
        });
  }

  /** A whole number within both bounds. */
  public int integer(String name, int fallback, int min, int max) {
    return parsed(
        name,
        fallback,
        "a whole number from " + min + " to " + max,
        text -> within(Integer.parseInt(text), min, max));
  }

  /** A positive time in ISO 8601. */
  public Duration duration(String name, Duration fallback) {
    return parsed(
        name,
        fallback,
        "a positive time in ISO 8601, such as " + written(fallback),
        text -> {
          Duration value = Duration.parse(text);
          if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(text);
          }
          return value;
        });
  }

  /** As people write it: days as days. */
  private static String written(Duration time) {
    boolean days = !time.isZero() && Duration.ofDays(time.toDays()).equals(time);
    return days ? "P" + time.toDays() + "D" : time.toString();
  }

  /** A time in ISO 8601 within both bounds. */
  public Duration duration(String name, Duration fallback, Duration min, Duration max) {
    return parsed(
        name,
        fallback,
        "a time in ISO 8601 from %s to %s, such as %s".formatted(min, max, fallback),
        text -> within(Duration.parse(text), min, max));
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
        "host:port, such as 127.0.0.1:8080 or [::1]:8080",
        text -> {
          Matcher parts = HOST_AND_PORT.matcher(text);
          if (!parts.matches()) {
            throw new IllegalArgumentException(text);
          }
          int port = within(Integer.parseInt(parts.group(2)), 0, HIGHEST_PORT);
          return InetSocketAddress.createUnresolved(parts.group(1), port);
        });
  }

  /** Where something is in the web: without a slash at the end, query, fragment or user. */
  public Optional<URI> url(String name, String example) {
    return parsed(
        name,
        "an address, such as " + example,
        text -> {
          URI uri = URI.create(SLASHES.matcher(text).replaceFirst(""));
          boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
          if (!http
              || uri.getHost() == null
              || uri.getPort() > HIGHEST_PORT
              || uri.getUserInfo() != null
              || uri.getQuery() != null
              || uri.getFragment() != null) {
            throw new IllegalArgumentException(text);
          }
          return uri;
        });
  }

  /** Where browsers find the API; empty: on loopback only. */
  public Optional<URI> publicUrl() {
    return url("ORDEM_PUBLIC_URL", "https://ordem.example.com");
  }

  /** Partitions of topics that are yet to be created. */
  public int partitions() {
    return integer("KAFKA_TOPIC_PARTITIONS", 6, 1, MOST_PARTITIONS);
  }

  /** Copies of each partition of topics that are yet to be created; empty: the brokers' default. */
  public Optional<Short> replication() {
    return parsed(
        "KAFKA_TOPIC_REPLICATION",
        "a whole number from 1 to " + MOST_COPIES,
        text -> within(Short.valueOf(text), (short) 1, MOST_COPIES));
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
    String brokers = required("KAFKA_BOOTSTRAP_SERVERS", "the brokers, as host:port,host:port");
    if (!brokers.isEmpty() && !BrokerAddresses.areRight(brokers)) {
      problem("KAFKA_BOOTSTRAP_SERVERS: \"" + brokers + "\" is not " + BrokerAddresses.RIGHT);
    }
    properties.put("bootstrap.servers", brokers);
    Object protocol = properties.get("security.protocol");
    if (protocol != null
        && !BrokerAddresses.PROTOCOLS.contains(protocol.toString().toUpperCase(Locale.ROOT))) {
      problem(
          CLIENT_PREFIX
              + "SECURITY_PROTOCOL: \""
              + protocol
              + "\" is none of "
              + String.join(", ", new TreeSet<>(BrokerAddresses.PROTOCOLS)));
    }
    return properties;
  }

  /** Where the database is. */
  public Postgres postgres() {
    String url = required("POSTGRES_URL", "the database, as " + Postgres.EXAMPLE);
    if (!url.isEmpty() && !Postgres.isReadable(url)) {
      problem(
          "POSTGRES_URL: its value, which is not shown, is no JDBC URL that Postgres' driver reads, as "
              + Postgres.EXAMPLE
              + "; user and password go into POSTGRES_USER and POSTGRES_PASSWORD");
    }
    return new Postgres(
        url,
        required("POSTGRES_USER", "whom to log in to Postgres as"),
        required("POSTGRES_PASSWORD", "that user's password"),
        "POSTGRES_USER and POSTGRES_PASSWORD");
  }

  /** Notes what is wrong, as {@code NAME: what is wrong; what would be right}. */
  public void problem(String text) {
    problems.add(text);
  }

  /**
   * Variables that look as if they were meant for us and that nothing reads, a line each. No reason
   * to refuse: other programs may have put them there.
   */
  public List<String> unknown() {
    return KnownVariables.unknown(
        variables.keySet().stream().filter(name -> given(name).isPresent()).toList());
  }

  /**
   * To be called when everything has been read.
   *
   * @throws ConfigurationException if anything was wrong, naming all of it, and what is {@link
   *     #unknown}: often the same variable, misspelt
   */
  public void verify() {
    if (!problems.isEmpty()) {
      List<String> all = new ArrayList<>(problems);
      all.addAll(unknown());
      throw new ConfigurationException(all);
    }
  }

  private <T> Optional<T> read(
      String name, UnaryOperator<String> wrong, Function<String, T> parse) {
    Optional<String> text = text(name);
    try {
      return text.map(parse);
    } catch (IllegalArgumentException | DateTimeException e) {
      problem(name + ": " + wrong.apply(text.orElse("")));
      return Optional.empty();
    }
  }

  private static <T extends Comparable<T>> T within(T value, T min, T max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(value.toString());
    }
    return value;
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
      problem(name + "_FILE: cannot read " + path + ": " + UnreadableFile.why(e));
      return Optional.empty();
    } catch (InvalidPathException e) {
      problem(name + "_FILE: " + path + " is no path of a file");
      return Optional.empty();
    }
  }
}
