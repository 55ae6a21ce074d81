package dev.ordem.tiny;

import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the variables of {@link TinySettings} and tells each bad one. */
final class SettingsReader {
  private static final String API = "https://api.tiny.com.br/public-api/v3";
  private static final String AUTH =
      "https://accounts.tiny.com.br/realms/tiny/protocol/openid-connect";
  private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern COMMA = Pattern.compile(",");
  private static final int MOST_PER_WINDOW = 1_000_000_000;

  private final Function<String, Optional<String>> variables;
  private final Consumer<String> problems;

  SettingsReader(Function<String, Optional<String>> variables, Consumer<String> problems) {
    this.variables = variables;
    this.problems = problems;
  }

  TinySettings read() {
    return new TinySettings(
        account(),
        url("TINY_API_URL", API),
        url("TINY_AUTH_URL", AUTH),
        application("TINY_CLIENT_ID", "TINY_CLIENT_SECRET", "the client id"),
        application("TINY_CLIENT_SECRET", "TINY_CLIENT_ID", "the client secret"),
        refreshToken(),
        secretKeys(),
        count("TINY_REQUESTS_PER_SECOND", 4),
        count("TINY_REQUESTS_PER_MINUTE", 30),
        duration("TINY_QUOTA_WINDOW", Duration.ofMinutes(1), Duration.ofHours(1)),
        count("TINY_REQUESTS_PER_HOUR", 0),
        duration("TINY_CALL_TIMEOUT", Duration.ofSeconds(20), Duration.ofMinutes(10)),
        duration("TINY_PERMIT_WAIT", Duration.ofSeconds(1), Duration.ofMinutes(10)));
  }

  private String account() {
    String name = value("TINY_ACCOUNT").orElse("default");
    if (!ACCOUNT.matcher(name).matches()) {
      problems.accept(
          "TINY_ACCOUNT is \"" + name + "\": use lower-case letters, digits and hyphens, 63 most");
    }
    return name;
  }

  private URI url(String name, String otherwise) {
    String text = value(name).orElse(otherwise);
    try {
      URI uri = URI.create(text.replaceAll("/+$", ""));
      boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) { // told below, with the text
    }
    problems.accept(name + " is \"" + text + "\": use an address such as " + otherwise);
    return URI.create(otherwise);
  }

  /** Both or none: without, accounts are those of {@code ordem connect}. */
  private String application(String name, String other, String what) {
    return value(other).isPresent() || value("TINY_REFRESH_TOKEN").isPresent()
        ? required(name, what + " of your application in Tiny")
        : value(name).orElse("");
  }

  private @Nullable String refreshToken() {
    return value("TINY_REFRESH_TOKEN").orElse(null);
  }

  private String required(String name, String what) {
    Optional<String> value = value(name);
    if (value.isEmpty()) {
      problems.accept(name + " is not set: set it to " + what);
    }
    return value.orElse("");
  }

  private List<String> secretKeys() {
    String all = required("ORDEM_SECRET_KEY", "a secret of 16 characters or more");
    List<String> keys =
        COMMA.splitAsStream(all).map(String::strip).filter(key -> !key.isEmpty()).toList();
    if (keys.stream().anyMatch(key -> key.length() < 16)) {
      problems.accept(
          "ORDEM_SECRET_KEY holds a key of fewer than 16 characters: use 16 or more, such as the"
              + " output of: openssl rand -base64 32 (several keys, the newest first, are"
              + " separated by commas)");
    }
    return keys;
  }

  private int count(String name, int otherwise) {
    Optional<String> text = value(name);
    try {
      int count = text.map(Integer::parseInt).orElse(otherwise);
      if (count >= 0 && count <= MOST_PER_WINDOW) {
        return count;
      }
    } catch (NumberFormatException e) { // told below, with the text
    }
    problems.accept(
        "%s is \"%s\": use a number of calls from 0 (no such limit) to %d"
            .formatted(name, text.orElse(""), MOST_PER_WINDOW));
    return otherwise;
  }

  private Duration duration(String name, Duration otherwise, Duration most) {
    Optional<String> text = value(name);
    try {
      Duration duration = text.map(Duration::parse).orElse(otherwise);
      if (duration.compareTo(Duration.ofMillis(10)) >= 0 && duration.compareTo(most) <= 0) {
        return duration;
      }
    } catch (DateTimeParseException e) { // told below, with the text
    }
    problems.accept(
        "%s is \"%s\": use an ISO 8601 duration from PT0.01S to %s, such as %s"
            .formatted(name, text.orElse(""), most, otherwise));
    return otherwise;
  }

  private Optional<String> value(String name) {
    return variables.apply(name).map(String::strip).filter(value -> !value.isEmpty());
  }
}
