package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.Environment;
import dev.ordem.runtime.StartException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code .ordem/endpoints.env}: where everything is, for a shell to source. Readable by its owner
 * only, because the database's password is in it.
 *
 * <p>A shell that has sourced it still starts an {@code up} of its own: the variable {@link #MARK}
 * names the values that an {@code up} brought itself, by their fingerprints. Those are no wish of a
 * person, whichever home's they are, so a start in the same shell neither waits for brokers that
 * are down nor writes into another home's stores.
 */
public final class EndpointsFile {
  public static final String FILE = "endpoints.env";

  private static final String MARK = "ORDEM_ENDPOINTS";
  private static final String KAFKA = "KAFKA_BOOTSTRAP_SERVERS";
  private static final String URL = "POSTGRES_URL";
  private static final String USER = "POSTGRES_USER";
  private static final String PASSWORD = "POSTGRES_PASSWORD";
  private static final String JDBC = "jdbc:";
  private static final int POSTGRES_PORT = 5432;

  private EndpointsFile() {}

  /** Replaces the file. What is not known has no line. */
  public static void write(HomeDirectory home, UpSettings settings, URI ordem)
      throws StartException {
    Environment environment = Environment.of(settings.variables());
    Map<String, String> lines = new LinkedHashMap<>();
    put(lines, KAFKA, environment);
    put(lines, URL, environment);
    URI postgres = postgres(lines.getOrDefault(URL, ""));
    if (postgres.getHost() != null) {
      int port = postgres.getPort() < 0 ? POSTGRES_PORT : postgres.getPort();
      lines.put("POSTGRES_HOST", postgres.getHost());
      lines.put("POSTGRES_PORT", Integer.toString(port));
      lines.put("POSTGRES_DB", postgres.getPath().replaceFirst("^/", ""));
    }
    put(lines, USER, environment);
    put(lines, PASSWORD, environment);
    lines.put("ORDEM_URL", ordem.toString());
    forPsql(lines);
    lines.put(MARK, mark(lines, settings));
    home.writePrivately(
        FILE,
        lines.entrySet().stream()
            .map(line -> line.getKey() + "=" + quoted(line.getValue()) + "\n")
            .collect(Collectors.joining()));
  }

  private static void put(Map<String, String> lines, String name, Environment environment) {
    environment.text(name).ifPresent(value -> lines.put(name, value));
  }

  /** Also under the names that psql and its kin read by themselves. */
  private static void forPsql(Map<String, String> lines) {
    for (String name : List.of("HOST", "PORT", "DB", "USER", "PASSWORD")) {
      String value = lines.get("POSTGRES_" + name);
      if (value != null) {
        lines.put("PG" + (name.equals("DB") ? "DATABASE" : name), value);
      }
    }
  }

  private static String mark(Map<String, String> lines, UpSettings settings) {
    Stream<String> kafka = settings.bringsKafka() ? Stream.of(KAFKA) : Stream.of();
    Stream<String> postgres = settings.bringsPostgres() ? Stream.of(URL) : Stream.of();
    return Stream.concat(kafka, postgres)
        .map(name -> fingerprint(name, lines.getOrDefault(name, "")))
        .collect(Collectors.joining(","));
  }

  /** The variables without what a shell has from such a file. */
  static Map<String, String> withoutOwn(Map<String, String> given) {
    Map<String, String> wished = new HashMap<>(given);
    List<String> marks = List.of(given.getOrDefault(MARK, "").split(",", -1));
    if (marks.contains(fingerprint(KAFKA, given.getOrDefault(KAFKA, "")))) {
      wished.remove(KAFKA);
    }
    if (marks.contains(fingerprint(URL, given.getOrDefault(URL, "")))) {
      List.of(URL, USER, PASSWORD).forEach(wished::remove);
    }
    return wished;
  }

  /** Short: it tells values apart, and protects none. */
  private static String fingerprint(String name, String value) {
    return Integer.toHexString((name + "=" + value).hashCode());
  }

  private static URI postgres(String url) {
    try {
      return URI.create(url.startsWith(JDBC) ? url.substring(JDBC.length()) : url);
    } catch (IllegalArgumentException e) {
      return URI.create("postgresql:///"); // several hosts: only the whole URL can be told
    }
  }

  /** What {@link #quoted} made a word of. */
  public static String unquoted(String word) {
    boolean quoted = word.length() > 1 && word.startsWith("'") && word.endsWith("'");
    return quoted ? word.substring(1, word.length() - 1).replace("'\\''", "'") : word;
  }

  /** For a shell: as one word. */
  public static String quoted(String value) {
    return value.matches("[A-Za-z0-9_.:/,@%+-]*") ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
