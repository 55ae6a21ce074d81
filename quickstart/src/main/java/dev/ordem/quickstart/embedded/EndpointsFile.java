package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code .ordem/endpoints.env}: where everything is, for a shell to source. Readable by its owner
 * only, because the database's password is in it.
 */
public final class EndpointsFile {
  public static final String FILE = "endpoints.env";

  private static final String JDBC = "jdbc:";
  private static final int POSTGRES_PORT = 5432;

  private EndpointsFile() {}

  /** Replaces the file. */
  public static void write(HomeDirectory home, UpSettings settings, URI ordem)
      throws StartException {
    Map<String, String> lines = new LinkedHashMap<>();
    put(lines, "KAFKA_BOOTSTRAP_SERVERS", settings);
    put(lines, "POSTGRES_URL", settings);
    URI postgres = postgres(settings);
    if (postgres.getHost() != null) {
      int port = postgres.getPort() < 0 ? POSTGRES_PORT : postgres.getPort();
      both(lines, "HOST", "HOST", postgres.getHost());
      both(lines, "PORT", "PORT", Integer.toString(port));
      both(lines, "DB", "DATABASE", postgres.getPath().replaceFirst("^/", ""));
    }
    both(lines, "USER", "USER", settings.get("POSTGRES_USER").orElse(""));
    both(lines, "PASSWORD", "PASSWORD", settings.get("POSTGRES_PASSWORD").orElse(""));
    lines.put("ORDEM_URL", ordem.toString());
    home.writePrivately(
        FILE,
        lines.entrySet().stream()
            .map(line -> line.getKey() + "=" + quoted(line.getValue()) + "\n")
            .collect(Collectors.joining()));
  }

  /** Also under the name that psql and its kin read by themselves. */
  private static void both(Map<String, String> lines, String ours, String theirs, String value) {
    lines.put("POSTGRES_" + ours, value);
    lines.put("PG" + theirs, value);
  }

  private static void put(Map<String, String> lines, String name, UpSettings settings) {
    lines.put(name, settings.get(name).orElse(""));
  }

  private static URI postgres(UpSettings settings) {
    String url = settings.get("POSTGRES_URL").orElse("");
    try {
      return URI.create(url.startsWith(JDBC) ? url.substring(JDBC.length()) : url);
    } catch (IllegalArgumentException e) {
      return URI.create("postgresql:///"); // several hosts: only the whole URL can be told
    }
  }

  private static String quoted(String value) {
    return value.matches("[A-Za-z0-9_.:/,@%+-]*") ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
