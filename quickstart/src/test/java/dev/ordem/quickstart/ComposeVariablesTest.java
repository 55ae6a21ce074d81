package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That docker-compose.yml gives each service the variables that the README promises. */
class ComposeVariablesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern ROW = Pattern.compile("^\\| (`[A-Z].*?) \\|", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`");
  private static final Pattern OWN = Pattern.compile("^It sets itself, .*$", Pattern.MULTILINE);

  /**
   * What a service's environment takes from {@code .env}: without a value, or with it as a part.
   */
  private static final Pattern TAKEN =
      Pattern.compile("^ +([A-Z][A-Z0-9_]+):(?:| .*\\$\\{\\1:-.*)$", Pattern.MULTILINE);

  /** The modules whose variables each service reads, besides those of all. */
  private static final Map<String, List<String>> MODULES =
      Map.of(
          "producer", List.of("producer", "tiny-client"),
          "detail-worker", List.of("detail-worker", "tiny-client"),
          "sink", List.of("sink"));

  /** Read for every service by the module that they share, and of use to one. */
  private static final Set<String> OF_THE_PRODUCER = Set.of("ORDEM_PUBLIC_URL", "ORDEM_READ_TOKEN");

  @Test
  void everyVariableOfTheReadmeReachesTheServicesThatReadIt() throws IOException {
    String readme = read("README.md");
    Set<String> documented = names(rows(readme));
    Set<String> own = names(OWN.matcher(readme).results().map(MatchResult::group).toList());
    own.remove("NAME_FILE");
    assertThat(documented).hasSizeGreaterThan(35).containsAll(own);
    String compose = read("docker-compose.yml");
    assertThat(own).hasSizeGreaterThan(8).noneMatch(name -> everywhere(compose).contains(name));
    for (String service : MODULES.keySet()) {
      String sources = sources(service);
      Set<String> read =
          documented.stream()
              .filter(
                  name ->
                      OF_THE_PRODUCER.contains(name)
                          ? service.equals("producer")
                          : sources.contains('"' + name + '"'))
              .collect(toTreeSet());
      read.removeAll(own);
      assertThat(read).isNotEmpty();
      assertThat(taken(compose, service)).as(service).containsAll(read);
    }
    documented.removeAll(own);
    assertThat(everywhere(compose)).containsAll(documented);
  }

  /** With what its anchors give it. */
  private static Set<String> taken(String compose, String name) {
    String service = service(compose, name);
    for (String anchor : List.of("common", "tiny")) {
      service += service.contains("*" + anchor) ? section(compose, "x-" + anchor) : "";
    }
    return TAKEN.matcher(service).results().map(key -> key.group(1)).collect(toTreeSet());
  }

  private static Set<String> everywhere(String compose) {
    return TAKEN.matcher(compose).results().map(key -> key.group(1)).collect(toTreeSet());
  }

  private static List<String> rows(String readme) {
    return ROW.matcher(readme).results().map(row -> row.group(1)).toList();
  }

  private static Set<String> names(List<String> texts) {
    return texts.stream()
        .flatMap(text -> NAME.matcher(text).results())
        .map(name -> name.group(1))
        .collect(toTreeSet());
  }

  private static Collector<String, ?, Set<String>> toTreeSet() {
    return Collectors.toCollection(TreeSet::new);
  }

  private static String service(String compose, String name) {
    return section(compose, "  " + name + ":\n");
  }

  private static String section(String compose, String name) {
    int from = compose.indexOf("\n" + name);
    assertThat(from).as(name).isPositive();
    String rest = compose.substring(from + 1);
    return rest.split("\n(?=  [a-z]|[a-z])", 2)[0];
  }

  /** All that a service is made of, but what is common to all. */
  private static String sources(String service) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String module : MODULES.getOrDefault(service, List.of())) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString();
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
