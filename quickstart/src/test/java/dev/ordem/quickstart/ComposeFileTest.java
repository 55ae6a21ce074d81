package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** That docker-compose.yml gives nobody too much; see {@link ComposeVariablesTest}, too. */
class ComposeFileTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

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
