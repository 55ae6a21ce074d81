package dev.ordem.quickstart.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsFileTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"http://127.0.0.1:8080", "http://[::1]:8080", "it's", "'", "''", "a b$`\"\\", ""})
  void whatIsWrittenAsAWordIsReadAsItWas(String value) {
    assertThat(EndpointsFile.unquoted(EndpointsFile.quoted(value))).isEqualTo(value);
  }

  @Test
  void whatWasGivenAsAFileIsWrittenAsItsContent(@TempDir Path folder) throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "it's\n");
    UpSettings settings =
        new UpSettings(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "h:9092",
                "POSTGRES_URL", "jdbc:postgresql://db:5433/orders",
                "POSTGRES_USER", "ordem",
                "POSTGRES_PASSWORD_FILE", password.toString()));
    try (HomeDirectory home = HomeDirectory.open(folder.resolve("home"))) {
      EndpointsFile.write(home, settings, URI.create("http://127.0.0.1:8080"));
      assertThat(home.path().resolve(EndpointsFile.FILE))
          .content()
          .contains("PGHOST=db\n", "PGPORT=5433\n", "PGDATABASE=orders\n", "PGUSER=ordem\n")
          .contains("PGPASSWORD='it'\\''s'\n")
          .doesNotContain("null");
    }
  }
}
