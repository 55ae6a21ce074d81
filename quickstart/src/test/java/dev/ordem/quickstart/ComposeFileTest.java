package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** That docker-compose.yml gives the services what the README promises, and nobody too much. */
class ComposeFileTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern ROW = Pattern.compile("^\\| (`[A-Z].*?) \\|", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Z0-9_]+)`");
  private static final Pattern KEY = Pattern.compile("^ +([A-Z][A-Z0-9_]+):", Pattern.MULTILINE);

  /** Read by the command line or by {@code up}, or a name that several workers must not share. */
  private static final Set<String> NOT_OF_CONTAINERS =
      Set.of("ORDEM_URL", "ORDEM_HOME", "LEDGER_STATE_DIR", "WORKER_INSTANCE");

  @Test
  void everyVariableOfTheReadmeReachesAService() throws IOException {
    Set<String> documented =
        ROW.matcher(read("README.md"))
            .results()
            .flatMap(row -> NAME.matcher(row.group(1)).results())
            .map(name -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> given =
        KEY.matcher(read("docker-compose.yml"))
            .results()
            .map(key -> key.group(1).replaceFirst("_FILE$", ""))
            .collect(Collectors.toSet());
    documented.removeAll(NOT_OF_CONTAINERS);
    assertThat(documented).hasSizeGreaterThan(35);
    assertThat(given).containsAll(documented);
  }

  @Test
  void onlyWhoCallsTinyIsGivenItsCredentials() throws IOException {
    String compose = read("docker-compose.yml");
    assertThat(service(compose, "producer")).contains("*tiny");
    assertThat(service(compose, "detail-worker")).contains("*tiny");
    for (String other : new String[] {"kafka", "postgres", "admin", "sink", "simulator"}) {
      assertThat(service(compose, other))
          .doesNotContain("*tiny", "TINY_", "env_file", "secret-key");
    }
  }

  @Test
  void eachServiceMountsTheSecretsOfNoOther() throws IOException {
    String compose = read("docker-compose.yml");
    for (String each : new String[] {"kafka", "postgres", "producer", "detail-worker", "sink"}) {
      assertThat(Pattern.compile("secrets[a-z-]*:/").matcher(service(compose, each)).results())
          .as(each)
          .singleElement()
          .satisfies(mount -> assertThat(mount.group()).isEqualTo("secrets-" + each + ":/"));
    }
  }

  @Test
  void noLogGrowsWithoutABound() throws IOException {
    String compose = read("docker-compose.yml");
    for (String each : new String[] {"kafka", "postgres", "secrets", "admin", "simulator"}) {
      assertThat(service(compose, each))
          .containsAnyOf("*logging", "*hardened", "*image", "*service");
    }
  }

  private static String service(String compose, String name) {
    int from = compose.indexOf("\n  " + name + ":\n");
    assertThat(from).as(name).isPositive();
    String rest = compose.substring(from + 1);
    return rest.split("\n(?=  [a-z]|[a-z])", 2)[0];
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
