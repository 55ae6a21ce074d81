package dev.ordem.runtime;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The variables of the whole installation. One process reads some of them and is given all, as
 * there is one {@code .env}; so a misspelt one is known only by this list. {@link Environment}
 * reads none that is not on it.
 */
final class KnownVariables {
  static final Set<String> NAMES =
      Set.of(
          "FETCHER_THREADS",
          "KAFKA_BOOTSTRAP_SERVERS",
          "KAFKA_TEAMS_BOOTSTRAP_SERVERS",
          "KAFKA_TOPIC_PARTITIONS",
          "KAFKA_TOPIC_REPLICATION",
          "LEDGER_COMMIT_INTERVAL",
          "LEDGER_OPEN_MAX_AGE",
          "LEDGER_REQUEST_TIMEOUT",
          "LEDGER_RETRIES",
          "LEDGER_STATE_DIR",
          "LEDGER_THREADS",
          "LEDGER_WINDOW_MAX",
          "ORDEM_API_TOKEN",
          "ORDEM_HOME",
          "ORDEM_HTTP",
          "ORDEM_PUBLIC_URL",
          "ORDEM_READ_TOKEN",
          "ORDEM_SECRET_KEY",
          "ORDEM_URL",
          "POSTGRES_PASSWORD",
          "POSTGRES_RELAY_PASSWORD",
          "POSTGRES_RELAY_USER",
          "POSTGRES_URL",
          "POSTGRES_USER",
          "SINK_BATCH_RECORDS",
          "SINK_OUTBOX_SLOT",
          "SYNC_FRESH",
          "SYNC_LOOKBACK_DAYS",
          "SYNC_MAX_RECORDS",
          "SYNC_QUOTA_SHARE",
          "SYNC_RUN_RETENTION",
          "SYNC_SCHEDULE",
          "SYNC_ZONE",
          "TINY_ACCOUNT",
          "TINY_API_IDENTITY",
          "TINY_API_URL",
          "TINY_AUTH_URL",
          "TINY_CALL_TIMEOUT",
          "TINY_CLIENT_ID",
          "TINY_CLIENT_SECRET",
          "TINY_PERMIT_WAIT",
          "TINY_QUOTA_WINDOW",
          "TINY_REFRESH_TOKEN",
          "TINY_REQUESTS_PER_HOUR",
          "TINY_REQUESTS_PER_MINUTE",
          "TINY_REQUESTS_PER_SECOND",
          "WORKER_INSTANCE");

  /** What the launcher, compose and what they hand on read themselves. */
  private static final Set<String> OF_SCRIPTS =
      Set.of(
          "KAFKA_PUBLISHED_ADDRESS",
          "KAFKA_PUBLISHED_HOST",
          "KAFKA_PUBLISHED_PORT",
          "ORDEM_DEMO",
          "ORDEM_ENDPOINTS",
          "ORDEM_JAVA_OPTS",
          "ORDEM_MEMORY",
          "ORDEM_PUBLISHED_PORT",
          "ORDEM_TAG",
          "POSTGRES_PUBLISHED_PORT");

  /** Nobody else's variables begin so. */
  private static final List<String> OURS =
      List.of("FETCHER_", "LEDGER_", "ORDEM_", "SYNC_", "TINY_");

  /** Others have these too: only what is almost one of ours is told. */
  private static final List<String> SHARED = List.of("KAFKA_", "POSTGRES_", "SINK_", "WORKER_");

  /** What Kubernetes puts into every container of a namespace that has a service named so. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(".*_(SERVICE_(HOST|PORT).*|PORT(_\\d+_.*)?)");

  /** Most slips of the finger in a name that is still taken for another. */
  private static final int SLIPS = 2;

  private static final String FILE = "_FILE";

  private KnownVariables() {}

  /** A name with a prefix of ours must be on the list. */
  static void require(String name) {
    if ((starts(name, OURS) || starts(name, SHARED)) && !known(name)) {
      throw new IllegalArgumentException(name + " is read, and no known variable: add it");
    }
  }

  /** A line for each that is none of ours and may have been meant to be, in order. */
  static List<String> unknown(Collection<String> given) {
    return given.stream()
        .filter(name -> !known(name))
        .sorted()
        .flatMap(KnownVariables::told)
        .toList();
  }

  private static Stream<String> told(String name) {
    String nearest =
        Stream.concat(NAMES.stream(), OF_SCRIPTS.stream())
            .sorted()
            .min(Comparator.comparingInt(known -> distance(stem(name), known)))
            .orElseThrow();
    boolean near = distance(stem(name), nearest) <= SLIPS;
    boolean far = starts(name, OURS) && !SERVICE_LINK.matcher(name).matches();
    if (!far && !(near && starts(name, SHARED))) {
      return Stream.empty();
    }
    return Stream.of(
        name + ": no variable of Ordem, so it does nothing; the nearest is " + nearest);
  }

  private static boolean known(String name) {
    return NAMES.contains(stem(name))
        || OF_SCRIPTS.contains(name)
        || name.startsWith(Environment.CLIENT_PREFIX);
  }

  private static String stem(String name) {
    return name.endsWith(FILE) ? name.substring(0, name.length() - FILE.length()) : name;
  }

  private static boolean starts(String name, List<String> prefixes) {
    return prefixes.stream().anyMatch(name::startsWith);
  }

  /** Of Levenshtein: letters to put in, take out or change. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[row.length - 1];
  }
}
