package dev.ordem.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
  @Test
  void everyBadVariableIsNamedWithWhatWouldBeRight() {
    Environment environment =
        Environment.of(
            Map.of("PORT", "many", "WAIT", "-PT1S", "ZONE", "Mars/Base", "HTTP", "8080"));
    assertThat(environment.integer("PORT", 1, 0, 9)).isEqualTo(1);
    assertThat(environment.duration("WAIT", Duration.ofSeconds(2))).hasSeconds(2);
    environment.zone("ZONE", "America/Sao_Paulo");
    environment.address("HTTP", java.net.InetSocketAddress.createUnresolved("127.0.0.1", 1));
    environment.postgres();
    assertThatThrownBy(environment::verify)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(
            "PORT: \"many\" is not a whole number from 0 to 9",
            "WAIT: \"-PT1S\" is not a positive time",
            "ZONE: \"Mars/Base\" is not a time zone",
            "HTTP: \"8080\" is not host:port",
            "POSTGRES_URL: not set",
            "POSTGRES_USER: not set",
            "POSTGRES_PASSWORD: not set");
  }

  @Test
  void aValueCanStandInAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
    Environment environment = Environment.of(Map.of("POSTGRES_PASSWORD_FILE", file.toString()));
    assertThat(environment.text("POSTGRES_PASSWORD")).contains("s3cret");
    assertThatCode(environment::verify).doesNotThrowAnyException();
  }

  @Test
  void aMissingFileAndAValueGivenTwiceAreProblems() {
    Environment environment =
        Environment.of(Map.of("A_FILE", "/nowhere/at/all", "B", "1", "B_FILE", "/nowhere"));
    assertThat(environment.text("A")).isEmpty();
    assertThat(environment.text("B")).contains("1");
    assertThatThrownBy(environment::verify)
        .hasMessageContainingAll("A_FILE: cannot read /nowhere/at/all", "B: also given as B_FILE");
  }

  @Test
  void aBlankVariableIsAbsent() {
    assertThat(Environment.of(Map.of("A", "  ")).text("A")).isEmpty();
  }

  @Test
  void secretsAreNeverPartOfAMessage() {
    Environment environment =
        Environment.of(Map.of("POSTGRES_URL", "postgres://u:s3cret@h/d", "POSTGRES_USER", "u"));
    assertThat(environment.postgres().toString()).doesNotContain("POSTGRES_PASSWORD");
    assertThatThrownBy(environment::verify).message().doesNotContain("s3cret");
    assertThat(new Postgres("jdbc:postgresql://h/d", "u", "s3cret").toString())
        .isEqualTo("u at jdbc:postgresql://h/d");
  }

  @Test
  void kafkaClientVariablesArePassedThrough() {
    Environment environment =
        Environment.of(
            Map.of("KAFKA_BOOTSTRAP_SERVERS", "h:1", "KAFKA_CLIENT_SECURITY_PROTOCOL", "SASL_SSL"));
    assertThat(environment.kafka())
        .containsEntry("bootstrap.servers", "h:1")
        .containsEntry("security.protocol", "SASL_SSL");
  }
}
