package dev.ordem.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordem.runtime.Environment;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpSettingsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "POSTGRES_USER,me,POSTGRES_URL",
    "POSTGRES_PASSWORD,s3cret,POSTGRES_URL",
    "KAFKA_CLIENT_SECURITY_PROTOCOL,SASL_SSL,KAFKA_BOOTSTRAP_SERVERS",
    "KAFKA_TOPIC_REPLICATION,3,KAFKA_BOOTSTRAP_SERVERS",
  })
  void whatIsMeantForOtherStoresThanUpBringsIsNamed(String name, String value, String missing) {
    assertThatThrownBy(() -> trial(Map.of(name, value)).verify())
        .hasMessageContainingAll(name + ": ", "without " + missing)
        .hasMessageNotContaining("s3cret");
    Map<String, String> whole = new HashMap<>(Map.of(name, value));
    whole.put("KAFKA_BOOTSTRAP_SERVERS", "h:1");
    whole.put("POSTGRES_URL", "jdbc:postgresql://h/d");
    assertThatCode(() -> trial(whole).verify()).doesNotThrowAnyException();
  }

  /** They are there in a shell that has sourced what an up wrote. */
  @Test
  void whatAnUpWroteIsNoWish() throws Exception {
    Map<String, String> sourced = new HashMap<>();
    try (HomeDirectory home = HomeDirectory.open(directory.resolve(".ordem"))) {
      UpSettings settings = new UpSettings(Map.of());
      settings.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
      settings.put("POSTGRES_URL", "jdbc:postgresql://127.0.0.1:2/ordem");
      settings.put("POSTGRES_USER", "ordem");
      settings.put("POSTGRES_PASSWORD", "of-the-embedded-one");
      EndpointsFile.write(home, settings, URI.create("http://127.0.0.1:3"));
    }
    for (String line :
        Files.readAllLines(directory.resolve(".ordem").resolve(EndpointsFile.FILE))) {
      String[] parts = line.split("=", 2);
      sourced.put(parts[0], EndpointsFile.unquoted(parts[1]));
    }
    assertThatCode(() -> trial(sourced).verify()).doesNotThrowAnyException();
  }

  @Test
  void whatUpBringsIsJudgedAsIfItWereThere() {
    assertThatCode(
            () -> {
              Environment trial = trial(Map.of());
              trial.kafka();
              trial.postgres();
              trial.verify();
            })
        .doesNotThrowAnyException();
  }

  private Environment trial(Map<String, String> given) {
    return new UpSettings(given).trial(directory.resolve(".ordem"));
  }
}
